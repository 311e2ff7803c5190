/** Disks that are full, broken, read-only or short of handles. */
import type { Trouble } from "./trial.ts"

type Troubles = Readonly<Record<string, Trouble>>

/** Calls that need space, and calls that need a handle. */
const needsSpace: Trouble = ({ changes, kind }) =>
  (changes && kind !== "remove") || kind === "sync" ? "ENOSPC" : undefined
const needsHandle: Trouble = ({ kind }) =>
  kind === "open" || kind === "readDirectory" ? "EMFILE" : undefined

const once = (trouble: Trouble): Trouble => (call, nth) =>
  call.nth === nth ? trouble(call, nth) : undefined
const fromThenOn = (trouble: Trouble): Trouble => (call, nth) =>
  call.nth >= nth ? trouble(call, nth) : undefined

/** One call fails, whichever it is. */
export const broken: Trouble = once(() => "EIO")

/** Troubles of a single call. */
export const passing: Troubles = {
  "fault 8: where there is no space for one call, files stay whole, and the next run lands the rest":
    once(needsSpace),
  "fault 10: where one file cannot be opened, files stay whole, and the next run lands the rest":
    once(needsHandle),
  "fault 11: where one call fails with EIO, files stay whole, and the next run lands the rest":
    broken,
}

/** Troubles that last until they are fixed. */
export const lasting: Troubles = {
  "fault 8: where there is no space from one call on, files stay whole, nothing is left behind":
    fromThenOn(needsSpace),
  "fault 8: where a part of a write is taken, and then the disk is full, files stay whole": (
    call,
    nth,
  ) =>
    call.nth > nth
      ? needsSpace(call, nth)
      : call.nth === nth && call.kind === "write"
      ? { short: 3 }
      : undefined,
  "fault 9: where the disk is read-only from one call on, files stay whole": fromThenOn((
    { changes },
  ) => changes ? "EROFS" : undefined),
  "fault 10: where no file can be opened from one call on, files stay whole": fromThenOn(
    needsHandle,
  ),
  "fault 11: where every call fails from one on, files stay whole": fromThenOn(() => "EIO"),
}

/** One write is short, which is no failure: the rest must be written too. */
export const partial: Trouble = once(({ kind }) => kind === "write" ? { short: 3 } : undefined)
