/** Paceline's own commands as words of a process, with the flags of its task. */
import configuration from "../../deno.json" with { type: "json" }

const task = configuration.tasks.paceline.command.split(" ")

/** Words that run a command of Paceline on a data directory. */
export const pacelineWords = (
  command: string,
  data: string,
  ...flags: ReadonlyArray<string>
): ReadonlyArray<string> => [
  Deno.execPath(),
  ...task.slice(1, -1),
  new URL("../../pipeline/main.ts", import.meta.url).pathname,
  command,
  ...["--data", data],
  ...flags,
]

/** Flags that choose sinks; none of them is all. */
export const onlySinks = (...sinks: ReadonlyArray<string>): ReadonlyArray<string> =>
  sinks.flatMap((sink) => ["--sink", sink])
