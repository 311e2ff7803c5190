/** What `pipeline` and the commands of one stage have in common: progress, the run, the summary. */
import { Clock, Config, Console, Effect, type Layer, Option } from "effect"
import type { HttpClient } from "effect/http"
import { environment, type Settings } from "../environment.ts"
import { duration, finishedAt } from "../estimate.ts"
import { exitCodes } from "../exit.ts"
import type * as Pipeline from "../Pipeline.ts"
import { Progress } from "../Progress.ts"
import { complain, EndWith, inPlainWords } from "../runtime.ts"
import { activities } from "../stages/activities.ts"
import { athlete } from "../stages/athlete.ts"
import { auth } from "../stages/auth.ts"
import { streams } from "../stages/streams.ts"
import type * as Stage from "../Stage.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota } from "../strava/Quota.ts"
import { pageSize } from "../strava/Strava.ts"
import { renderSummary } from "../summary.ts"
import { sync } from "../sync.ts"
import { makeDisplay, type Screen, stderrScreen } from "./ProgressDisplay.ts"

/** Every stage, in the order they build on each other. */
export const stages = { auth, athlete, activities, streams } as const
export type StageName = keyof typeof stages
export const stageNames = Object.keys(stages) as ReadonlyArray<StageName>

/** `--only` one stage, or `--from` one on; all of them where neither is given. */
export interface Which {
  readonly only: Option.Option<StageName>
  readonly from: Option.Option<StageName>
}

export interface Saying {
  readonly json: boolean
  readonly quiet: boolean
  readonly partialOk: boolean
  /** How to go on after an interruption. */
  readonly again: string
}

/** What an interrupted run leaves behind, and how to go on. */
const sayKept = Effect.fnUntraced(function* (again: string) {
  const { items } = yield* (yield* StateFile).counts
  const count = (resource: string, ...statuses: ReadonlyArray<string>) =>
    items.filter((row) => row.resource === resource && statuses.includes(row.status))
      .reduce((sum, row) => sum + row.count, 0)
  yield* complain(
    `\nStopped. Kept: ${
      count("activities", "staged", "delivered")
    } activities and the samples of ` +
      `${count("streams", "staged", "delivered")}; ${
        count("streams", "listed")
      } are to fetch. ${again}`,
  )
})

/** The last stage has the errors and services of all. */
type AnyStage = Stage.Stage<
  unknown,
  Stage.ErrorOf<typeof streams>,
  Stage.ServicesOf<typeof streams>
>

const selection = ({ from, only }: Which) => {
  const names = Option.match(only, {
    onSome: (name) => [name],
    onNone: () =>
      stageNames.slice(stageNames.indexOf(Option.getOrElse(from, () => "auth" as const))),
  })
  const last: AnyStage = stages[names.at(-1) ?? "streams"]
  return { last, selected: (name: string) => names.some((one) => one === name) }
}

/** What fetching again will cost, said before anything is asked for. */
const costOfForce = Effect.fnUntraced(function* (selected: Pipeline.Selection) {
  const { items } = yield* (yield* StateFile).counts
  const count = (resource: string) =>
    items.filter((row) => row.resource === resource && row.status !== "skipped")
      .reduce((sum, row) => sum + row.count, 0)
  const requests = (selected("athlete") ? 1 : 0) +
    (selected("activities") ? Math.ceil(count("activities") / pageSize) + 1 : 0) +
    (selected("streams") ? count("streams") : 0)
  const quota = yield* (yield* Quota).snapshot
  const now = yield* Clock.currentTimeMillis
  yield* complain(
    `  --force fetches again what is there: about ${requests} requests, ` +
      `${duration(finishedAt(requests, quota, now) - now)} under Strava's limits`,
  )
})

const screenFor = Effect.map(
  Config.option(Config.String("NO_COLOR")),
  (noColour) => stderrScreen(Option.isSome(noColour)),
)

/** Run stages as the settings say, show how it goes, print what came of it, and end with its code. */
export const runStages = Effect.fn("runStages")(
  function* <E, R>(
    settings: Settings,
    which: Which,
    { again, json, partialOk, quiet }: Saying,
    http: Layer.Layer<HttpClient.HttpClient, E, R>,
  ) {
    const screen: Screen = yield* screenFor
    const { last, selected } = selection(which)
    const show = !quiet && !json
    const outcome = yield* Effect.scoped(Effect.gen(function* () {
      const display = yield* makeDisplay(show ? screen : { ...screen, terminal: false, write() {} })
      display.attach(yield* Effect.map(Quota, (quota) => quota.snapshot))
      if (settings.options.force) yield* costOfForce(selected)
      return yield* sync(last, selected).pipe(
        Effect.provideService(Progress, display.progress),
        Effect.onInterrupt(() => Effect.ignore(sayKept(again))),
      )
    })).pipe(Effect.provide(environment(settings, http)))
    const { code, error, summary } = outcome
    if (json) yield* Console.log(JSON.stringify({ ...summary, exit: code }))
    else if (!quiet && (Option.isNone(error) || summary.requests > 0)) {
      yield* Console.log(renderSummary(summary))
    }
    if (Option.isSome(error)) {
      if (!quiet || code !== exitCodes.again) {
        yield* complain(`\n${inPlainWords(error.value)}`)
        if (settings.options.force) {
          yield* complain("What is still to be fetched again is remembered: go on without --force.")
        }
      }
    }
    if (code !== 0 && !(code === exitCodes.again && partialOk)) return yield* new EndWith({ code })
  },
)
