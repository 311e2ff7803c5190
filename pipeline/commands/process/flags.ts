/** The flags that commands share, and what they mean together. */
import { Clock, Config, Duration, Effect, Option, Schema } from "effect"
import { Flag } from "effect/cli"
import { Extra, isExtra } from "../../../schemas/Item.ts"
import { registeredNames } from "../../../sinks/registry.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { sinkNames } from "../../../sinks/SinkKind.ts"
import { defaultOptions } from "../../stages/RunOptions.ts"
import { ageIn, AgeOrNone, Interval, intervalIn, Time, timeOf } from "./times.ts"
import { NotConfigured } from "../../strava/errors.ts"
import type { Settings } from "../../run/layers.ts"

export const dataFlag = Flag.String("data").pipe(
  Flag.withDescription("Folder for everything that lands, and for the state (default ./data)"),
  Flag.withMetavar("FOLDER"),
  Flag.withFallbackConfig(Config.String("PACELINE_DATA")),
  Flag.withDefault("./data"),
)

export const jsonFlag = Flag.Boolean("json").pipe(
  Flag.withDescription("Print JSON instead of a page: an object; of sql and show, a list of rows"),
  Flag.withDefault(false),
)

export const quiet = Flag.Boolean("quiet").pipe(
  Flag.withDescription(
    "Print only errors: nothing with exit code 0, the cause and the fix with any other",
  ),
  Flag.withDefault(false),
)

/** A flag of a number from 1. */
export const count = (name: string) =>
  Flag.Int(name).pipe(
    Flag.withMetavar("N"),
    Flag.withSchema(Schema.Int.check(Schema.isGreaterThan(0))),
  )

/** Whether there is such a day: `Date.parse` takes the 30th of February for one in March. */
const isDay = (text: string): boolean => {
  const date = text.slice(0, 10)
  const at = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(Date.parse(text)) && !Number.isNaN(at) &&
    new Date(at).toISOString().startsWith(date)
}

/** A day such as `2024-01-31`, or a moment such as `2024-01-31T10:00:00Z`; in milliseconds since 1970. */
const day = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(description),
    Flag.withMetavar("DAY"),
    Flag.withSchema(
      Schema.String.check(
        Schema.makeFilter((text) =>
          isDay(text) ||
          "Expected a day such as 2024-01-31"
        ),
      ),
    ),
    Flag.map((text) => Date.parse(text)),
    Flag.optional,
  )

/** Names of `Extra`, with commas between them, or the flag repeated. */
const extras = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(description),
    Flag.withMetavar("NAMES"),
    Flag.withSchema(
      Schema.String.check(
        Schema.makeFilter((text) =>
          text.split(",").every((word) => isExtra(word.trim())) ||
          `Expected some of ${Extra.literals.join(", ")}, with commas between them`
        ),
      ),
    ),
    Flag.map((text) => text.split(",").map((word) => word.trim()).filter(isExtra)),
    Flag.atLeast(0),
  )

/** A flag of a time, such as `20m` or `30d`. */
export const time = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(description),
    Flag.withMetavar("TIME"),
    Flag.withSchema(Time),
    Flag.optional,
  )

