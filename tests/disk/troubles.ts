/** Disks that are full, broken, read-only or short of handles. */
import type { Trouble } from "./trial.ts"

type Troubles = Readonly<Record<string, Trouble>>

/** Faults of calls that need space. */
const needsSpace: Trouble = ({ changes, kind }) =>
  (changes && kind !== "remove") || kind === "sync" ? "ENOSPC" : undefined
const needsHandle: Trouble = ({ kind }) =>
  kind === "open" || kind === "readDirectory" ? "EMFILE" : undefined

const once = (trouble: Trouble): Trouble => (call, nth) =>
  call.nth === nth ? trouble(call, nth) : undefined
const fromThenOn = (trouble: Trouble): Trouble => (call, nth) =>
  call.nth >= nth ? trouble(call, nth) : undefined

/** Fault of one call of any kind. */
export const broken: Trouble = once(() => "EIO")

/** Faults that affect a single call. */
export const passing: Troubles = {
  "fault 8: if one call finds no space, files stay whole, and the next run writes the rest": once(
    needsSpace,
  ),
  "fault 10: if one file cannot be opened, files stay whole, and the next run writes the rest":
    once(needsHandle),
  "fault 11: if one call fails with EIO, files stay whole, and the next run writes the rest":
    broken,
}

/** Faults that last until they are fixed. */
export const lasting: Troubles = {
  "fault 8: if the disk is full from one call on, files stay whole, and no temporary file is left":
    fromThenOn(needsSpace),
  "fault 8: if the disk is full in the middle of a write, files stay whole": (
    call,
    nth,
  ) =>
    call.nth > nth
      ? needsSpace(call, nth)
      : call.nth === nth && call.kind === "write"
      ? { short: 3 }
      : undefined,
  "fault 9: if the disk is read-only from one call on, files stay whole": fromThenOn((
    { changes },
  ) => changes ? "EROFS" : undefined),
  "fault 10: if no file can be opened from one call on, files stay whole": fromThenOn(
    needsHandle,
  ),
  "fault 11: if every call fails from one on, files stay whole": fromThenOn(() => "EIO"),
}

/** One short write. It is no failure, but the rest must be written too. */
export const partial: Trouble = once(({ kind }) => kind === "write" ? { short: 3 } : undefined)
