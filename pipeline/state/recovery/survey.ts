/** Counts the items in the sinks, and estimates the cost of a rebuild. */
import { Effect, Stream } from "effect"
import { Resource } from "../../../schemas/Item.ts"
import { allResources } from "../../../schemas/resources.ts"
import { isolated } from "../../../sinks/isolate.ts"
import type { Sink, SinkSource } from "../../../sinks/Sink.ts"
import { formatNumber } from "../../output/kit/numbers.ts"
import { listWords, quantity } from "../../output/kit/plurals.ts"

/** Number of items of a resource in a sink. */
interface ResourceCount {
  readonly location: string
  readonly resource: Resource
  readonly count: number
}

const countItems = (sink: Sink) =>
  Effect.forEach(allResources(), (resource) =>
    Effect.map(
      sink.held(resource).pipe(
        Stream.filter(({ fault, id }) => id !== undefined && fault === undefined),
        Stream.runCount,
      ),
      (count): ResourceCount => ({ location: sink.location, resource, count }),
    ))

/**
 * Counts the items in the sinks of the data directory. A sink that does not exist is not opened, which would create
 * it. A sink that can hold data of several athletes is not read, because the athlete is not known yet.
 */
export const surveyOf = Effect.fn("surveyOf")(function* (sources: ReadonlyArray<SinkSource>) {
  const own = sources.filter(({ of }) => of === undefined)
    .map((source) => isolated(source, { athlete: undefined }))
  const made = yield* Effect.filter(own, ({ there = Effect.succeed(true) }) => there)
  const counts = yield* Effect.forEach(
    made,
    ({ look }) => Effect.flatMap(look, countItems),
  )
  return counts.flat()
})

/** Returns the locations of sinks that can hold data of several athletes, as text; undefined if there are none. */
export const foreignIn = (sources: ReadonlyArray<SinkSource>): string | undefined => {
  const foreign = sources.filter(({ of }) => of !== undefined).map(({ location }) => location)
  return foreign.length === 0 ? undefined : listWords(foreign)
}

/** Number of activities per page of Strava's list. */
const page = 200

/** Returns the number of activities or streams in the sink that has most of them. */
const most = (counts: ReadonlyArray<ResourceCount>, resource: Resource) =>
  counts.filter((one) => one.resource === resource)
    .reduce<ResourceCount | undefined>(
      (a, b) => a !== undefined && a.count >= b.count ? a : b,
      undefined,
    )

/** Returns the cost of a rebuild in requests, as text for the user. */
export const costOf = (counts: ReadonlyArray<ResourceCount>, foreign?: string): string => {
  const more = foreign === undefined
    ? ""
    : `; 0 requests for the athlete's data in ${foreign}, which is adopted once Strava has ` +
      "identified the athlete"
  const activities = most(counts, "activities")
  const streams = most(counts, "streams")
  if (!activities?.count && !streams?.count) {
    return foreign === undefined
      ? "all requests again, because the sinks are empty"
      : `all requests again for data that is not in the sinks${more}`
  }
  const pages = Math.ceil((activities?.count ?? 0) / page) + 1
  const left = Math.max(0, (activities?.count ?? 0) - (streams?.count ?? 0))
  const found = [activities, streams].flatMap((count) =>
    count === undefined ? [] : [count.location]
  )
  return `0 requests for the ${quantity(activities?.count ?? 0, "activity", "activities")} and ` +
    `${formatNumber(streams?.count ?? 0)} streams in ${listWords([...new Set(found)])}; at least ` +
    `${formatNumber(pages)} requests to fetch the list again` +
    (left === 0 ? "" : `; up to ${quantity(left, "request")} for missing streams`) +
    more
}
