/** `paceline verify`: whether what the state file says is in each sink is there; `--repair` mends it. */
import { Effect, Layer, Path, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { registeredNames } from "../../sinks/registry.ts"
import { keepersOf, sinkNames, SinkRegistry } from "../../sinks/SinkKind.ts"
import { sinksLayer } from "../run/layers.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { endWith, print } from "../base/runMain.ts"
import { StateFile } from "../state/StateFile.ts"
import { verifyEnding, verifyText } from "../output/verifyPage.ts"
import { verifyCode } from "../verify/verdict.ts"
import { Proofs, storedProofs } from "../verify/Proofs.ts"
import { VerifyProgress } from "../verify/VerifyProgress.ts"
import { selectedSinks, verifyAndRepair, verifySinks as look } from "../verify/verify.ts"
import { isDemo } from "./process/demoFolder.ts"
import { version } from "../base/version.ts"
import { databaseUrl, dataFlag, jsonFlag, quiet } from "./process/flags.ts"
import { screenFor } from "../output/ProgressDisplay.ts"
import { makeVerifyDisplay } from "../output/verifyDisplay.ts"
import { taskLine } from "../output/kit/line.ts"
import { stateFileIn } from "./process/stateFileMissing.ts"

/** There is no state file that says anything. */
class NothingToVerify extends Schema.TaggedError<NothingToVerify>()("NothingToVerify", {
  folder: Schema.String,
}) {
  override get message() {
    return `There is no state file in ${this.folder}, so there is nothing to verify by. ` +
      `Run first: deno task pipeline (or deno task demo, then add --data ./demo)`
  }
  override readonly [errorExitCode] = exitCodes.data
}

const commandsFor = (folder: string, ofDemo: boolean) => {
  const pipeline = taskLine("pipeline", folder)
  return {
    repair: `${taskLine("verify", folder)} --repair`,
    full: `${taskLine("verify", folder)} --full`,
    pipeline: ofDemo ? "deno task demo" : pipeline,
    rebuild: `${pipeline} --rebuild-state`,
  }
}

export const verifyCommand = Command.make(
  "verify",
  {
    data: dataFlag,
    json: jsonFlag,
    sink: Flag.Literals("sink", registeredNames).pipe(
      Flag.withDescription(
        "Where to look; repeat it for several (default, and always with --repair: those that are used)",
      ),
      Flag.atLeast(0),
    ),
    full: Flag.Boolean("full").pipe(
      Flag.withDescription("Read everything, even what has not changed since it was last verified"),
      Flag.withDefault(false),
    ),
    quiet,
    repair: Flag.Boolean("repair").pipe(
      Flag.withDescription(
        "Repair what differs or is missing, from the state file and the other sinks",
      ),
      Flag.withDefault(false),
    ),
  },
  Effect.fnUntraced(function* ({ data, full, json, quiet, repair, sink }) {
    const file = (yield* Path.Path).join(data, "state.db")
    if (!(yield* stateFileIn(data))) return yield* new NothingToVerify({ folder: data })
    const settings = { data, databaseUrl: yield* databaseUrl }
    // A state file that cannot be read is not mended by the way: that is for `pipeline` to say.
    // A sink that is named is mended out of the others, so these are opened as well.
    const chosen = repair
      ? Effect.flatMap(selectedSinks([]), (used) => selectedSinks([...used, ...sink]))
      : selectedSinks(sink)
    const names = yield* Effect.provide(chosen, StateFile.layerReadOnly(data))
    const state = repair ? StateFile.layer : StateFile.layerReadOnly
    const verifying = repair ? verifyAndRepair() : look(data)
    const shown = quiet || json ? verifying : Effect.provideServiceEffect(
      verifying,
      VerifyProgress,
      Effect.flatMap(screenFor, makeVerifyDisplay),
    )
    const report = yield* shown.pipe(
      Effect.provide(
        Layer.mergeAll(
          Layer.effect(Proofs, storedProofs(data, { full, version })),
          Layer.provideMerge(
            state(data, yield* sinkNames),
            sinksLayer({ ...settings, sinks: names }),
          ),
        ),
      ),
      Effect.scoped,
    )
    const code = verifyCode(report)
    const commands = commandsFor(data, yield* isDemo(data))
    if (json) yield* print(JSON.stringify({ ...report, exit: code }))
    else if (!quiet) {
      yield* print(verifyText(report, file, commands, keepersOf(yield* SinkRegistry)))
    }
    if (code !== exitCodes.complete) return yield* endWith(code, verifyEnding(report, commands))
  }),
).pipe(
  Command.withDescription(
    "Prove that every sink holds what the state file says; asks Strava nothing",
  ),
  Command.withExamples([
    {
      command: "paceline verify",
      description: "Verify every sink that is used; read only what has changed since the last time",
    },
    { command: "paceline verify --full", description: "Read everything" },
    {
      command: "paceline verify --repair",
      description: "Mend what was deleted or edited, out of the other sinks",
    },
  ]),
)
