/** `paceline plan`: the requests of the next run and the time of its end, before any is sent. */
import { Effect, Layer, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { StravaConfig } from "../strava/StravaConfig.ts"
import { configuredSinks, type Settings } from "../run/layers.ts"
import { exitCodes } from "../base/exit.ts"
import { makePlan as planOf, type Plan } from "../run/Plan.ts"
import { RunOptions } from "../stages/RunOptions.ts"
import { findLosses } from "../state/outbox/glance.ts"
import { StateFile } from "../state/StateFile.ts"
import { GrantedScope, grantedScopeIn } from "../strava/auth/GrantedScope.ts"
import { pageSize } from "../strava/Strava.ts"
import { Quota } from "../strava/quota/Quota.ts"
import { print } from "../base/runMain.ts"
import { count } from "./flags/valueFlags.ts"
import { runFlagGroups, runFlags, settingsFrom } from "./process/flags.ts"
import { hasOnlyExport } from "./import/exportFolder.ts"
import { stateFileIn } from "./process/stateFileMissing.ts"
import { againAfter, real, stageFlags } from "./pipeline.ts"
import { ready } from "./process/ready.ts"
import { FlagGroups } from "../output/help.ts"
import { type Forecast, forecastJson, renderForecast } from "../output/planPage.ts"
import {
  endAs,
  type OutputOptions,
  runWithProgress,
  selection,
  type StageSelection,
} from "./process/runStages.ts"

const {
  concurrency: _,
  metricsFile: _______,
  partialOk: __,
  quiet: ___,
  rebuildState: ____,
  record: _____,
  retention: ______,
  ...asked
} = runFlags

/** Returns the plan of a run with these settings. Takes no lock and writes nothing. */
const forecast = Effect.fnUntraced(function* (
  settings: Settings,
  stages: StageSelection,
  assumed: Option.Option<number>,
) {
  const state = (yield* stateFileIn(settings.data))
    ? StateFile.layerReadOnly(settings.data, settings.sinks)
    : StateFile.layerEmpty
  const { selected } = yield* selection(stages)
  return yield* Effect.gen(function* () {
    const sources = yield* configuredSinks(settings)
    const { lost } = yield* findLosses(sources)
    const made: Plan = yield* planOf(
      selected,
      settings.policy,
      Option.getOrElse(assumed, () => 0),
      lost,
    )
    const { heldBack, sinks, sources: bySource } = yield* (yield* StateFile).counts
    const waiting = sinks.filter(({ sink }) => settings.sinks.includes(sink))
      .reduce((sum, { pending }) => sum + pending, 0)
    const lacks = yield* (yield* StateFile).missingInSinks
    return {
      plan: made,
      waiting,
      lacks,
      lost,
      heldBack,
      assumed: Option.isSome(assumed),
      sources: bySource,
      onlyExport: yield* hasOnlyExport(settings.data, { sources: bySource }),
    } satisfies Forecast
  }).pipe(
    Effect.provide(Quota.layer(settings.policy).pipe(Layer.provideMerge(state))),
    Effect.provideService(RunOptions, settings.options),
    Effect.provideService(GrantedScope, yield* grantedScopeIn(settings.data)),
  )
})

/**
 * Reads the list as a run does: it is stored and delivered. The work counts as unfinished, so that
 * a run soon after continues with this list and does not pay for it again.
 */
const readList = Effect.fnUntraced(function* (settings: Settings, saying: OutputOptions) {
  yield* ready(settings.data)
  const stages = { only: Option.none(), from: Option.none(), to: "activities" } as const
  const options = {
    ...settings.options,
    limit: undefined,
    retryQuarantined: false,
    // Only a run stores the choice of optional resources.
    turnOn: [],
    turnOff: [],
  }
  return yield* runWithProgress(
    { ...settings, options },
    stages,
    saying,
    real,
    ({ code }) =>
      code === exitCodes.complete || code === exitCodes.quarantined
        ? Effect.flatMap(StateFile, ({ recordEnd: ended }) => ended(exitCodes.again))
        : Effect.void,
  )
}, Effect.provide(StravaConfig.layer))

export const planCommand = Command.make(
  "plan",
  {
    ...stageFlags,
    ...asked,
    list: Flag.Boolean("list").pipe(
      Flag.withDescription(`Fetch the activity list first: 2 requests + 1 per ${pageSize}`),
      Flag.withDefault(false),
    ),
    activities: count("activities").pipe(
      Flag.withDescription("Assume that Strava lists N activities"),
      Flag.optional,
    ),
  },
  Effect.fnUntraced(function* (flags) {
    const { data, json } = flags
    const settings = yield* settingsFrom({ ...flags, concurrency: 1 }, true)
    const again = againAfter(settings.options.force)
    const saying = { json, quiet: false, partialOk: false, again, hasNext: false }
    const read = flags.list ? yield* Effect.asSome(readList(settings, saying)) : Option.none()
    const found = yield* forecast(settings, flags, flags.activities)
    yield* print(
      json ? JSON.stringify(forecastJson(found)) : renderForecast(found, data),
    )
    if (Option.isSome(read)) yield* endAs(read.value, saying, settings)
  }),
).pipe(
  Command.annotate(FlagGroups, runFlagGroups({ ...stageFlags, list: true, activities: true })),
  Command.withDescription("Estimate the requests and the end time of a run"),
  Command.withExamples([
    { command: "paceline plan", description: "Plan from stored data, without a request" },
    { command: "paceline plan --list", description: "Fetch the list of activities first" },
    { command: "paceline plan --activities 700", description: "Plan before the first run" },
  ]),
)
