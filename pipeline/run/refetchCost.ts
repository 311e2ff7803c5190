/** Requests that fetching items again costs. */
import { isExportResource, type Resource } from "../../schemas/Item.ts"
import { isComputed } from "../../schemas/resources.ts"
import { pagesOf } from "../stages/lists/listing.ts"
import type { UndeliveredItems } from "../state/outbox/holdings.ts"

/**
 * Returns the number of items to fetch again. The athlete is not: the state file keeps that response. Rows of the
 * export and computed items are not either: no request returns them.
 */
export const countToRefetch = ({ count, kept, resource }: Omit<UndeliveredItems, "sink">): number =>
  resource === "athlete" || isExportResource(resource) || isComputed(resource) ? 0 : count - kept

/**
 * Returns the requests of `--backfill` by resource: pages of the list for activities, and one for each other
 * item. Items that several sinks lack are fetched once.
 */
export const requestsToRefetch = (
  lacks: ReadonlyArray<Omit<UndeliveredItems, "sink">>,
): Partial<Record<Resource, number>> => {
  const requests: Partial<Record<Resource, number>> = {}
  for (const lack of lacks) {
    const wanted = countToRefetch(lack)
    if (wanted === 0) continue
    const cost = lack.resource === "activities" ? pagesOf(wanted) : wanted
    requests[lack.resource] = Math.max(requests[lack.resource] ?? 0, cost)
  }
  return requests
}

/** Returns the sum of the requests of all resources. */
export const totalRequests = (lacks: ReadonlyArray<Omit<UndeliveredItems, "sink">>): number =>
  Object.values(requestsToRefetch(lacks)).reduce<number>((sum, count) => sum + (count ?? 0), 0)
