/** The branch that the data directory is kept on, from the environment. */
import { Config, Context, Duration, Effect, Layer, Option, Redacted } from "effect"
import { KeepError } from "./KeepError.ts"

/** An unset variable and an empty one are the same: schedulers set empty ones. */
const text = (name: string) =>
  Config.String(name).pipe(Config.option, Effect.map(Option.filter((value) => value !== "")))

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
    const temporary = Option.orElse(yield* text("RUNNER_TEMP"), () => Option.none())
    const pause = Number(Option.getOrElse(yield* text("KEEP_PAUSE"), () => "5"))
    return {
      data,
      remote: remote.value,
      branch: Option.getOrElse(yield* text("KEEP_BRANCH"), () => "paceline-data"),
      user: Option.getOrElse(yield* text("KEEP_USER"), () => "x-access-token"),
      token: Option.map(yield* text("KEEP_TOKEN"), (token) => Redacted.make(token)),
      store: `${Option.getOrElse(temporary, () => "/tmp")}/paceline-keep`,
      pause: Duration.seconds(Number.isFinite(pause) && pause >= 0 ? pause : 5),
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
  /** User name that git gives with the token. */
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
