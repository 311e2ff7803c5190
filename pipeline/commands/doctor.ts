/** `paceline doctor`: checks everything that a run needs, and suggests fixes. */
import { Config, Effect, Option } from "effect"
import { Command } from "effect/cli"
import { exitCodes } from "../base/exit.ts"
import { endWith, print } from "../base/runMain.ts"
import { examineSetup } from "./doctor/examine.ts"
import { findingsCode } from "./doctor/Finding.ts"
import { renderFindings } from "./doctor/page.ts"
import { dataFlag, jsonFlag } from "./process/flags.ts"
import { isDemo } from "./process/demoFolder.ts"
import { taskLine } from "../output/kit/line.ts"

/** True on a terminal, unless `NO_COLOR` is set. */
const isColored = Effect.map(
  Config.option(Config.String("NO_COLOR")),
  (none) => Option.isNone(none) && Deno.stdout.isTerminal(),
)

/** Runs every check and prints the findings. Ends the process with the code of the first failed check. */
export const printDoctor = Effect.fnUntraced(function* (folder: string, json: boolean) {
  const { findings, onlyExport, requests } = yield* examineSetup(folder)
  const code = findingsCode(findings)
  const colored = yield* isColored
  const next = (yield* isDemo(folder))
    ? taskLine("demo")
    : taskLine(onlyExport ? "report" : "pipeline", folder)
  yield* print(
    json
      ? JSON.stringify({ findings, requests, exit: code })
      : renderFindings(findings, { colored, next, requests }),
  )
  if (code === exitCodes.complete) return
  const failed = findings.filter(({ level }) => level === "trouble").map(({ check }) => check)
  return yield* endWith(
    code,
    `${failed.length} of ${findings.length} checks failed: ${failed.join(", ")}. ` +
      `Fix ${failed.length === 1 ? "it" : "the first one"}, then run: ${
        taskLine("doctor", folder)
      }`,
  )
})

export const doctor = Command.make(
  "doctor",
  { data: dataFlag, json: jsonFlag },
  Effect.fnUntraced(function* ({ data, json }) {
    yield* printDoctor(data, json)
  }),
).pipe(
  Command.withDescription("Check the setup and suggest fixes"),
  Command.withExamples([
    {
      command: "paceline doctor",
      description: "Check the setup and suggest a fix for each problem",
    },
    { command: "paceline doctor --data ./demo", description: "Check another data directory" },
  ]),
)
