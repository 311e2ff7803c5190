/** `paceline verify`: compares every sink with the state file; `--repair` repairs them. */
import { Effect, Layer, Path, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { offeredNames } from "./flags/offeredNames.ts"
import { keepersOf, sinkNames, SinkRegistry } from "../../sinks/SinkKind.ts"
import { sinksLayer } from "../run/layers.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { endWith, print } from "../base/runMain.ts"
import { StateFile } from "../state/StateFile.ts"
import { verifyEnding, verifyText } from "../output/verifyPage.ts"
import { verifyCode } from "../verify/verdict.ts"
import { Proofs, storedProofs } from "../verify/Proofs.ts"
import { selectedSinks, verifyAndRepair, verifySinks as look } from "../verify/verify.ts"
import { isDemo } from "./process/demoFolder.ts"
import { version } from "../base/version.ts"
import { databaseUrl } from "./flags/databaseUrl.ts"
import { dataFlag, jsonFlag, quiet, verbose } from "./process/flags.ts"
import { showProgress } from "../output/progress/CommandDisplay.ts"
import { taskLine } from "../output/kit/line.ts"
import { stateFileIn } from "./process/stateFileMissing.ts"

/** The data directory has no state file. */
class NothingToVerify extends Schema.TaggedError<NothingToVerify>()("NothingToVerify", {
  folder: Schema.String,
}) {
  override get message() {
    return `Cannot verify: ${this.folder} has no state file. ` +
      `Run first: ${taskLine("pipeline", this.folder)} ` +
      "(or: deno task demo, then add --data ./demo)"
  }
  override readonly [errorExitCode] = exitCodes.data
}

const commandsFor = (folder: string, ofDemo: boolean) => {
  const pipeline = taskLine("pipeline", folder)
  return {
    repair: `${taskLine("verify", folder)} --repair`,
    full: `${taskLine("verify", folder)} --full`,
    pipeline: ofDemo ? taskLine("demo") : pipeline,
    rebuild: `${pipeline} --rebuild-state`,
    importAgain: `${taskLine("import", folder)} FILE`,
  }
}

export const verifyCommand = Command.make(
  "verify",
  {
    data: dataFlag,
    json: jsonFlag,
    sink: Flag.Literals("sink", offeredNames().sinks).pipe(
      Flag.withDescription(
        "Check this sink; repeatable (default: all used sinks)",
      ),
      Flag.atLeast(0),
    ),
    full: Flag.Boolean("full").pipe(
      Flag.withDescription("Read everything, even if unchanged since the last time"),
      Flag.withDefault(false),
    ),
    quiet,
    verbose,
    repair: Flag.Boolean("repair").pipe(
      Flag.withDescription(
        "Repair sinks from the state file and the other sinks",
      ),
      Flag.withDefault(false),
    ),
  },
  Effect.fnUntraced(function* ({ data, full, json, quiet, repair, sink, verbose }) {
    const file = (yield* Path.Path).join(data, "state.db")
    if (!(yield* stateFileIn(data))) return yield* new NothingToVerify({ folder: data })
    const settings = { data, databaseUrl: yield* databaseUrl }
    // A damaged state file is left to `pipeline`. To repair a sink, the others are opened as well.
    const chosen = repair
      ? Effect.flatMap(selectedSinks([]), (used) => selectedSinks([...used, ...sink]))
      : selectedSinks(sink)
    const names = yield* Effect.provide(chosen, StateFile.layerReadOnly(data))
    const state = repair ? StateFile.layer : StateFile.layerReadOnly
    const verifying = repair ? verifyAndRepair(data) : look(data)
    const report = yield* verifying.pipe(
      showProgress("verify", { hidden: quiet || json }),
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
      const keepers = keepersOf(yield* SinkRegistry)
      yield* print(verifyText(report, file, { commands, keepers, verbose }))
    }
    if (code !== exitCodes.complete) return yield* endWith(code, verifyEnding(report, commands))
  }),
).pipe(
  Command.withDescription(
    "Compare every sink with the state file",
  ),
  Command.withExamples([
    {
      command: "paceline verify",
      description: "Check every used sink; read what changed since last time",
    },
    {
      command: "paceline verify --verbose",
      description: "Print the number of items by sink, resource and year",
    },
    { command: "paceline verify --full", description: "Read everything" },
    {
      command: "paceline verify --repair",
      description: "Restore deleted or edited data from the other sinks",
    },
  ]),
)
