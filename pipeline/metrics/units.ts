/** Units of screens and reports. Stored values stay in Strava's meters and seconds. */

export const unitSystems = ["metric", "imperial"] as const
export type Units = typeof unitSystems[number]

/** Meters of each unit of length; exact by the international yard of 1959. */
export const metersPer = { km: 1_000, m: 1, mi: 1_609.344, yd: .9144, ft: .3048 } as const

interface UnitNames {
  readonly distance: "km" | "mi"
  readonly height: "m" | "ft"
  readonly speed: "km/h" | "mph"
  readonly pace: "min/km" | "min/mi"
  readonly swimPace: "/100 m" | "/100 yd"
}

/** Names of the units of each system. */
export const unitNames: Readonly<Record<Units, UnitNames>> = {
  metric: { distance: "km", height: "m", speed: "km/h", pace: "min/km", swimPace: "/100 m" },
  imperial: { distance: "mi", height: "ft", speed: "mph", pace: "min/mi", swimPace: "/100 yd" },
}

/**
 * Returns the chosen units; without a choice, those of the athlete's `measurement_preference`
 * (`feet` or `meters`), which default to metric.
 */
export const unitsOf = (chosen: Units | undefined, preference: unknown): Units =>
  chosen ?? (preference === "feet" ? "imperial" : "metric")

/** Returns kilometers or miles. */
export const distanceIn = (units: Units, meters: number): number =>
  meters / metersPer[unitNames[units].distance]

/** Returns meters or feet. */
export const heightIn = (units: Units, meters: number): number =>
  meters / metersPer[unitNames[units].height]

/** Returns kilometers or miles per hour, from meters per second. */
export const speedIn = (units: Units, speed: number): number => distanceIn(units, speed * 3_600)

/** Returns seconds per kilometer or mile, from meters per second; infinite for 0. */
export const paceIn = (units: Units, speed: number): number =>
  metersPer[unitNames[units].distance] / speed

/** Returns seconds per 100 meters or yards, from meters per second; infinite for 0. */
export const swimPaceIn = (units: Units, speed: number): number =>
  100 * metersPer[units === "metric" ? "m" : "yd"] / speed
