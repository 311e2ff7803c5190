/** Progress of a command that counts its work: `verify`, `report` and `purge`. */
import { Context, Effect } from "effect"

/**
 * Listener of the progress; by default it is discarded, so that the code that counts needs no display. A part is
 * named by one word that the line shows, such as a sink or `streams`.
 */
export const CommandProgress = Context.Reference<{
  readonly advanced: (part: string, done: number, total: number) => Effect.Effect<void>
}>("paceline/CommandProgress", { defaultValue: () => ({ advanced: () => Effect.void }) })

/**
 * Announces that `done` of the `total` items of a part are done, such as `advanced("streams", 120, 700)`. Call it
 * as often as is convenient: the display draws at most 12 times per second, on a terminal only. Announce
 * a later part early with `advanced("pages", 0, 6)`, so that the share of the whole does not jump back.
 */
export const advanced = (part: string, done: number, total: number): Effect.Effect<void> =>
  Effect.flatMap(CommandProgress, (progress) => progress.advanced(part, done, total))
