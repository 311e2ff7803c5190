/** The branch that the data directory is kept on, from the environment. */
import { Config, Context, Duration, Effect, Layer, Option, Redacted } from "effect"
import { KeepError } from "./KeepError.ts"

/** An unset variable and an empty one are the same: schedulers set empty ones. */
const text = (name: string) =>
  Config.String(name).pipe(Config.option, Effect.map(Option.filter((value) => value !== "")))

/** A subset of the names that git allows. */
const isBranchName = (name: string) =>
  /^\w[\w./-]*$/.test(name) && !/\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(name)

const wrong = (name: string, wanted: string) =>
  new KeepError({
    reason: "configuration",
    detail: `Cannot use ${name}: it is not ${wanted}. Correct it, or unset it`,
  })

const make = Effect.fnUntraced(
  function* (data: string) {
    const server = Option.getOrElse(yield* text("GITHUB_SERVER_URL"), () => "https://github.com")
    const repository = yield* text("GITHUB_REPOSITORY")
    const remote = Option.orElse(
      yield* text("KEEP_REMOTE"),
      () => Option.map(repository, (name) => `${server}/${name}.git`),
    )
    if (Option.isNone(remote)) {
      return yield* new KeepError({
        reason: "configuration",
        detail:
          "KEEP_REMOTE is not set. Set it to the address of the private repository that keeps " +
          "the data directory",
      })
    }
    const temporary = yield* text("RUNNER_TEMP")
    const pause = Number(Option.getOrElse(yield* text("KEEP_PAUSE"), () => "5"))
    if (!(pause >= 0 && Number.isFinite(pause))) {
      return yield* wrong("KEEP_PAUSE", "a number of seconds, such as 5")
    }
    const branch = Option.getOrElse(yield* text("KEEP_BRANCH"), () => "paceline-data")
    if (!isBranchName(branch)) return yield* wrong("KEEP_BRANCH", "a branch name, such as data")
    return {
      data,
      remote: remote.value,
      branch,
      user: Option.getOrElse(yield* text("KEEP_USER"), () => "x-access-token"),
      token: Option.map(yield* text("KEEP_TOKEN"), (token) => Redacted.make(token)),
      store: `${Option.getOrElse(temporary, () => "/tmp")}/paceline-keep`,
      pause: Duration.seconds(pause),
    }
  },
  Effect.catchTag(
    "ConfigError",
    ({ message }) =>
      new KeepError({ reason: "configuration", detail: `Cannot read the environment: ${message}` }),
  ),
)

export class KeepConfig extends Context.Service<KeepConfig, {
  /** The data directory. */
  readonly data: string
  /** Address of the repository. */
  readonly remote: string
  /** Name of the branch, without `refs/heads/`. */
  readonly branch: string
  /** User name that git sends with the token. */
  readonly user: string
  /** Token that may push to the repository; none where git signs in by itself. */
  readonly token: Option.Option<Redacted.Redacted>
  /** Directory of the bare repository that the commits are made in. */
  readonly store: string
  /** Pause before a second attempt; later attempts wait longer. */
  readonly pause: Duration.Duration
}>()("paceline/keep/KeepConfig") {
  static readonly layer = (data: string) => Layer.effect(KeepConfig, make(data))
}
