/**
 * The configuration file `paceline.jsonc`: flags that need not be typed. What is typed comes first, then the
 * environment, then the file, then defaults.
 */
import { Effect, FileSystem, Predicate, Result, Schema } from "effect"
import { type Command, Completions } from "effect/cli"
import { type Node, parseTree, printParseErrorCode } from "jsonc-parser"
import { dirname, join } from "node:path"
import { systemCauseOf } from "../../../sinks/systemError.ts"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import { variables } from "../../base/variables.ts"
import { places } from "../../output/kit/places.ts"
import { listWords } from "../../output/kit/plurals.ts"
import { didYouMean } from "../../output/kit/similar.ts"
import { type FlagsOfFile, noFlagsOfFile } from "../../output/usageErrors.ts"
import { configFileIn } from "../flags/configFlag.ts"
import { commandIndex } from "./commandIndex.ts"
import { type ConfigKey, configKeys, reasonAgainst } from "./configKeys.ts"

/** The file is wrong. */
class ConfigFileError extends Schema.TaggedError<ConfigFileError>()("ConfigFileError", {
  file: Schema.String,
  /** Number of the line, from 1; undefined if the file cannot be read. */
  line: Schema.optionalKey(Schema.Int),
  detail: Schema.String,
}) {
  override get message() {
    const place = this.line === undefined ? this.file : `${this.file}, line ${this.line}`
    return `Cannot use ${place}: ${this.detail}. Nothing was changed. Correct the file, or delete it`
  }
  override readonly [errorExitCode] = exitCodes.configuration
}

/** Value of a key: the words of the flag, each a value. */
type Entries = ReadonlyArray<readonly [key: ConfigKey, values: ReadonlyArray<string | boolean>]>

const secrets = /secret|token|password|client.?id|database.?url|refresh/i

/** Returns the reason why a key is not one of the file. */
const unknownKey = (name: string, keys: ReadonlyMap<string, ConfigKey>): string => {
  const against = reasonAgainst(name)
  if (against !== undefined) return `--${name} cannot be in a file, because ${against}`
  if (secrets.test(name)) {
    return `"${name}" is no setting of this file, which is not protected. Secrets belong in ` +
      `${places().dotEnv} or in the environment`
  }
  return `there is no flag --${name}${didYouMean(name, [...keys.keys()])}`
}

const fits = ({ type, values }: ConfigKey, value: unknown): value is string | number | boolean =>
  values !== undefined
    ? Predicate.isString(value) && values.includes(value)
    : type === "boolean"
    ? Predicate.isBoolean(value)
    : type === "string"
    ? Predicate.isString(value)
    : Number.isFinite(value) && (type === "number" || Number.isInteger(value))

const kinds = {
  boolean: "true or false",
  integer: "a whole number",
  number: "a number",
  string: "a text",
} as const satisfies Record<ConfigKey["type"], string>

const expectedBy = ({ type, values }: ConfigKey): string =>
  values === undefined ? `${kinds[type]}, or a list of them` : listWords(values, "or")

/** Returns the entries of a file's text, or the place and reason of its first mistake. */
const entriesIn = (
  text: string,
  keys: ReadonlyMap<string, ConfigKey>,
): Result.Result<Entries, { readonly offset: number; readonly detail: string }> => {
  const errors: Array<{ error: number; offset: number; length: number }> = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  const [first] = errors
  if (first !== undefined) {
    const code = printParseErrorCode(first.error).replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    return Result.fail({ offset: first.offset, detail: `it is not JSON: ${code.toLowerCase()}` })
  }
  if (root?.type !== "object") return Result.fail({ offset: 0, detail: "it must be an object" })
  const entries: Array<readonly [ConfigKey, ReadonlyArray<string | boolean>]> = []
  for (const { children: [nameNode, valueNode] = [] } of root.children ?? []) {
    const name = String(nameNode?.value)
    if (name === "$schema") continue
    const key = keys.get(name)
    if (key === undefined) {
      return Result.fail({ offset: nameNode?.offset ?? 0, detail: unknownKey(name, keys) })
    }
    const nodes: ReadonlyArray<Node | undefined> = valueNode?.type === "array"
      ? valueNode.children ?? []
      : [valueNode]
    const values = nodes.map((node): unknown => node?.value)
    const wrong = nodes.find((_, i) => !fits(key, values[i]))
    if (wrong !== undefined) {
      return Result.fail({ offset: wrong.offset, detail: `"${name}" must be ${expectedBy(key)}` })
    }
    entries.push([
      key,
      values.map((value) => Predicate.isBoolean(value) ? value : String(value)),
    ])
  }
  return Result.succeed(entries)
}

