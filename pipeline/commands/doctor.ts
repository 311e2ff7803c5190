/** `paceline doctor`: looks at everything that a run needs, and says what mends what is amiss. */
import { Config, Console, Effect, Option } from "effect"
import { Command } from "effect/cli"
import { exitCodes } from "../exit.ts"
import { EndWith } from "../runtime.ts"
import { examine } from "./doctor/examine.ts"
import { codeOf } from "./doctor/Finding.ts"
import { renderFindings } from "./doctor/page.ts"
import { data, json } from "./flags.ts"
import { isDemo } from "./demoFolder.ts"
import { taskLine } from "../line.ts"

/** Whether the page may be coloured: on a terminal, unless the user wants none. */
const isColoured = Effect.map(
  Config.option(Config.String("NO_COLOR")),
  (none) => Option.isNone(none) && Deno.stdout.isTerminal(),
)

/** Look at all of it and print it; the code to end with. */
export const printDoctor = Effect.fnUntraced(function* (folder: string, json: boolean) {
  const { findings, requests } = yield* examine(folder)
  const code = codeOf(findings)
  const coloured = yield* isColoured
  const next = (yield* isDemo(folder)) ? "deno task demo" : taskLine("pipeline", folder)
  yield* Console.log(
    json
      ? JSON.stringify({ findings, requests, exit: code })
      : renderFindings(findings, { coloured, next, requests }),
  )
  return code
})

export const doctor = Command.make(
  "doctor",
  { data, json },
  Effect.fnUntraced(function* ({ data, json }) {
    const code = yield* printDoctor(data, json)
    if (code !== exitCodes.complete) return yield* new EndWith({ code })
  }),
).pipe(
  Command.withDescription("Check all that a run needs, and say what mends what is amiss"),
)
