/** Names of the distances and times of best efforts. */
import { durationOfSeconds } from "../format.ts"

const distanceNames: Readonly<Record<number, string>> = {
  1_609.344: "1 mile",
  21_097.5: "Half marathon",
  42_195: "Marathon",
}

/** Returns the name of a distance of runs in meters, or of a time of rides in seconds. */
export const effortName = (kind: "run" | "power", key: number): string =>
  kind === "power"
    ? durationOfSeconds(key)
    : distanceNames[key] ?? (key < 1_000 ? `${key} m` : `${key / 1_000} km`)
