/** Errors of the command line: the cause, the usage, and the command that prints the help; on stderr. */
import { Context, Effect, Match } from "effect"
import { type CliError, CliOutput, type HelpDoc } from "effect/cli"
import { complain, formatError } from "../base/runMain.ts"
import { asTask } from "./kit/line.ts"
import { listWords } from "./kit/plurals.ts"
import { didYouMean } from "./kit/similar.ts"
import { wrap } from "./kit/wrap.ts"

/** Flags of the configuration file that were added to the command line. */
export interface FlagsOfFile {
  /** Path of the file; undefined if there is none. */
  readonly file: string | undefined
  readonly names: ReadonlyArray<string>
}

export const noFlagsOfFile: FlagsOfFile = { file: undefined, names: [] }

export const FlagsOfFile = Context.Reference<FlagsOfFile>("paceline/FlagsOfFile", {
  defaultValue: () => noFlagsOfFile,
})

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

/** Returns the values of an enumeration from the text that Effect expected; empty for other values. */
const choicesIn = (expected: string): ReadonlyArray<string> => {
  const quoted = expected.match(/"([^"]+)"/g)?.map((choice) => choice.slice(1, -1)) ?? []
  return quoted.length > 1
    ? quoted
    : expected.split(/: |, | \| |some of /).filter((word) => /^[\w-]+$/.test(word))
}

const commandsOf = ({ subcommands = [] }: HelpDoc.HelpDoc) =>
  subcommands.flatMap(({ commands }) => commands.map(({ name }) => name))

/** Returns the names of the flags of a command, and of those that every command has. */
const flagsOf = ({ flags, globalFlags = [] }: HelpDoc.HelpDoc) =>
  [...flags, ...globalFlags].map(({ name }) => `--${name}`)

/** Returns the sentence for an error of the command that `doc` describes. */
const messageOf = (doc: HelpDoc.HelpDoc, { file, names }: FlagsOfFile) =>
  Match.typeTags<CliError.NonShowHelpErrors>()({
    DuplicateOption: ({ message }) => message,
    InvalidValue: ({ expected, kind, option, value }) => {
      const isOfFile = kind === "flag" && names.includes(option)
      const name = isOfFile
        ? `"${option}" in ${file}`
        : kind === "flag"
        ? `--${option}`
        : `<${option}>`
      const choices = choicesIn(expected)
      // The first wrong name of a list.
      const wrong = value.split(",").find((word) => !choices.includes(word.trim())) ?? value
      const similar = didYouMean(wrong, choices)
      return value === ""
        ? `Missing value of ${name}. Expected ${expectation(expected)}`
        : `Invalid value of ${name}: "${value}"${similar}. Expected ${expectation(expected)}`
    },
    MissingArgument: ({ argument }) => `Missing argument: <${argument}>`,
    MissingOption: ({ option }) => `Missing flag: --${option}`,
    UnexpectedArgument: ({ arguments: values }) => `Unexpected argument: ${values.join(" ")}`,
    UnknownSubcommand: ({ subcommand }) =>
      `Unknown command: ${subcommand}${
        didYouMean(subcommand, [...commandsOf(doc), ...flagsOf(doc)])
      }`,
    UnrecognizedOption: ({ option }) =>
      `Unknown flag: ${option}${didYouMean(option, flagsOf(doc))}`,
    UserError: ({ message }) => message,
    ValidationError: ({ message }) => message,
  })

/** Prints help and version as Effect does, and usage errors in few lines. */
export const usageErrors = CliOutput.layerPresenter({
  present: (event) =>
    event._tag !== "InvalidInvocation"
      ? CliOutput.defaultPresenter.present(event)
      : Effect.flatMap(FlagsOfFile, (ofFile) =>
        complain([
          "",
          ...event.errors.map((error) => formatError(messageOf(event.helpDoc, ofFile)(error))),
          "",
          ...wrap(asTask(event.helpDoc.usage), { first: "Usage: " }),
          ...wrap(asTask(`${event.commandPath.join(" ")} --help`), { first: "Help:  " }),
        ].join("\n"))),
})
