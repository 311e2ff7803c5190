/** Splits of an activity as a page shows them: of 1, 5 or 10 km or miles. */
import type { ActivityBlock, Split } from "../../model/ActivityBlock.ts"
import type { Group } from "../../../metrics/sports.ts"
import { metersPer, unitNames, type Units } from "../../../metrics/units.ts"
import type { Rate } from "../../charts/quantities.ts"

interface ShownSplits {
  /** Kilometers or miles of each. */
  readonly length: number
  readonly splits: ReadonlyArray<ShownSplit>
}

export interface ShownSplit extends Split {
  /** Kilometers or miles from the start to its end. */
  readonly end: number
  /** True if it has the whole length. */
  readonly whole: boolean
  /** True for the fastest whole one. */
  readonly fastest: boolean
}

const speedOf = ({ meters, seconds }: Split): number => seconds > 0 ? meters / seconds : 0

/** Returns one split of several; its heart rate is the mean by time. */
const joined = (splits: ReadonlyArray<Split>): Split => {
  const sum = (of: (split: Split) => number) => splits.reduce((total, each) => total + of(each), 0)
  const seconds = sum((each) => each.seconds)
  const known = splits.filter(({ beats }) => beats !== undefined)
  const beatSeconds = known.reduce((total, each) => total + each.seconds, 0)
  return {
    meters: sum(({ meters }) => meters),
    seconds,
    rise: splits.some(({ rise }) => rise === undefined) ? undefined : sum(({ rise }) => rise ?? 0),
    beats: beatSeconds === 0
      ? undefined
      : known.reduce((total, { beats, seconds }) => total + (beats ?? 0) * seconds, 0) /
        beatSeconds,
  }
}

/** Most rows before splits are joined: fewer for rides, whose single kilometers say little. */
const lengthFor = (count: number, isRide: boolean): number =>
  count > 60 ? 10 : count > (isRide ? 16 : 50) ? 5 : 1

/** Returns the splits for these units; empty for swims, and if less than two have a moving time. */
export const shownSplits = (
  { splits }: ActivityBlock,
  group: Group,
  units: Units,
  { isPlausible, name }: Rate,
): ShownSplits => {
  const all = group === "swim" ? [] : splits[units]
  const length = lengthFor(all.length, name === "Speed")
  const unit = metersPer[unitNames[units].distance]
  const joinedSplits = Array.from(
    { length: Math.ceil(all.length / length) },
    (_, i) => joined(all.slice(i * length, (i + 1) * length)),
  )
  let meters = 0
  const shown = joinedSplits.map((split) => ({
    ...split,
    end: (meters += split.meters) / unit,
    whole: split.meters > unit * length * .95,
  }))
  const known = shown.filter((split) => speedOf(split) > 0)
  const fast = Math.max(
    ...shown.filter((split) => split.whole && isPlausible(speedOf(split))).map(speedOf),
  )
  return {
    length,
    splits: known.length < 2
      ? []
      : shown.map((split) => ({ ...split, fastest: split.whole && speedOf(split) === fast })),
  }
}

/** Returns the share of the fastest speed that a bar shows, from zero; 0 for a jump of the GPS. */
export const barShare = (
  split: ShownSplit,
  splits: ReadonlyArray<ShownSplit>,
  { isPlausible }: Rate,
): number => {
  const speeds = splits.map(speedOf).filter(isPlausible)
  const speed = speedOf(split)
  return isPlausible(speed) ? speed / Math.max(...speeds, 1e-9) : 0
}
