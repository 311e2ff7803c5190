/** A list of numbers as a line of small bars. */
import type { Numbers } from "../landed/Samples.ts"

const bars = "▁▂▃▄▅▆▇█"

/** Returns the means of `count` equal parts of the list, or the list itself if it is shorter. */
const shortened = (values: Numbers, count: number): Numbers =>
  values.length <= count ? values : Array.from({ length: count }, (_, i) => {
    const from = Math.floor(i * values.length / count)
    const part = values.slice(from, Math.floor((i + 1) * values.length / count))
      .filter((value) => value !== null)
    return part.length === 0 ? null : part.reduce((mean, value) => mean + value / part.length, 0)
  })

/** Returns the least and the greatest value; undefined if all are missing. */
export const rangeOf = (values: Numbers): readonly [least: number, most: number] | undefined =>
  values.reduce<readonly [number, number] | undefined>(
    (range, value) =>
      value === null
        ? range
        : [Math.min(range?.[0] ?? value, value), Math.max(range?.[1] ?? value, value)],
    undefined,
  )

/**
 * Returns a bar for each value, in at most `width` columns; a space for a missing value. The lowest
 * bar stands for `floor`, or for the least value if undefined.
 */
export const sparkline = (values: Numbers, width: number, floor?: number): string => {
  const shown = shortened(values, Math.max(1, width))
  const [least, most] = rangeOf(shown) ?? [0, 0]
  const low = floor ?? least
  // Halved, because the difference of two numbers might exceed what a number holds.
  const step = (value: number) =>
    most > low
      ? Math.min(
        bars.length - 1,
        Math.max(0, Math.floor((value / 2 - low / 2) / (most / 2 - low / 2) * bars.length)),
      )
      : 0
  return shown.map((value) => value === null ? " " : bars[step(value)]!).join("")
}