/** True if the environment sets the flag. */
const isInEnvironment = (
  name: string,
  variable: (name: string) => string | undefined,
): boolean => {
  const own = `PACELINE_${name.toUpperCase().replaceAll("-", "_")}`
  return own in variables && (variable(own) ?? "") !== ""
}

const isTyped = (words: ReadonlyArray<string>, name: string): boolean =>
  words.some((word) =>
    [`--${name}`, `--no-${name}`].includes(word) || word.startsWith(`--${name}=`)
  )

const wordsFor = (name: string, values: ReadonlyArray<string | boolean>): ReadonlyArray<string> =>
  values.map((value) =>
    value === true ? `--${name}` : value === false ? `--no-${name}` : `--${name}=${value}`
  )

/** Commands that do not read the file: their data directory is not the user's. */
const withoutFile: ReadonlyArray<string> = ["demo", "simulator"]

/** A command line with the flags of a file. */
interface MergedWords {
  readonly words: ReadonlyArray<string>
  /** Flags that were added. */
  readonly ofFile: FlagsOfFile
}

/**
 * Returns the words of a command line with the flags of the file that the command has, that are not typed, and that
 * the environment does not set. The file is that of `--config` or `PACELINE_CONFIG`, or the one next to `.env`.
 */
export const withConfigFile = Effect.fnUntraced(function* (
  words: ReadonlyArray<string>,
  command: Command.Command.Any,
  variable: (name: string) => string | undefined,
): Effect.fn.Return<MergedWords, ConfigFileError, FileSystem.FileSystem> {
  const named = new Set(Completions.fromCommand(command).subcommands.map(({ name }) => name))
  const at = commandIndex(words)
  const name = words[at]
  const asksForHelp = words.some((word) => ["--help", "-h", "--version"].includes(word))
  const given = configFileIn(words) ?? (variable("PACELINE_CONFIG") || undefined)
  const file = given ?? join(dirname(places().dotEnv), "paceline.jsonc")
  const same: MergedWords = { words, ofFile: noFlagsOfFile }
  if (name === undefined || !named.has(name) || withoutFile.includes(name) || asksForHelp) {
    return same
  }
  const fs = yield* FileSystem.FileSystem
  const isThere = yield* Effect.orElseSucceed(fs.exists(file), () => true)
  if (!isThere && given === undefined) return same
  const text = yield* fs.readFileString(file).pipe(
    Effect.mapError((error) =>
      new ConfigFileError({ file, detail: systemCauseOf(error) ?? "it cannot be read" })
    ),
  )
  const entries = entriesIn(text, configKeys(command))
  if (Result.isFailure(entries)) {
    const { detail, offset } = entries.failure
    const line = text.slice(0, offset).split("\n").length
    return yield* new ConfigFileError({ file, line, detail })
  }
  const added = entries.success.filter(([key]) =>
    key.commands.includes(name) && !isTyped(words, key.name) && !isInEnvironment(key.name, variable)
  )
  const flags = added.flatMap(([key, values]) => wordsFor(key.name, values))
  return {
    words: [...words.slice(0, at + 1), ...flags, ...words.slice(at + 1)],
    ofFile: { file, names: added.map(([key]) => key.name) },
  }
})
