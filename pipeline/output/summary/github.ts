/** Output for GitHub Actions: a group for each stage, masked tokens, and a summary on the job's page. */
import { Clock, Config, Effect, FileSystem, Layer, Option, Redacted } from "effect"
import { inGitHub, workflowCommand } from "../../base/workflowCommand.ts"
import type { Progress, ProgressEvent } from "../../base/Progress.ts"
import { complain } from "../../base/runMain.ts"
import { Mask } from "../../strava/Mask.ts"
import type { Screen } from "../progress/Screen.ts"

type Listener = typeof Progress.Service

/** Duration of each stage, in milliseconds. */
export type Times = ReadonlyMap<string, number>

/**
 * Asks the runner to mask each token, once and before any other output. Only in GitHub Actions, because the
 * command contains the token; the runner removes that line from the log.
 */
export const masked = Layer.effect(
  Mask,
  Effect.map(inGitHub, (yes) => {
    const announced = new Set<string>()
    return (secret: Redacted.Redacted) =>
      Effect.suspend(() => {
        const value = Redacted.value(secret)
        if (!yes || announced.has(value)) return Effect.void
        announced.add(value)
        return complain(workflowCommand("add-mask", value))
      })
  }),
)

/**
 * Puts lines into a group per stage. Groups do not nest and stages run concurrently, so the group is that of
 * the earliest stage that is running. It begins with its first line.
 */
export const makeGroups = (screen: Screen) => {
  const running: Array<string> = []
  let open: string | undefined
  const close = () => {
    if (open !== undefined) screen.write(`${workflowCommand("endgroup")}\n`)
    open = undefined
  }
  const write = (text: string) => {
    const [stage] = running
    if (stage !== open) close()
    if (stage !== undefined && open === undefined) {
      screen.write(`${workflowCommand("group", stage)}\n`)
      open = stage
    }
    screen.write(text)
  }
  const after = (event: ProgressEvent) => {
    if (event._tag === "StageStarted") running.push(event.stage)
    if (event._tag === "StageEnded") running.splice(running.indexOf(event.stage), 1)
    if (event._tag === "Stopping") running.length = 0
  }
  const over = (progress: Listener): Listener => ({
    notify: (event) =>
      event._tag === "StageStarted"
        ? Effect.andThen(Effect.sync(() => after(event)), progress.notify(event))
        : Effect.andThen(progress.notify(event), Effect.sync(() => after(event))),
  })
  return { screen: { ...screen, write }, over, close: Effect.sync(close) }
}

/** Measures the duration of each stage; of a running one, until now. */
export const makeTimes = () => {
  const began = new Map<string, number>()
  const ended = new Map<string, number>()
  const over = (progress: Listener): Listener => ({
    notify: (event) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        if (event._tag === "StageStarted") began.set(event.stage, now)
        if (event._tag === "StageEnded") ended.set(event.stage, now)
        return progress.notify(event)
      }),
  })
  const until = (now: number): Times =>
    new Map([...began].map(([stage, at]) => [stage, (ended.get(stage) ?? now) - at]))
  return { over, until }
}

/** Appends to the summary of this step, if there is one. A failure is only a warning. */
export const appendSummary = Effect.fn("appendSummary")(function* (markdown: string) {
  if (!(yield* inGitHub)) return
  const path = yield* Effect.option(Config.String("GITHUB_STEP_SUMMARY"))
  if (Option.isNone(path) || path.value === "") return
  const fs = yield* FileSystem.FileSystem
  yield* fs.writeFileString(path.value, markdown, { flag: "a" }).pipe(
    Effect.catch(({ message }) =>
      complain(workflowCommand("warning", message, { title: "Cannot write the summary" }))
    ),
  )
})
