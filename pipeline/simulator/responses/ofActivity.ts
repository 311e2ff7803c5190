/** Responses to `GET /activities/{id}/NAME`, by that name. */
import type { Extra } from "../../../schemas/Item.ts"
import type { Json } from "../../../schemas/json/Json.ts"
import type { World } from "../world/World.ts"
import { lapsOf } from "./details.ts"

interface ActivityResponse {
  /** Resource that can be limited to subscribers; undefined if none. */
  readonly resource?: Extra
  readonly of: (world: World, id: string) => Json
}

export const activityResponses: Readonly<Record<string, ActivityResponse>> = {
  laps: { of: lapsOf },
}
