/**
 * The command that the user runs the program with. The code writes hints as `deno task NAME`; the output
 * has what works where the user is: `paceline NAME`, or `npx -y deno@2 task NAME`.
 */
import configuration from "../../../deno.json" with { type: "json" }

const tasks: Readonly<Record<string, { readonly command: string }>> = configuration.tasks

/** True if a task with this command line runs a command of the program. */
export const runsProgram = (command: string): boolean =>
  /^deno task --quiet o(n|ff)line\b/.test(command)

/** Prefix of a task; the default, because it works in every clone. */
const ofTask = "deno task"
/** Prefix of a task for users who have only Node. */
const ofNpx = "npx -y deno@2 task"

/**
 * Returns the prefix of the commands. A launcher sets `PACELINE_COMMAND`, and npm sets `npm_command` to
 * `exec` for everything that `npx` starts.
 */
export const prefixFrom = (
  variable: (name: "PACELINE_COMMAND" | "npm_command") => string | undefined,
): string => variable("PACELINE_COMMAND") || (variable("npm_command") === "exec" ? ofNpx : ofTask)

/** One per process, because all of a process is started by one command. */
let current = ofTask

/** Sets the prefix of all hints of this process. Call it once, before any output. */
export const useCommandPrefix = (prefix: string): void => {
  current = prefix
}

/** Pattern of the prefix in text that `asTyped` returned. */
export const prefixPattern = (): string => RegExp.escape(current)

/** Returns `text` with the user's command in place of each `deno task NAME` that runs the program. */
export const asTyped = (text: string, prefix = current): string => {
  if (prefix === ofTask || !text.includes(ofTask)) return text
  return text.replaceAll(/\bdeno task ([\w:]+)/g, (line, name: string) => {
    if (prefix === ofNpx) return `${prefix} ${name}`
    if (name === "paceline") return prefix
    return runsProgram(tasks[name]?.command ?? "") ? `${prefix} ${name}` : line
  })
}
