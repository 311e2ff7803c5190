/** The one step after a run, in a line of its own: `Next: deno task report`. */
import { exitCodes } from "../../base/exit.ts"
import type { Summary } from "../../run/Summary.ts"
import { LimitReached } from "../../strava/errors.ts"
import { taskLine } from "../kit/line.ts"
import { quantity } from "../kit/plurals.ts"

interface EndedRun {
  readonly code: number
  /** Error that ended the stages early; undefined if none did. */
  readonly error: unknown
  /** Sentences that explain the code. */
  readonly sentences: ReadonlyArray<string>
  /** Data directory that commands are for. */
  readonly folder: string
  /** Value of `--force`: the same command would begin from the start. */
  readonly force: boolean
  /** Returns a time for people: local on a terminal, in UTC in a log. */
  readonly timeWords: (at: number, now: number) => string
}

/** Matches the steps at the end of sentences, which the line of the next step replaces. */
const steps =
  / (?:To continue, run the same command again after \S+|Run the same command again to continue|The remaining items are marked to be fetched again\. Continue[^.]*)$|; to see all: .*$/

/** Returns a sentence without its step at the end. */
export const withoutStep = (sentence: string): string => sentence.replace(steps, "")

/** True if a sentence has a command, or says to run again. */
const hasStep = (sentence: string) => /deno task|paceline [a-z]|\bagain\b/i.test(sentence)

/** Returns the step after a run that did not do everything; undefined if its sentences have one. */
const stepAfter = (
  { code, error, folder, force, sentences, timeWords }: EndedRun,
  at: number,
): string | undefined => {
  if (code === exitCodes.quarantined) return taskLine("status", folder)
  if (code === exitCodes.again && sentences.some((text) => withoutStep(text) !== text)) {
    const after = error instanceof LimitReached ? ` after ${timeWords(error.until, at)}` : ""
    return force
      ? `run it again without --force${after}; the rest is marked to be fetched again`
      : `run the same command again${after}`
  }
  return sentences.some(hasStep) ? undefined : taskLine("doctor", folder)
}

/** Returns `Next: …`; undefined if the sentences of the run have the step already. */
export const nextStep = (
  { at, left }: Pick<Summary, "at" | "left">,
  run: EndedRun,
): string | undefined => {
  const step = run.code !== exitCodes.complete
    ? stepAfter(run, at)
    : left > 0
    ? `${taskLine("pipeline", run.folder)}   (streams of ${
      quantity(left, "activity is", "activities are")
    } pending)`
    : taskLine("report", run.folder)
  return step === undefined ? undefined : `Next: ${step}`
}
