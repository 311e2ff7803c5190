/** A line whose color changes along its way. */
import { line } from "./svg.ts"

/** First and last index of points that belong together. */
export interface Stretch {
  readonly first: number
  readonly last: number
}

/**
 * Returns the SVG data of one path per color. `colorOf` returns the color of the way to a point. A line is
 * interrupted between stretches.
 */
export const coloredLine = (
  points: ReadonlyArray<readonly [x: number, y: number]>,
  colorOf: (index: number) => string,
  stretches: ReadonlyArray<Stretch> = [{ first: 0, last: points.length - 1 }],
): ReadonlyMap<string, string> => {
  const paths = new Map<string, string>()
  for (const { first, last } of stretches) {
    let current = ""
    for (let i = first + 1; i <= last; i++) {
      const color = colorOf(i)
      const step = line(points.slice(i - 1, i + 1))
      const added = color === current ? step.slice(step.indexOf("L")) : step
      paths.set(color, (paths.get(color) ?? "") + added)
      current = color
    }
  }
  return paths
}
