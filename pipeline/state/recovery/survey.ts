/** What the sinks hold, counted before anything is decided, and what rebuilding from it costs. */
import { Effect, Stream } from "effect"
import { Resource } from "../../../schemas/Item.ts"
import { isolated } from "../../../sinks/isolate.ts"
import type { Sink, SinkSource } from "../../../sinks/Sink.ts"

/** How many items of a resource a sink holds. */
interface Count {
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

/**
 * Counts what the sinks of the folder hold; those that were never made are not opened, which would make
 * them. One that can hold data of other athletes is not read: whose folder this is, is not known yet.
 */
export const surveyOf = Effect.fn("surveyOf")(function* (sources: ReadonlyArray<SinkSource>) {
  const own = sources.filter(({ of }) => of === undefined)
    .map((source) => isolated(source, { athlete: undefined }))
  const made = yield* Effect.filter(own, ({ there = Effect.succeed(true) }) => there)
  const counts = yield* Effect.forEach(
    made,
    ({ look }) => Effect.flatMap(look, ofSink),
  )
  return counts.flat()
})

/** Locations of sinks that can hold data of several athletes, for people; undefined if there are none. */
export const foreignIn = (sources: ReadonlyArray<SinkSource>): string | undefined => {
  const foreign = sources.filter(({ of }) => of !== undefined).map(({ location }) => location)
  return foreign.length === 0 ? undefined : foreign.join(" and ")
}

/** Strava lists so many activities a page. */
const page = 200

const number = (count: number) => count.toLocaleString("en")

/** In requests, for people. */
export const costOf = (counts: ReadonlyArray<Count>, foreign?: string): string => {
  const more = foreign === undefined
    ? ""
    : `; what ${foreign} holds of the athlete is adopted for 0 requests, once Strava has said who that is`

  const most = (resource: Resource) =>
    counts.filter((row) => row.resource === resource)
      .reduce<Count | undefined>((a, b) => a !== undefined && a.count >= b.count ? a : b, undefined)
  const activities = most("activities")
  const streams = most("streams")
  if (!activities?.count && !streams?.count) {
    return foreign === undefined
      ? "all requests again: the sinks hold nothing"
      : `all requests again for what the sinks do not hold${more}`
  }
  const pages = Math.ceil((activities?.count ?? 0) / page) + 1
  const left = Math.max(0, (activities?.count ?? 0) - (streams?.count ?? 0))
  const places = [...new Set([activities?.location, streams?.location])].join(" and ")
  return `0 requests for ${number(activities?.count ?? 0)} activities and ` +
    `${number(streams?.count ?? 0)} streams found in ${places}; at least ${pages} requests ` +
    `to fetch the list again` +
    (left === 0 ? "" : `; up to ${number(left)} requests for missing streams`) +
    more
}
