/** The program: its process; its commands are in commands/paceline.ts. */
import "./base/asyncContext.ts"
import { registryLayer } from "../sinks/registry.ts"
import { pacelineCommand } from "./commands/paceline.ts"
import { programOf, runAsProcess } from "./commands/process/program.ts"
import { prefixFrom, useCommandPrefix } from "./output/kit/commandPrefix.ts"

/** The command of this process's arguments. */
export const main = programOf(pacelineCommand, Deno.args, registryLayer)

if (import.meta.main) {
  useCommandPrefix(prefixFrom((name) => Deno.env.get(name)))
  runAsProcess(main)
}
