/** `paceline keep`: the data directory of machines that do not last, on a branch of a private repository. */
import { Duration, Effect, Layer } from "effect"
import { Argument, Command } from "effect/cli"
import { formatNumber } from "../output/kit/numbers.ts"
import { signInLayer } from "../run/layers.ts"
import { inGitHub, workflowCommand } from "../base/workflowCommand.ts"
import { Branch } from "../keep/Branch.ts"
import { Git } from "../keep/Git.ts"
import { KeepConfig } from "../keep/KeepConfig.ts"
import { restoreBranch } from "../keep/restore.ts"
import { save } from "../keep/save.ts"
import { keepSignIn } from "../keep/signIn.ts"
import { Progress, type ProgressEvent } from "../base/Progress.ts"
import { exitCodes } from "../base/exit.ts"
import { complain, endWith } from "../base/runMain.ts"
import { systemError } from "../base/SystemError.ts"
import { StravaConfig } from "../strava/StravaConfig.ts"
import { LifeLeft } from "../strava/auth/LifeLeft.ts"
import { time } from "./flags/valueFlags.ts"
import { dataFlag, millis } from "./process/flags.ts"
import { real } from "./pipeline.ts"

const layerFor = (directory: string) =>
  Branch.layer.pipe(
    Layer.provideMerge(Git.layer),
    Layer.provideMerge(KeepConfig.layer(directory)),
  )

/** Notes are warnings on the page of the job. */
const printNotes = {
  notify: (event: ProgressEvent) =>
    event._tag !== "Note" ? Effect.void : Effect.flatMap(inGitHub, (github) =>
      complain(
        github
          ? workflowCommand("warning", `${event.text}.`, { title: "Keeping the data directory" })
          : `keep: ${event.text}.`,
      )),
}

/** Actions, each of which returns the sentence to print. */
const actions = {
  restore: () =>
    Effect.gen(function* () {
      const { branch } = yield* KeepConfig
      const files = yield* restoreBranch()
      return files === undefined
        ? `There is no branch ${branch} yet, so the data directory begins empty`
        : `Restored ${formatNumber(files)} files from the branch ${branch}`
    }),
  "sign-in": (directory: string) =>
    Effect.as(keepSignIn(signInLayer(directory, real)), "Signed in; the tokens are on the branch"),
  save: (_: string, patience: Duration.Duration) =>
    Effect.gen(function* () {
      const { branch } = yield* KeepConfig
      const files = yield* save(patience)
      return files === 0
        ? `Nothing is new, so nothing was pushed to the branch ${branch}`
        : `Saved to the branch ${branch}: ${formatNumber(files)} files are new, changed or deleted`
    }),
} as const

type Action = keyof typeof actions

const gitPermission = Effect.tryPromise({
  try: () => Deno.permissions.query({ name: "run", command: "git" }),
  catch: systemError("read the permissions"),
})

export const keepCommand = Command.make(
  "keep",
  {
    action: Argument.Literals("action", Object.keys(actions) as ReadonlyArray<Action>).pipe(
      Argument.withDescription(
        "restore or save the data directory, or sign-in and push new tokens",
      ),
    ),
    data: dataFlag,
    for: time(
      "for",
      "sign-in: get a token valid this long (default 20m)",
    ),
    wait: time(
      "wait",
      "save: wait this long for an active run (default 1m)",
    ),
  },
  Effect.fnUntraced(function* ({ action, data, wait, for: life }) {
    const { state } = yield* gitPermission
    if (state !== "granted") {
      return yield* endWith(
        exitCodes.configuration,
        "Cannot run git: the installed command has no permission to do so. Nothing was changed",
        `In a clone, run: deno task --quiet keep ${action}`,
      )
    }
    const longest = millis(life, 20 * 60_000)
    if (longest > 60 * 60_000) {
      return yield* endWith(
        exitCodes.usage,
        "--for is longer than 1h, but no token of Strava is valid that long. Use at most 1h",
      )
    }
    if (action === "sign-in") yield* (yield* StravaConfig).credentials
    yield* Effect.flatMap(
      actions[action](data, Duration.millis(millis(wait, 60_000))),
      (text) => complain(`keep: ${text}.`),
    ).pipe(
      Effect.provide(layerFor(data)),
      Effect.provideService(LifeLeft, longest / 1_000),
      Effect.provideService(Progress, printNotes),
    )
  }, Effect.provide(StravaConfig.layer)),
).pipe(
  Command.withDescription(
    "Keep the data directory on a branch of a private repository",
  ),
  Command.withExamples([
    { command: "paceline keep restore", description: "Get the data directory from its branch" },
    { command: "paceline keep save", description: "Store it there after a run" },
  ]),
)
