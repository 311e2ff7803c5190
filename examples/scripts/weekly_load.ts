/** A derived stage: minutes above 140 beats per minute by week, computed from the stored streams. */
import { Pipeline, Resource, Stage } from "@paceline/paceline"
import { DateTime, Effect, Schema, Stream } from "effect"

const weeklyLoad = Resource.make({
  name: "weekly_load",
  counted: ["week", "weeks"],
  about: "One row per week with a heart rate",
  per: "other",
  schema: Schema.Struct({ monday: Schema.String, minutes: Schema.Finite }),
  columns: [
    { name: "monday", type: "text", path: ["monday"], comment: "first day of the week" },
    { name: "minutes", type: "number", path: ["minutes"], comment: "minutes above 140 bpm" },
  ],
})

const Activity = Schema.Struct({ start_date_local: Schema.DateTimeUtcFromString })
const Numbers = Schema.Struct({ data: Schema.Array(Schema.NullOr(Schema.Finite)) })
const Streams = Schema.Struct({ time: Numbers, heartrate: Numbers })

/** Seconds with a heart rate above 140. */
const secondsOf = ({ heartrate, time }: typeof Streams.Type) =>
  time.data.reduce<number>((sum, at, i) => {
    const passed = (at ?? 0) - (time.data[i - 1] ?? 0)
    return (heartrate.data[i] ?? 0) > 140 ? sum + passed : sum
  }, 0)

export const pipeline = Pipeline.make({
  stages: {
    ...Stage.builtIn,
    weekly_load: Stage.derived({
      resource: weeklyLoad,
      needs: { activities: Stage.builtIn.activities, streams: Stage.builtIn.streams },
      compute: (stored) =>
        Stream.unwrap(Effect.gen(function* () {
          const mondays = new Map<string, string>()
          yield* Stream.runForEach(stored.each("activities", Activity), ({ id, value }) =>
            Effect.sync(() => {
              const monday = DateTime.startOf(value.start_date_local, "week", { weekStartsOn: 1 })
              mondays.set(id, DateTime.formatIsoDateUtc(monday))
            }))
          const seconds = new Map<string, number>()
          yield* Stream.runForEach(stored.each("streams", Streams), ({ id, value }) =>
            Effect.sync(() => {
              const monday = mondays.get(id) ?? "unknown"
              seconds.set(monday, (seconds.get(monday) ?? 0) + secondsOf(value))
            }))
          return Stream.fromIterable(seconds).pipe(
            Stream.map(([monday, sum]) => ({
              id: monday,
              value: { monday, minutes: Math.round(sum / 60) },
            })),
          )
        })),
    }),
  },
})

if (import.meta.main) await Pipeline.cli(pipeline)
