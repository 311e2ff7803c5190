/** Command lines in the documents, parsed as the program parses them. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { globalFlags } from "../pipeline/commands/flags/globalFlags.ts"
import { pacelineCommand } from "../pipeline/commands/paceline.ts"
import { tasks } from "../tools/reference.ts"
import { wrapped } from "./taskWords.ts"

export interface TaskLine {
  readonly task: string
  readonly words: ReadonlyArray<string>
}

/** Returns the words of a command line, without quotes and comments. */
const wordsOf = (line: string): ReadonlyArray<string> =>
  [...line.replace(/ +#.*$/, "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((
    [, double, single, bare],
  ) => double ?? single ?? bare ?? "")

/** Returns the task of a line and its arguments, without shell syntax; undefined if it runs no task. */
export const lineOf = (text: string): TaskLine | undefined => {
  const [, contained] =
    /^(?:docker (?:compose )?run (?!.*--entrypoint).* )?(paceline(?: .*)?)$/.exec(text) ?? []
  const [, rest = contained] =
    /(?:(?:\bdeno|npx -y deno@2) task(?: --quiet)?|\btools\/paceline) (.*)$/.exec(text) ?? []
  const all = wordsOf(rest ?? "")
  const end = all.findIndex((word) => ["|", ">", ">>", "&&", "||", "2>"].includes(word))
  const [task, ...words] = end < 0 ? all : all.slice(0, end)
  return task === undefined ? undefined : { task, words }
}

/** Returns the command lines of a text: `deno task NAME …` in a code span or on a line of a code block. */
export const linesIn = (text: string): ReadonlyArray<TaskLine> => {
  const blocks = [...text.matchAll(/^```.*\n([^]*?)^```/gm)].flatMap(([, block]) =>
    block!.split("\n")
  )
  const spans = [...text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)]
    .map(([, span]) => span!)
  return [...blocks, ...spans].flatMap((text) => lineOf(text) ?? [])
}

type QuietCommand = Command.Command<string, object, Record<never, never>, never, never>

/** Returns the command, and those below it, with a handler that does nothing. */
const quiet = (command: Command.Command.Any): QuietCommand => {
  const nested = command.subcommands.flatMap(({ commands }) => commands.map(quiet))
  return nested.length > 0
    ? Command.make(command.name, {}, () => Effect.void).pipe(Command.withSubcommands(nested))
    : Command.withHandler(command as QuietCommand, () => Effect.void)
}

/** Parses words as the program does, without running a command. */
export const parse = Command.runWith(
  Command.make("paceline").pipe(
    Command.withGlobalFlags(globalFlags),
    Command.withSubcommands(
      pacelineCommand.subcommands.flatMap(({ commands }) => commands.map(quiet)),
    ),
  ),
  { version: "0" },
)

/** Returns the words that a task adds before the typed ones; undefined if it does not run the program. */
export const commandOf = (task: string): ReadonlyArray<string> | undefined =>
  wrapped.exec(tasks[task]?.command ?? "")?.[2]?.split(" ").filter((word) => word !== "")
