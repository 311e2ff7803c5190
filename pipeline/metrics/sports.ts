/** Sports in groups that a chart can distinguish; an unknown sport belongs to the group of others. */

export const sportGroups = ["run", "ride", "swim", "walk", "snow", "other"] as const
export type Group = typeof sportGroups[number]

export const groupNames: Readonly<Record<Group, string>> = {
  run: "Run",
  ride: "Ride",
  swim: "Swim",
  walk: "Walk, hike",
  snow: "Snow",
  other: "Other",
}

const members: Readonly<Record<string, Group>> = {
  Run: "run",
  TrailRun: "run",
  VirtualRun: "run",
  Ride: "ride",
  GravelRide: "ride",
  MountainBikeRide: "ride",
  EBikeRide: "ride",
  EMountainBikeRide: "ride",
  Handcycle: "ride",
  Velomobile: "ride",
  VirtualRide: "ride",
  Swim: "swim",
  Walk: "walk",
  Hike: "walk",
  Snowshoe: "snow",
  AlpineSki: "snow",
  BackcountrySki: "snow",
  NordicSki: "snow",
  Snowboard: "snow",
  RollerSki: "snow",
}

export const groupOf = (sport: string | null): Group =>
  Object.hasOwn(members, sport ?? "") ? members[sport ?? ""]! : "other"

/** Groups whose speed is read as time per distance. */
const paced: Partial<Record<Group, "pace" | "swimPace">> = {
  run: "pace",
  walk: "pace",
  swim: "swimPace",
}

/** Returns the measure of speed that is usual for a group: distance per hour, or time per distance. */
export const speedMeasureOf = (group: Group): "speed" | "pace" | "swimPace" =>
  paced[group] ?? "speed"

/** Formats Strava's `TrailRun` as `Trail run`. */
export const sportName = (sport: string | null): string =>
  sport === null || sport === ""
    ? "Activity"
    : sport.replaceAll(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`)
