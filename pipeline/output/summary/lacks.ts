/** What sinks lack because it was fetched before they were added: what it is, and what bringing it costs. */
import { Resource } from "../../../schemas/Item.ts"
import { resources } from "../../../schemas/resources.ts"
import { taskLine } from "../kit/line.ts"
import { pagesOf } from "../../stages/lists/listing.ts"
import type { UndeliveredItems } from "../../state/outbox/holdings.ts"

const figure = (count: number): string => count.toLocaleString("en")

/** Words with commas between them, on lines that fit a page of eighty columns. */
export const wrapWords = (words: ReadonlyArray<string>): ReadonlyArray<string> =>
  words.reduce<ReadonlyArray<string>>((lines, word) => {
    const last = lines.at(-1)
    const longer = `${last}, ${word}`
    if (last === undefined) return [`    ${word}`]
    return longer.length < 80
      ? [...lines.slice(0, -1), longer]
      : [...lines.slice(0, -1), `${last},`, `    ${word}`]
  }, [])

/** `57 activities, 7 gear, zones`: of what an athlete has one of, the number says nothing. */
const listed = (
  lacks: ReadonlyArray<UndeliveredItems>,
  countOf: (lack: UndeliveredItems) => number,
) =>
  wrapWords(
    Resource.literals.flatMap((resource) =>
      lacks.filter((lack) => lack.resource === resource && countOf(lack) > 0).map((lack) =>
        resources[resource].per === "athlete"
          ? resources[resource].noun
          : `${figure(countOf(lack))} ${resources[resource].noun}`
      )
    ),
  )

/** How many are asked for again. The profile is not: the state file keeps its answer. */
const asked = ({ count, kept, resource }: Omit<UndeliveredItems, "sink">): number =>
  resource === "athlete" ? 0 : count - kept

/**
 * Requests that `--backfill` sends by resource: a list for all activities, and one for each of the rest.
 * What several sinks lack is asked for once.
 */
export const backfillOf = (
  lacks: ReadonlyArray<Omit<UndeliveredItems, "sink">>,
): Partial<Record<Resource, number>> => {
  const requests: Partial<Record<Resource, number>> = {}
  for (const lack of lacks) {
    const wanted = asked(lack)
    if (wanted === 0) continue
    const cost = lack.resource === "activities" ? pagesOf(wanted) : wanted
    requests[lack.resource] = Math.max(requests[lack.resource] ?? 0, cost)
  }
  return requests
}

/** Words for what sinks lost and none keeps, and its cost, such as `60 samples are fetched again, 60 requests`. */
export const describeLost = (lost: ReadonlyArray<UndeliveredItems>): string | undefined => {
  const what = Resource.literals.flatMap((resource) =>
    lost.filter((lack) => lack.resource === resource && lack.resource !== "athlete")
      .map(({ count }) => `${figure(count)} ${resources[resource].noun}`)
  )
  const requests = total(backfillOf(lost))
  return what.length === 0
    ? undefined
    : `${what.join(", ")} are fetched again, for ${figure(requests)} request${
      requests === 1 ? "" : "s"
    } or more`
}

const total = (requests: Partial<Record<Resource, number>>): number =>
  Object.values(requests).reduce((sum, count) => sum + count, 0)

/**
 * What sinks lack, what bringing it costs, and the command that does; `doneAt` says of requests when they
 * would be done.
 */
export const describeLacks = (
  lacks: ReadonlyArray<UndeliveredItems>,
  folder: string,
  doneAt?: (requests: number) => string,
): ReadonlyArray<string> =>
  [...Map.groupBy(lacks, ({ sink }) => sink)].flatMap(([sink, parts]) => {
    const requests = total(backfillOf(parts))
    const task = `${taskLine("pipeline", folder)} --sink ${sink}`
    const kept = listed(parts, (lack) => lack.kept)
    return [
      ...(kept.length === 0 ? [] : [
        `  ${sink} lacks, and another sink keeps:`,
        ...kept,
        `    The next run brings it for 0 requests:  ${task}`,
      ]),
      ...(requests === 0 ? [] : [
        `  ${sink} lacks, and no other sink keeps:`,
        ...listed(parts, asked),
        `    Asking Strava again: ${figure(requests)} request${requests === 1 ? "" : "s"} or more` +
        (doneAt === undefined ? "" : ","),
        ...(doneAt === undefined ? [] : [`    ${doneAt(requests)}`]),
        `      ${task} --backfill`,
      ]),
    ]
  })
