/** The line above the table of an activity. */
import type { Activity } from "../../landed/Activity.ts"

/** `18838130518  2026-11-22 08:47  Morning Run` */
export const activityTitle = ({ id, local, name }: Activity): string =>
  [id, local?.slice(0, 16).replace("T", " "), name]
    .filter((word) => word !== null && word !== undefined).join("  ")
