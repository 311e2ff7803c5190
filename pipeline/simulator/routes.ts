/** Paths of Strava's API, for requests that are authorized and within the limits. */
import type { OptionalResource } from "../../schemas/Item.ts"
import { faultResponse, jsonResponse, value } from "./responses/common.ts"
import { athleteZones, detailedGear } from "./world/athlete.ts"
import { detailOf } from "./responses/details.ts"
import { activityResponses } from "./responses/ofActivity.ts"
import { segmentOf } from "./responses/segments.ts"
import { encode } from "./responses/json.ts"
import { partialResponse } from "./responses/partial.ts"
import type { SimulatedResponse } from "./protocol.ts"
import { hash } from "./world/random.ts"
import { statsOf } from "./responses/stats.ts"
import type { World } from "./world/World.ts"

export interface RouteOptions {
  /** True if pages can lack a few items, which then come on the next page; true by default. */
  readonly shortPages?: boolean
  /**
   * Order of the list with `after`: recordings show newest first, an old document said oldest first.
   * `shuffled`: in no order, but the same on every page, with or without `after`.
   */
  readonly afterOrder?: "newest" | "oldest" | "shuffled"
  /** Resources refused with 402, as for athletes without a subscription. */
  readonly paid?: ReadonlyArray<OptionalResource>
}

interface Call {
  readonly path: string
  readonly query: URLSearchParams
  readonly scopes: ReadonlySet<string>
  /** The server's time, in milliseconds. */
  readonly now: number
}

/** Number of items that page `page` of `size` lacks: a few, on some pages, always the same. */
const lack = (page: number, size: number, bounds: number): number =>
  size < 10 || !(page % 3 === 2 || (bounds !== 0 && hash(page, bounds) % 4 === 0))
    ? 0
    : 1 + (hash(page, bounds, 1) % 3)

const whole = (text: string | null): number | undefined =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined

const list = (
  world: World,
  { afterOrder, shortPages }: RouteOptions,
  { now, query, scopes }: Call,
): SimulatedResponse => {
  const [after, before] = [whole(query.get("after")), whole(query.get("before"))]
  for (const field of ["after", "before", "page", "per_page"] as const) {
    if (query.has(field) && whole(query.get(field)) === undefined) {
      return faultResponse(400, "Application", field)
    }
  }
  if (after !== undefined && after * 1000 > now) {
    return faultResponse(400, "Application", "after", "future")
  }
  const page = Math.max(1, whole(query.get("page")) ?? 1)
  const size = Math.min(200, Math.max(1, whole(query.get("per_page")) ?? 30))
  const found = world.between(
    after && after * 1000,
    before && before * 1000,
    scopes.has("activity:read_all") ? undefined : (id) => world.summary(id)?.["private"] !== true,
  )
  const ordered = afterOrder === "shuffled"
    ? found.toSorted((a, b) => hash(a, 21) - hash(b, 21))
    : after !== undefined && afterOrder === "oldest"
    ? found.toReversed()
    : found
  const bounds = after === undefined && before === undefined ? 0 : hash(after ?? 0, before ?? 0)
  const length = (of: number) => size - (shortPages === false ? 0 : lack(of, size, bounds))
  let from = 0
  for (let of = 1; of < page && from < ordered.length; of++) from += length(of)
  return jsonResponse(
    `[${ordered.slice(from, from + length(page)).map((id) => world.summaryText(id)).join(",")}]`,
  )
}

const streams = (world: World, id: string, { query, scopes }: Call): SimulatedResponse => {
  const keys = new Set((query.get("keys") ?? "").split(","))
  const body = world.streams(id, keys, query.get("key_by_type") === "true")
  if (body === undefined) return faultResponse(404)
  const hidden = scopes.has("activity:read_all") ? undefined : world.hiddenPlaces(id)
  if (hidden === undefined) return jsonResponse(body)
  return jsonResponse(
    partialResponse(typeof body === "string" ? body : new TextDecoder().decode(body), hidden),
  )
}

const missing = (scope: string): SimulatedResponse =>
  faultResponse(401, "AccessToken", scope, "missing")

/** True if the path is that of an activity's streams, whose responses report no limits. */
export const isStreams = (path: string): boolean => /^\/activities\/[^/]+\/streams$/.test(path)

/** Responds to a `GET` of `path` (without `/api/v3`). */
export const respond = (world: World, options: RouteOptions, call: Call): SimulatedResponse => {
  const [, first = "", second = "", third = ""] = call.path.split("/")
  const readsActivities = call.scopes.has("activity:read") || call.scopes.has("activity:read_all")
  const readsProfile = call.scopes.has("profile:read_all")
  const isPaid = (what: OptionalResource) => options.paid?.includes(what) === true
  if (first === "activities" || second === "activities") {
    if (!readsActivities) return missing("activity:read_permission")
    if (first === "athlete") return list(world, options, call)
    const hidden = !call.scopes.has("activity:read_all") &&
      world.summary(second)?.["private"] === true
    if (isStreams(call.path)) return hidden ? faultResponse(404) : streams(world, second, call)
    if (third === "" && isPaid("details")) return faultResponse(402)
    const everyEffort = call.query.get("include_all_efforts") === "true"
    const detail = hidden ? undefined : detailOf(world, second, everyEffort)
    if (detail === undefined) return faultResponse(404, "Activity", "", "not found")
    if (third === "") return jsonResponse(encode(detail))
    const response = activityResponses[third]
    if (response === undefined) return faultResponse(404)
    const { of, resource } = response
    return resource !== undefined && isPaid(resource)
      ? faultResponse(402)
      : value(of(world, second))
  }
  if (call.path === "/athlete") return value(world.athlete(readsProfile))
  if (call.path === "/athlete/zones") {
    if (!readsProfile) return missing("profile:read_all_permission")
    return isPaid("zones") ? faultResponse(402) : value(athleteZones(world.news))
  }
  if (call.path === `/athletes/${world.athleteId}/stats`) {
    return isPaid("stats") ? faultResponse(402) : value(statsOf(world, call.now))
  }
  if (first === "gear" && third === "") {
    if (isPaid("gear")) return faultResponse(402)
    const found = detailedGear(second, world.gearMeters(), world)
    return found === undefined ? faultResponse(404, "Gear", "", "not found") : value(found)
  }
  if (first === "segments" && third === "") {
    const found = segmentOf(world, second)
    return found === undefined ? faultResponse(404, "Segment", "", "not found") : value(found)
  }
  return faultResponse(404, "resource", "path")
}
