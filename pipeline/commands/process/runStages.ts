/** A run with its progress and summary, for `pipeline` and the commands of single stages. */
import { Clock, Effect, type Layer, Option } from "effect"
import type { HttpClient } from "effect/http"
import { annotationsOf } from "../../output/summary/annotations.ts"
import { isOptionalResource, type Resource } from "../../../schemas/Item.ts"
import { declarationOf } from "../../../schemas/resources.ts"
import { runLayer, type Settings } from "../../run/layers.ts"
import { exitCodes } from "../../base/exit.ts"
import { harmless, inGitHub } from "../../base/workflowCommand.ts"
import type * as Pipeline from "../../run/Pipeline.ts"
import { endingOf } from "../../output/summary/ending.ts"
import { makePlan } from "../../run/Plan.ts"
import { writesJson } from "../../base/LogFormat.ts"
import { Progress } from "../../base/Progress.ts"
import { complain, endWith, formatError, print } from "../../base/runMain.ts"
import type { AnyStage } from "../../stages/all.ts"
import { PipelineStages } from "../../stages/PipelineStages.ts"
import type { ErrorOf } from "../../stages/Stage.ts"
import { countOf, type Status } from "../../state/ledger/counts.ts"
import { StateError } from "../../state/StateError.ts"
import { StateFile } from "../../state/StateFile.ts"
import { isOn } from "../../stages/items/optional.ts"
import { Quota } from "../../strava/quota/Quota.ts"
import { nextStep, withoutStep } from "../../output/summary/nextStep.ts"
import { renderStepSummary } from "../../output/summary/stepSummary.ts"
import { renderSummary } from "../../output/summary/summary.ts"
import { describeHeldBack } from "../../output/phrases.ts"
import { sync } from "../../run/run.ts"
import { resourcesToFetch } from "../../run/work.ts"
import { appendSummary, makeGroups, makeTimes, type Times } from "../../output/summary/github.ts"
import { logEvent } from "../../output/log/loggers.ts"
import { recordSummary } from "../../output/telemetry/runMetrics.ts"
import { whenDone } from "../../output/whenDone.ts"
import { quantity } from "../../output/kit/plurals.ts"
import { isoTime, localTime } from "../../output/kit/times.ts"
import { SummaryListener } from "../unattended/supervise.ts"
import { wrap } from "../../output/kit/wrap.ts"
import { makeDisplay } from "../../output/progress/ProgressDisplay.ts"
import { type Screen, screenFor } from "../../output/progress/Screen.ts"

/** Stages of `--only` or `--from`; all if neither is given. */
export interface StageSelection {
  readonly only: Option.Option<string>
  readonly from: Option.Option<string>
  /** Last stage of the selection, if it is not the only one. */
  readonly to?: string
}

/** Options of the output. */
export interface OutputOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly partialOk: boolean
  /** Advice after an interruption. */
  readonly again: string
  /** False if the command says itself what comes next. */
  readonly hasNext?: boolean
}

/** Prints what an interrupted run stored, and how to continue. */
const printInterrupted = Effect.fnUntraced(function* (again: string) {
  const { items } = yield* (yield* StateFile).counts
  const count = (resource: Resource, ...statuses: ReadonlyArray<Status>) =>
    countOf(items, resource, ...statuses)
  const toFetch = (yield* resourcesToFetch).map((resource) =>
    `${count(resource, "listed")} ${declarationOf(resource).noun}`
  )
  const stored = [
    quantity(count("activities", "staged", "delivered"), "activity", "activities"),
    `${count("streams", "staged", "delivered")} streams`,
  ]
  const sentences = `Stopped. Stored: ${stored.join(", ")}. To fetch: ${
    toFetch.join(", ")
  }. ${again}.`
  yield* complain(`\n${wrap(sentences).join("\n")}`)
})

