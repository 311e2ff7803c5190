/** A stage of its own: every segment that the details of your activities name. */
import { Pipeline, Resource, Stage, Strava } from "@paceline/paceline"
import { Schema, Stream } from "effect"

const Segment = Schema.Struct({ id: Schema.Finite, name: Schema.String })

const segments = Resource.make({
  name: "segments",
  counted: ["segment", "segments"],
  about: "One row per segment that an activity has an effort on",
  per: "other",
  schema: Segment,
  columns: [
    { name: "name", type: "text", path: ["name"], comment: "name of the segment" },
    { name: "distance", type: "number", path: ["distance"], comment: "length, meters" },
    {
      name: "effort_count",
      type: "integer",
      path: ["effort_count"],
      comment: "efforts of all athletes",
    },
  ],
})

const Efforts = Schema.Struct({
  segment_efforts: Schema.Array(Schema.Struct({ segment: Segment })),
})

const segmentsStage = Stage.items({
  resource: segments,
  needs: { details: Stage.builtIn.details },
  find: (stored) =>
    stored.each("details", Efforts).pipe(
      Stream.map(({ value }) => value.segment_efforts.map(({ segment }) => String(segment.id))),
      Stream.runFold((): Array<string> => [], (ids, more) => [...ids, ...more]),
    ),
  fetch: (id) => Strava.get(`/segments/${id}`, Segment),
})

export const pipeline = Pipeline.make({
  stages: { ...Stage.builtIn, segments: segmentsStage },
})

if (import.meta.main) await Pipeline.cli(pipeline)
