/** Flags that several commands share, and the settings made from them. */
import { Clock, Config, Duration, Effect, Option, Schema } from "effect"
import { Flag } from "effect/cli"
import type { Source } from "../../../schemas/export/source.ts"
import { OptionalResource, optionalResources } from "../../../schemas/Item.ts"
import { offeredNames } from "../flags/offeredNames.ts"
import { databaseUrl } from "../flags/databaseUrl.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { usualSinks } from "../../../sinks/SinkKind.ts"
import { defaultOptions } from "../../stages/RunOptions.ts"
import { ActivityId } from "../flags/ActivityId.ts"
import { ageIn, AgeOrNone, Interval, intervalIn, timeOf } from "./times.ts"
import { count, dayFlag, optionalNames, time } from "../flags/valueFlags.ts"
import { flagGroups } from "../../output/help.ts"
import { places } from "../../output/kit/places.ts"
import { listWords } from "../../output/kit/plurals.ts"
import type { Settings } from "../../run/layers.ts"

export const dataFlag = Flag.String("data").pipe(
  Flag.withDescription(`Data directory (default ${places().data})`),
  Flag.withMetavar("DIR"),
  Flag.withFallbackConfig(Config.String("PACELINE_DATA")),
  Flag.withDefault(places().data),
)

export const jsonFlag = Flag.Boolean("json").pipe(
  Flag.withDescription("Print JSON"),
  Flag.withDefault(false),
)

export const quiet = Flag.Boolean("quiet").pipe(
  Flag.withDescription("Print only errors"),
  Flag.withDefault(false),
)

export const verbose = Flag.Boolean("verbose").pipe(
  Flag.withDescription("Print everything, even if there is no problem"),
  Flag.withDefault(false),
)

const general = { data: dataFlag, json: jsonFlag, quiet } as const

const whatToFetch = {
  since: dayFlag("since", "Fetch streams and details only from this day on (UTC)"),
  until: dayFlag("until", "Fetch streams and details only before this day (UTC)"),
  sport: Flag.String("sport").pipe(
    Flag.withDescription("Fetch streams and details of this sport; repeatable"),
    Flag.withMetavar("SPORT"),
    Flag.atLeast(0),
  ),
  activity: Flag.String("activity").pipe(
    Flag.withDescription("Fetch this activity again, by ID or address; repeatable"),
    Flag.withMetavar("ID"),
    Flag.withSchema(ActivityId),
    Flag.atLeast(0),
  ),
  limit: count("limit").pipe(
    Flag.withDescription("Fetch streams and details of at most N, newest first"),
    Flag.optional,
  ),
  with: optionalNames(
    "with",
    `From now on, also fetch ${listWords(optionalResources(), "or")}`,
  ),
  without: optionalNames("without", "From now on, stop fetching these; keep existing data"),
  force: Flag.Boolean("force").pipe(
    Flag.withDescription("Fetch existing data again; print the cost first"),
    Flag.withDefault(false),
  ),
  prefer: Flag.Literals("prefer", ["api", "export"]).pipe(
    Flag.withDescription("api: also fetch streams that your export contains"),
    Flag.withDefault(defaultOptions.prefer),
  ),
  history: Flag.Boolean("history").pipe(
    Flag.withDescription("Record edits of activities: field, before, after"),
    Flag.withDefault(false),
  ),
  retryQuarantined: Flag.Boolean("retry-quarantined").pipe(
    Flag.withDescription("Retry quarantined and skipped items now"),
    Flag.withDefault(false),
  ),
} as const

export const sinkFlag = Flag.Literals("sink", offeredNames().sinks).pipe(
  Flag.withDescription("Write to this sink; repeatable (default: all that are used)"),
  Flag.atLeast(0),
)

const whereToWrite = {
  sink: sinkFlag,
  backfill: Flag.Boolean("backfill").pipe(
    Flag.withDescription("Fetch again what a sink lacks and no other sink keeps"),
    Flag.withDefault(false),
  ),
} as const

export const partialOk = Flag.Boolean("partial-ok").pipe(
  Flag.withDescription("Exit 0 instead of 75 or 2 if the run is incomplete"),
  Flag.withDefault(false),
)