/** The flags of every command that asks Strava for something. */
export const runFlags = {
  data: dataFlag,
  json: jsonFlag,
  sink: Flag.Literals("sink", registeredNames).pipe(
    Flag.withDescription("Where to write; repeat it for several (default: all three)"),
    Flag.atLeast(0),
  ),
  onLimit: Flag.Literals("on-limit", ["wait", "stop"]).pipe(
    Flag.withDescription(
      "At Strava's limit, wait for the next window or stop with exit 75 (default: wait on a terminal, " +
        "stop elsewhere)",
    ),
    Flag.optional,
  ),
  deadline: Flag.String("deadline").pipe(
    Flag.withDescription("Stop cleanly after this long, such as 9m, with exit 75"),
    Flag.withMetavar("TIME"),
    Flag.withSchema(Time),
    Flag.optional,
  ),
  reserve: Flag.Int("reserve").pipe(
    Flag.withDescription(
      "Leave this many requests of every window to other users of your application (default 0)",
    ),
    Flag.withMetavar("N"),
    Flag.withSchema(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
    Flag.withDefault(0),
  ),
  concurrency: count("concurrency").pipe(
    Flag.withDescription("Most requests under way at once (default 8)"),
    Flag.withDefault(8),
  ),
  limit: count("limit").pipe(
    Flag.withDescription(
      "Fetch samples and details of at most this many activities in this run: the newest that lack " +
        "them, so that the next run takes the next ones",
    ),
    Flag.optional,
  ),
  since: day(
    "since",
    "Fetch samples and details only of activities from this day on (UTC); the list stays whole",
  ),
  until: day("until", "Fetch samples and details only of activities before this day (UTC)"),
  sport: Flag.String("sport").pipe(
    Flag.withDescription(
      "Fetch samples and details only of this sport, such as Run (sport_type); repeat it for several",
    ),
    Flag.withMetavar("SPORT"),
    Flag.atLeast(0),
  ),
  with: extras(
    "with",
    "Ask from now on also for details, zones, stats or gear (commas between them); remembered",
  ),
  without: extras("without", "Ask no longer for them; what is there stays; remembered"),
  overlap: time(
    "overlap",
    "Read the list again from this long before the newest activity (default 30d)",
  ),
  sweep: Flag.String("sweep").pipe(
    Flag.withDescription(
      "Time between full syncs, such as 7d; 0: every run; never; auto (default): a day if the " +
        "full list costs at most 1 % of the day's reads, otherwise a week",
    ),
    Flag.withMetavar("TIME"),
    Flag.withSchema(Interval),
    Flag.optional,
  ),
  allowDeletions: count("allow-deletions").pipe(
    Flag.withDescription(
      "Believe that so many activities are deleted at Strava, where that is too many to believe",
    ),
    Flag.optional,
  ),
  backfill: Flag.Boolean("backfill").pipe(
    Flag.withDescription("Ask Strava again for what a sink lacks and no other sink keeps"),
    Flag.withDefault(false),
  ),
  force: Flag.Boolean("force").pipe(
    Flag.withDescription("Fetch again what is there already; says first what that costs"),
    Flag.withDefault(false),
  ),
  retryQuarantined: Flag.Boolean("retry-quarantined").pipe(
    Flag.withDescription("Try now what is set aside, also where its next try is days ahead"),
    Flag.withDefault(false),
  ),
  rebuildState: Flag.Boolean("rebuild-state").pipe(
    Flag.withDescription(
      "Rebuild the state file from the sinks, if it is lost and has no backup",
    ),
    Flag.withDefault(false),
  ),
  retention: Flag.String("retention").pipe(
    Flag.withDescription(
      "Purge at the end of the run what was received longer ago than this, such as 7d; off: nothing",
    ),
    Flag.withMetavar("TIME"),
    Flag.withFallbackConfig(Config.String("PACELINE_RETENTION")),
    Flag.withSchema(AgeOrNone),
    Flag.withDefault("off"),
  ),
  record: Flag.String("record").pipe(
    Flag.withDescription(
      "Keep every exchange with Strava in this folder, without tokens; simulator plays them back",
    ),
    Flag.withMetavar("FOLDER"),
    Flag.optional,
  ),
  partialOk: Flag.Boolean("partial-ok").pipe(
    Flag.withDescription(
      "Exit 0 also if the run is partial: stopped at the limit, the deadline or a lock (75), or complete but " +
        "for quarantined items (2)",
    ),
    Flag.withDefault(false),
  ),
  quiet,
} as const

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
  readonly with: ReadonlyArray<ReadonlyArray<Extra>>
  readonly without: ReadonlyArray<ReadonlyArray<Extra>>
  readonly overlap: Option.Option<string>
  readonly sweep: Option.Option<string>
  readonly allowDeletions: Option.Option<number>
  readonly backfill: boolean
  readonly retention?: string
  readonly force: boolean
  readonly retryQuarantined: boolean
  readonly rebuildState?: boolean
  readonly record?: Option.Option<string>
}

/** What `time` has given, in milliseconds. */
export const millis = (flag: Option.Option<string>, otherwise: number): number =>
  Option.match(Option.flatMap(flag, timeOf), {
    onNone: () => otherwise,
    onSome: Duration.toMillis,
  })

/** `DATABASE_URL`; an empty one, as schedulers set it, is none. */
export const databaseUrl = Config.Redacted("DATABASE_URL").pipe(
  Config.option,
  Effect.mapError(() =>
    new NotConfigured({ missing: "DATABASE_URL cannot be read", remedy: "Set it, or unset it" })
  ),
)

/** What the flags and the environment ask for. */
export const settingsFrom = Effect.fnUntraced(function* (flags: Running, terminal: boolean) {
  const now = yield* Clock.currentTimeMillis
  const deadline = Option.flatMap(flags.deadline, timeOf).pipe(
    Option.map((time) => now + Duration.toMillis(time)),
  )
  return {
    data: flags.data,
    sinks: flags.sink.length === 0 ? yield* sinkNames : [...new Set(flags.sink)],
    databaseUrl: yield* databaseUrl,
    policy: {
      onLimit: Option.getOrElse(flags.onLimit, () => terminal ? "wait" as const : "stop" as const),
      deadline: Option.getOrUndefined(deadline),
      reserve: flags.reserve,
    },
    options: {
      concurrency: flags.concurrency,
      force: flags.force,
      limit: Option.getOrUndefined(flags.limit),
      retryQuarantined: flags.retryQuarantined,
      choice: {
        since: Option.getOrUndefined(flags.since),
        until: Option.getOrUndefined(flags.until),
        sports: flags.sport,
      },
      overlap: millis(flags.overlap, defaultOptions.overlap),
      sweep: Option.getOrUndefined(Option.map(flags.sweep, intervalIn)) ?? defaultOptions.sweep,
      allowDeletions: Option.getOrUndefined(flags.allowDeletions),
      turnOn: flags.with.flat(),
      turnOff: flags.without.flat(),
      backfill: flags.backfill,
      retention: ageIn(flags.retention ?? "off") || undefined,
    },
    rebuild: flags.rebuildState ?? false,
    record: Option.getOrUndefined(flags.record ?? Option.none()),
  } satisfies Settings
})
