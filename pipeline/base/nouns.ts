/** What each resource is called in what people read. */
import type { Resource } from "../../schemas/Item.ts"

export const nouns: Readonly<Record<Resource, string>> = {
  athlete: "profile",
  zones: "zones",
  stats: "totals",
  gear: "gear",
  activities: "activities",
  details: "details",
  streams: "samples",
}
