/** Zones: the athlete's zones of heart rate and power, once a week. */
import { periodic } from "./itemStages.ts"

export const zonesStage = periodic({
  resource: "zones",
  request: () => ({
    what: "read the athlete's zones",
    path: "/athlete/zones",
    shape: "object",
    mayBeMissing: false,
  }),
})
