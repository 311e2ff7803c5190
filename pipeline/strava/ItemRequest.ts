/** Requests for one item: each is declared next to the stage that sends it. */

export interface ItemRequest {
  /** Words for messages, such as `read gear b1`. */
  readonly what: string
  /** Path and query, such as `/gear/b1`. */
  readonly path: string
  /** Shape of a good response. */
  readonly shape: "list" | "object" | "streams" | "any"
  /** True if a 404 means that Strava has no such item. Otherwise it is an error. */
  readonly mayBeMissing: boolean
}

/** Returns the request for an activity in detail, with all efforts; `id` is in decimal digits. */
export const activityRequest = (id: string): ItemRequest => ({
  what: `read activity ${id}`,
  path: `/activities/${id}?include_all_efforts=true`,
  shape: "object",
  mayBeMissing: true,
})