const rateLimitAndTime = {
  onLimit: Flag.Literals("on-limit", ["wait", "stop"]).pipe(
    Flag.withDescription("At a rate limit, wait or stop (wait if on a terminal)"),
    Flag.optional,
  ),
  deadline: time("deadline", "Stop after this long, such as 9m, with exit 75"),
  partialOk,
  reserve: Flag.Int("reserve").pipe(
    Flag.withDescription("Leave N requests per window to other users (default 0)"),
    Flag.withMetavar("N"),
    Flag.withSchema(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
    Flag.withDefault(0),
  ),
  concurrency: count("concurrency").pipe(
    Flag.withDescription(
      `Maximum number of requests in flight (default ${defaultOptions.concurrency})`,
    ),
    Flag.withDefault(defaultOptions.concurrency),
  ),
} as const

/** In days. */
const defaultOverlap = defaultOptions.overlap / (24 * 60 * 60_000)

const synchronization = {
  overlap: time("overlap", `Re-list from this long before the newest (default ${defaultOverlap}d)`),
  sweep: Flag.String("sweep").pipe(
    Flag.withDescription("Time between full syncs: 7d, 0, never (default auto)"),
    Flag.withMetavar("TIME"),
    Flag.withSchema(Interval),
    Flag.optional,
  ),
  allowDeletions: count("allow-deletions").pipe(
    Flag.withDescription("Allow exactly N deletions despite the safety limit"),
    Flag.optional,
  ),
} as const

export const rebuildState = Flag.Boolean("rebuild-state").pipe(
  Flag.withDescription("Rebuild a lost state file from the sinks"),
  Flag.withDefault(false),
)

const maintenance = {
  retention: Flag.String("retention").pipe(
    Flag.withDescription("After the run, purge data received over TIME ago"),
    Flag.withMetavar("TIME"),
    Flag.withFallbackConfig(Config.String("PACELINE_RETENTION")),
    Flag.withSchema(AgeOrNone),
    Flag.withDefault("off"),
  ),
  rebuildState,
  metricsFile: Flag.String("metrics-file").pipe(
    Flag.withDescription("Write metrics for Prometheus here after each run (.prom)"),
    Flag.withMetavar("FILE"),
    Flag.withFallbackConfig(Config.String("PACELINE_METRICS_FILE")),
    Flag.optional,
  ),
  record: Flag.String("record").pipe(
    Flag.withDescription("Record all requests and responses here, without tokens"),
    Flag.withMetavar("DIR"),
    Flag.optional,
  ),
} as const

/** Flags of every command that fetches. */
export const runFlags = {
  ...general,
  ...whatToFetch,
  ...whereToWrite,
  ...rateLimitAndTime,
  ...synchronization,
  ...maintenance,
} as const

/** Groups of the flags of commands that fetch; `selecting` are the command's own flags about stages. */
export const runFlagGroups = (
  selecting: Readonly<Record<string, unknown>> = {},
  unattended: Readonly<Record<string, unknown>> = {},
) =>
  flagGroups({
    "Common": { data: 1, sink: 1, since: 1, with: 1, onLimit: 1, json: 1, quiet: 1 },
    "What to fetch": { ...selecting, ...whatToFetch },
    "Where to write": whereToWrite,
    "Rate limit and time": rateLimitAndTime,
    "Synchronization": synchronization,
    "Maintenance": maintenance,
    ...(Object.keys(unattended).length === 0 ? {} : { "Unattended": unattended }),
  })

interface Running {
  readonly data: string
  readonly sink: ReadonlyArray<SinkName>
  readonly onLimit: Option.Option<"wait" | "stop">
  readonly deadline: Option.Option<string>
  readonly reserve: number
  readonly concurrency: number
  readonly limit: Option.Option<number>
  readonly since: Option.Option<number>
  readonly until: Option.Option<number>
  readonly sport: ReadonlyArray<string>
  readonly activity?: ReadonlyArray<string>
  readonly with: ReadonlyArray<ReadonlyArray<OptionalResource>>
  readonly without: ReadonlyArray<ReadonlyArray<OptionalResource>>
  readonly overlap: Option.Option<string>
  readonly sweep: Option.Option<string>
  readonly allowDeletions: Option.Option<number>
  readonly backfill: boolean
  readonly retention?: string
  readonly force: boolean
  readonly history: boolean
  readonly prefer: Source
  readonly retryQuarantined: boolean
  readonly rebuildState?: boolean
  readonly record?: Option.Option<string>
}

/** Returns the value of a `time` flag, in milliseconds. */
export const millis = (flag: Option.Option<string>, otherwise: number): number =>
  Option.match(Option.flatMap(flag, timeOf), {
    onNone: () => otherwise,
    onSome: Duration.toMillis,
  })

/** Returns the settings of a run. */
export const settingsFrom = Effect.fnUntraced(function* (flags: Running, terminal: boolean) {
  const now = yield* Clock.currentTimeMillis
  const deadline = Option.flatMap(flags.deadline, timeOf).pipe(
    Option.map((time) => now + Duration.toMillis(time)),
  )
  return {
    data: flags.data,
    sinks: flags.sink.length === 0 ? yield* usualSinks(flags.data) : [...new Set(flags.sink)],
    databaseUrl: yield* databaseUrl,
    policy: {
      onLimit: Option.getOrElse(flags.onLimit, () => terminal ? "wait" as const : "stop" as const),
      deadline: Option.getOrUndefined(deadline),
      reserve: flags.reserve,
    },
    options: {
      concurrency: flags.concurrency,
      force: flags.force,
      prefer: flags.prefer,
      limit: Option.getOrUndefined(flags.limit),
      retryQuarantined: flags.retryQuarantined,
      choice: {
        since: Option.getOrUndefined(flags.since),
        until: Option.getOrUndefined(flags.until),
        sports: flags.sport,
        ids: flags.activity ?? [],
      },
      overlap: millis(flags.overlap, defaultOptions.overlap),
      sweep: Option.getOrUndefined(Option.map(flags.sweep, intervalIn)) ?? defaultOptions.sweep,
      allowDeletions: Option.getOrUndefined(flags.allowDeletions),
      turnOn: flags.with.flat(),
      turnOff: flags.without.flat(),
      backfill: flags.backfill,
      history: flags.history,
      retention: ageIn(flags.retention ?? "off") || undefined,
    },
    rebuild: flags.rebuildState ?? false,
    record: Option.getOrUndefined(flags.record ?? Option.none()),
  } satisfies Settings
})
