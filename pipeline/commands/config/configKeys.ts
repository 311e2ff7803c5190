/** Keys of the configuration file: the flags of all commands, so that a new flag is a new key. */
import { Command, Completions } from "effect/cli"
import { globalFlags } from "../flags/globalFlags.ts"

/** A flag, as a key of the file. */
export interface ConfigKey {
  readonly name: string
  readonly description: string
  readonly type: "boolean" | "integer" | "number" | "string"
  /** Values that it can have; undefined if it can have any. */
  readonly values: ReadonlyArray<string> | undefined
  /** Commands that have the flag. */
  readonly commands: ReadonlyArray<string>
}

/** Flags that make no sense in a file, with the reason. */
const ofOneRun: Readonly<Record<string, string>> = {
  "activity": "it is for one run",
  "activities": "it is for one run",
  "allow-deletions": "it confirms what one run found",
  "check": "it asks a question",
  "config": "it names the file itself",
  "delete-originals": "it confirms a deletion",
  "dry-run": "it is for one run",
  "force": "it would fetch everything again in each run",
  "from": "it is for one run",
  "full": "it is for one run",
  "json": "scripts would read another format than they ask for",
  "leave-database": "it is for one deletion",
  "list": "it is for one run",
  "log-format": "it must be known before the file is read",
  "older-than": "it deletes data",
  "only": "it is for one run",
  "open": "it is for one run",
  "rebuild-state": "it confirms a repair",
  "record": "it is for one run",
  "repair": "it confirms a repair",
  "retry-quarantined": "it is for one run",
  "revoke": "it withdraws the access",
  "tables": "it asks a question",
  "yes": "it confirms a deletion",
}

/** Returns the reason why a flag cannot be in the file; undefined if it can. */
export const reasonAgainst = (name: string): string | undefined => ofOneRun[name]

const typeOf = ({ _tag }: Completions.FlagType): ConfigKey["type"] =>
  _tag === "Boolean"
    ? "boolean"
    : _tag === "Int"
    ? "integer"
    : _tag === "Finite"
    ? "number"
    : "string"

/** A command that has only the global flags, to read their declarations. */
const allCommandsHave = Command.make(
  "all",
  Object.fromEntries(globalFlags.map(({ flag, id }) => [id, flag])),
)

/** Returns the keys that the file can have, by their names. */
export const configKeys = (command: Command.Command.Any): ReadonlyMap<string, ConfigKey> => {
  const keys = new Map<string, ConfigKey>()
  const { subcommands } = Completions.fromCommand(command)
  const everywhere = Completions.fromCommand(allCommandsHave).flags
  for (const { flags: own, name: of } of subcommands) {
    const flags = [...own, ...everywhere]
    for (const { description = "", name, type } of flags) {
      if (reasonAgainst(name) !== undefined) continue
      const before = keys.get(name)
      keys.set(name, {
        name,
        description,
        type: typeOf(type),
        values: type._tag === "Choice" ? type.values : undefined,
        commands: [...before?.commands ?? [], of],
      })
    }
  }
  return keys
}

/** Address of the JSON schema, for editors. */
const schemaAddress = "https://json-schema.org/draft/2020-12/schema"

/** Returns the JSON schema of the file. */
export const configSchema = (command: Command.Command.Any): object => {
  const valueOf = ({ type, values }: ConfigKey) =>
    values === undefined ? { type } : { enum: [...values] }
  return {
    $schema: schemaAddress,
    title: "paceline.jsonc",
    description: "Settings of Paceline: flags of its commands, without the dashes.",
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: { type: "string" },
      ...Object.fromEntries(
        [...configKeys(command).values()].toSorted((a, b) => a.name < b.name ? -1 : 1).map((
          key,
        ) => [
          key.name,
          {
            description: `${key.description}. For: ${key.commands.join(", ")}`,
            anyOf: [valueOf(key), { type: "array", items: valueOf(key) }],
          },
        ]),
      ),
    },
  }
}
