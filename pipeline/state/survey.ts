/** What the sinks hold, counted before anything is decided, and what rebuilding from it costs. */
import { Effect, Stream } from "effect"
import { Resource } from "../../schemas/Item.ts"
import type { Sink, SinkSource } from "../../sinks/Sink.ts"

/** How many items of a resource a sink holds. */
export interface Count {
  readonly location: string
  readonly resource: Resource
  readonly count: number
}

const ofSink = (sink: Sink) =>
  Effect.forEach(Resource.literals, (resource) =>
    Effect.map(
      sink.held(resource).pipe(
        Stream.filter(({ fault, id }) => id !== undefined && fault === undefined),
        Stream.runCount,
      ),
      (count): Count => ({ location: sink.location, resource, count }),
    ))

/** Sinks that were never made are not opened, which would make them. */
export const surveyOf = Effect.fn("surveyOf")(function* (sources: ReadonlyArray<SinkSource>) {
  const made = yield* Effect.filter(sources, ({ there = Effect.succeed(true) }) => there)
  const counts = yield* Effect.forEach(
    made,
    ({ look }) => Effect.flatMap(look, ofSink),
  )
  return counts.flat()
})

/** Strava lists so many activities a page. */
const page = 200

const number = (count: number) => count.toLocaleString("en")

/** In requests, for people. */
export const costOf = (counts: ReadonlyArray<Count>): string => {
  const most = (resource: Resource) =>
    counts.filter((row) => row.resource === resource)
      .reduce<Count | undefined>((a, b) => a !== undefined && a.count >= b.count ? a : b, undefined)
  const activities = most("activities")
  const streams = most("streams")
  if (!activities?.count && !streams?.count) return "all requests again: the sinks hold nothing"
  const pages = Math.ceil((activities?.count ?? 0) / page) + 1
  const left = Math.max(0, (activities?.count ?? 0) - (streams?.count ?? 0))
  const places = [...new Set([activities?.location, streams?.location])].join(" and ")
  return `0 requests for ${number(activities?.count ?? 0)} activities and ` +
    `${number(streams?.count ?? 0)} samples found in ${places}; the list is asked for anew: ` +
    `${pages} requests or more` +
    (left === 0 ? "" : `; the samples of at most ${number(left)} are to be asked for`)
}
