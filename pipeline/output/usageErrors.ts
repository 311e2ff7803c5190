/** Errors of the command line: the cause, the usage, and the command that prints the help; on stderr. */
import { Match } from "effect"
import { type CliError, CliOutput } from "effect/cli"
import { complain, formatError } from "../base/runMain.ts"
import { asTask } from "./kit/line.ts"
import { listWords } from "./kit/plurals.ts"
import { wrap } from "./kit/wrap.ts"

/** Returns what Effect expected of a value in plain words, such as "a date such as 2024-01-31". */
const expectation = (text: string): string => {
  const plain = text.replace(/^Expected:? /, "").replace(/^Schema validation failed: /, "")
    .replace(/^Expected /, "").replace("a string representing a finite number", "a number")
    .replace("a value greater than or equal to", "at least")
    .replace("a value greater than", "more than")
  const choices = plain.split(" | ")
  return choices.length === 1
    ? plain
    : listWords(choices.map((choice) => choice.replaceAll('"', "")), "or")
}

const suggestion = (suggestions: ReadonlyArray<string>): string =>
  suggestions.length === 0 ? "" : ` (did you mean ${listWords(suggestions, "or")}?)`

const messageOf = Match.typeTags<CliError.NonShowHelpErrors>()({
  DuplicateOption: ({ message }) => message,
  InvalidValue: ({ expected, kind, option, value }) => {
    const name = kind === "flag" ? `--${option}` : `<${option}>`
    const cause = value === "" ? `Missing value of ${name}` : `Invalid value of ${name}: "${value}"`
    return `${cause}. Expected ${expectation(expected)}`
  },
  MissingArgument: ({ argument }) => `Missing argument: <${argument}>`,
  MissingOption: ({ option }) => `Missing flag: --${option}`,
  UnexpectedArgument: ({ arguments: values }) => `Unexpected argument: ${values.join(" ")}`,
  UnknownSubcommand: ({ subcommand, suggestions }) =>
    `Unknown command: ${subcommand}${suggestion(suggestions)}`,
  UnrecognizedOption: ({ option, suggestions }) =>
    `Unknown flag: ${option}${suggestion(suggestions)}`,
  UserError: ({ message }) => message,
  ValidationError: ({ message }) => message,
})

/** Prints help and version as Effect does, and usage errors in few lines. */
export const usageErrors = CliOutput.layerPresenter({
  present: (event) =>
    event._tag !== "InvalidInvocation" ? CliOutput.defaultPresenter.present(event) : complain([
      "",
      ...event.errors.map((error) => formatError(messageOf(error))),
      "",
      ...wrap(asTask(event.helpDoc.usage), { first: "Usage: " }),
      ...wrap(asTask(`${event.commandPath.join(" ")} --help`), { first: "Help:  " }),
    ].join("\n")),
})