/** Warns if the only selected stage is off, because it fetches nothing then. */
const warnIfOff = Effect.fnUntraced(function* ({ only }: StageSelection) {
  const [name] = Option.toArray(only).filter(isOptionalResource)
  if (name === undefined || (yield* isOn(name))) return
  const words =
    `${name} is off, so nothing was fetched. To enable it for this and all later runs: ` +
    `deno task ${name} --with ${name}`
  yield* complain(wrap(words, { first: "  " }).join("\n"))
})

/** Returns the last stage to run, and a test for those before it. */
export const selection = Effect.fnUntraced(function* ({ from, only, to }: StageSelection) {
  const { last, stages } = yield* PipelineStages
  const all = Object.keys(stages)
  const names = Option.match(only, {
    onSome: (name) => [name],
    onNone: () =>
      all.slice(
        all.indexOf(Option.getOrElse(from, () => "auth")),
        to === undefined ? undefined : all.indexOf(to) + 1,
      ),
  })
  const one = Option.getOrElse(only, () => to)
  return {
    last: one === undefined ? last : stages[one] ?? last,
    selected: (name: string) => names.includes(name),
  }
})

/** Prints the cost of `--force` before the first request. */
const printForceCost = Effect.fnUntraced(function* (
  selected: Pipeline.Selection,
  policy: Settings["policy"],
) {
  const made = yield* makePlan(selected, policy)
  const words = `--force fetches existing data again: about ${
    quantity(made.requests.total, "request")
  }, ${whenDone(made)}`
  yield* complain(wrap(words, { first: "  " }).join("\n"))
})

type RunResult = Effect.Success<ReturnType<typeof sync<unknown, ErrorOf<AnyStage>, never>>>

/** Runs the stages and shows their progress; `after` can change the state file at the end. */
export const runWithProgress = Effect.fn("runWithProgress")(
  function* <E, R>(
    settings: Settings,
    which: StageSelection,
    { again, json, quiet }: OutputOptions,
    http: Layer.Layer<HttpClient.HttpClient, E, R>,
    after: (ran: RunResult) => Effect.Effect<void, StateError, StateFile> = () => Effect.void,
  ) {
    const screen: Screen = yield* screenFor
    const { last, selected } = yield* selection(which)
    const logs = yield* writesJson
    const show = !quiet && !json && !logs
    const groups = makeGroups(screen)
    const times = makeTimes()
    const github = yield* inGitHub
    const shown = github ? groups.screen : screen
    return yield* Effect.scoped(Effect.gen(function* () {
      const display = yield* makeDisplay(show ? shown : { ...screen, terminal: false, write() {} })
      const progress = logs
        ? { notify: logEvent }
        : github
        ? times.over(groups.over(display.progress))
        : display.progress
      return yield* Effect.gen(function* () {
        display.attach(yield* Effect.map(Quota, (quota) => quota.snapshot))
        // The display shows the notes itself. With `--quiet`, cron would send them by mail.
        if ((json || logs) && !quiet) {
          yield* Effect.forEach((yield* StateFile).notes, (text) => complain(text))
        }
        if (settings.options.force && !quiet) yield* printForceCost(selected, settings.policy)
        return yield* sync(last, selected).pipe(
          Effect.tap(after),
          Effect.tap(({ summary }) => recordSummary(summary)),
          Effect.ensuring(groups.close),
          Effect.tap(() => quiet ? Effect.void : warnIfOff(which)),
          Effect.bind("times", () => Effect.map(Clock.currentTimeMillis, times.until)),
          Effect.onInterrupt(() => Effect.ignore(printInterrupted(again))),
        )
      }).pipe(
        Effect.provide(runLayer(settings, http)),
        // Outside of the layers, because the sinks' workers report from fibers of their own.
        Effect.provideService(Progress, progress),
      )
    }))
  },
)

/** Prints annotations and writes the summary for the page of the job at GitHub. */
const reportToGitHub = Effect.fnUntraced(function* (
  { code, error, summary, times }: RunResult & { readonly times: Times },
  quiet: boolean,
) {
  const lines = annotationsOf(summary, Option.getOrUndefined(error), code)
  yield* Effect.forEach(
    lines.filter((line) => !quiet || line.startsWith("::error")),
    (line) => complain(line),
  )
  yield* appendSummary(renderStepSummary(summary, Option.getOrUndefined(error), code, times))
})

