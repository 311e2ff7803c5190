/** Durations in milliseconds as people read them. (`Intl.DurationFormat` shortens only some units.) */
import { quantity } from "./plurals.ts"

/** Returns a rounded duration: `3 s`, `12 min`, `5 h 40 min`, `3 days 2 h`. */
export const formatDuration = (milliseconds: number): string => {
  if (milliseconds === Infinity) return "for ever"
  const seconds = Math.max(0, Math.round(milliseconds / 1_000))
  const minutes = Math.round(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (seconds < 100) return `${seconds} s`
  if (minutes < 100) return `${minutes} min`
  if (hours < 48) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} days ${hours % 24} h`
}

const units = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]] as const

/** Returns an exact duration in the largest unit that divides it: `30 days`, `1 minute`. */
export const formatSpan = (milliseconds: number): string => {
  const [unit, size] = units.find(([, size]) => milliseconds % size === 0) ?? ["second", 1_000]
  return quantity(milliseconds / size, unit)
}