/** True if the code is of a run that did what it could: `--partial-ok` makes it 0. */
const isPartial = (code: number): boolean =>
  code === exitCodes.again || code === exitCodes.quarantined

/** Ends the process with the code of a run, after the sentences on stderr that explain it. */
export const endAs = Effect.fnUntraced(function* (
  { code, error, summary }: RunResult,
  { hasNext = true, json, partialOk, quiet }: OutputOptions,
  { data, options }: Settings,
) {
  const accepted = partialOk && isPartial(code)
  const isPlain = json || quiet || !hasNext || (yield* inGitHub)
  const next = (sentences: ReadonlyArray<string>) =>
    isPlain ? undefined : nextStep(summary, {
      code,
      error: Option.getOrUndefined(error),
      sentences,
      folder: data,
      force: options.force,
      timeWords: Deno.stderr.isTerminal() ? localTime : isoTime,
    })
  if (code === exitCodes.complete) {
    const step = next([])
    return step === undefined ? undefined : yield* print(`\n${step}`)
  }
  if (accepted && quiet) return
  const [first, ...more] = endingOf(summary, {
    error: Option.getOrUndefined(error),
    code,
    folder: data,
    // The progress display has already printed why a sink is down.
    shown: !quiet && !json,
    force: options.force,
  })
  const step = next([first, ...more])
  const isShown = step === undefined
  const [cause, ...others] = isShown
    ? [first, ...more] as const
    : [withoutStep(first), ...more.map(withoutStep)] as const
  const sentences = [
    ...others,
    ...(options.force && isShown && !first.includes("without --force")
      ? ["The remaining items are marked to be fetched again. Continue without --force"]
      : []),
  ]
  const ending = accepted
    ? Effect.forEach([cause, ...sentences], (sentence) => complain(formatError(sentence)))
    : endWith(code, cause, ...sentences)
  return yield* Effect.ensuring(ending, isShown ? Effect.void : complain(`\n${step}`))
})

/** Runs the stages, prints the summary and ends the process with the code of the run. */
export const runStages = Effect.fn("run")(
  function* <E, R>(
    settings: Settings,
    which: StageSelection,
    saying: OutputOptions,
    http: Layer.Layer<HttpClient.HttpClient, E, R>,
  ) {
    const { json, partialOk, quiet } = saying
    const watched = yield* runWithProgress(settings, which, saying, http).pipe(
      Effect.asSome,
      // Another run has the data directory open: that one does the work.
      Effect.catchIf(
        (error) => partialOk && error instanceof StateError && error.reason === "busy",
        (error) => Effect.as(quiet ? Effect.void : complain(formatError(error)), Option.none()),
      ),
    )
    if (Option.isNone(watched)) return
    const ran = watched.value
    const { code, error, summary } = ran
    ;(yield* SummaryListener)({ ...summary, exit: code })
    const github = yield* inGitHub
    yield* Effect.annotateCurrentSpan({
      "paceline.exit": code,
      "paceline.requests": summary.requests,
    })
    if (yield* writesJson) {
      yield* Effect.logInfo("run ended").pipe(
        Effect.annotateLogs({
          exit: code,
          requests: summary.requests,
          resources: summary.resources,
        }),
      )
    }
    if (json) {
      yield* print(JSON.stringify({ ...summary, exit: code }))
      const warning = quiet ? [] : describeHeldBack(summary.heldBack ?? undefined, settings.data)
      yield* Effect.forEach(warning, (line) => complain(line))
    } else if (!quiet && (Option.isNone(error) || summary.requests > 0)) {
      const page = renderSummary(summary, settings.data)
      yield* print(github ? harmless(page) : page)
    }
    if (github) yield* reportToGitHub(ran, quiet)
    yield* endAs(ran, saying, settings)
  },
)
