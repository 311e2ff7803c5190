/** A resource that a script declares: `make` checks the declaration and completes it with defaults. */
import type { Schema } from "effect"
import { anyEntries, type Declaration, type DeclaredColumn } from "../Declaration.ts"
import { isReservedWord } from "./reservedWords.ts"
import type { ScriptResource } from "./ScriptName.ts"

/** A declared resource, as stages, sinks and the program use it. */
export interface DeclaredResource<out Name extends string = string, out A = unknown> {
  readonly name: Name & ScriptResource
  readonly declaration: Declaration
  /** Decodes a response. */
  readonly schema: Schema.Decoder<A>
}

/** Facts about a resource that its author states. */
export interface ResourceOptions<Name extends string, A> {
  /**
   * Name of its stage, table, file and folder: lower-case letters, digits and `_`, the first a letter, at most
   * 40. No built-in resource has it.
   */
  readonly name: Name
  /** Words for one item and for several, as in `1 segment` and `2 segments`. */
  readonly counted: readonly [one: string, several: string]
  /** One sentence about the items: the comment of the table, and the help of the stage. */
  readonly about: string
  /**
   * Thing whose id an item has. The ids of `other` are 1 to 64 lower-case letters, digits, `_` and `-`,
   * such as `123` or `2026-w48`; the first is a letter or a digit.
   */
  readonly per: "activity" | "other"
  /** Shape of a response. A response that it does not accept is quarantined. */
  readonly schema: Schema.Decoder<A>
  /**
   * Columns of its table, besides the key. Members of a response without a column are kept too: in CSV as
   * further columns, elsewhere in the stored response.
   */
  readonly columns: ReadonlyArray<DeclaredColumn>
}

const isName = /^[a-z][a-z0-9_]{0,39}$/

/** Columns that every table has. */
const ownColumns: ReadonlySet<string> = new Set([
  "id",
  "activity_id",
  "athlete_id",
  "raw",
  "sha256",
  "source",
  "fetched_at",
  "answer",
  "deleted_at",
])

/** Names of other files, tables, stages and commands, which a resource would replace. */
const taken: ReadonlySet<string> = new Set(
  ("athletes edits laps splits segment_efforts best_efforts missing originals postgres parquet auth " +
    "sweep everything all demo doctor fleet import keep pipeline plan purge report serve setup show " +
    "simulator sql status verify watch").split(" "),
)

/** Returns the mistake in the options; undefined if there is none. */
const mistakeIn = (
  { about, columns, counted, name }: Omit<ResourceOptions<string, unknown>, "per" | "schema">,
) => {
  if (!isName.test(name)) {
    return "its name must have 1 to 40 of a-z, 0-9 and _, and begin with a letter"
  }
  if (isReservedWord(name)) return "its name is a reserved word of SQL"
  if ([about, ...counted].some((words) => words.trim() === "")) {
    return "`about` and both words of `counted` cannot be empty"
  }
  const seen = new Set<string>(ownColumns)
  for (const { comment, name: column, path } of columns) {
    if (!isName.test(column)) return `the column "${column}" has a name that is not lower-case`
    if (isReservedWord(column)) return `the column "${column}" is a reserved word of SQL`
    if (seen.has(column)) return `the column "${column}" exists twice, or every table has it`
    if (path.length === 0 || path.includes("")) return `the column "${column}" has no path`
    if (comment.trim() === "") return `the column "${column}" has no comment`
    seen.add(column)
  }
  return undefined
}

const failOn = (name: string, mistake: string | undefined): void => {
  if (mistake !== undefined) throw new Error(`Cannot declare the resource "${name}": ${mistake}`)
}

/** Returns the declaration of a resource. Throws an error if it contradicts itself, or if Paceline uses its name. */
export const makeResource = <const Name extends string, A>(
  options: ResourceOptions<Name, A>,
): DeclaredResource<Name, A> => {
  failOn(options.name, taken.has(options.name) ? "Paceline uses this name" : undefined)
  return declaredResource(options, "fetched")
}

/** The same for a resource of Paceline's own, and for one that is remembered. */
export const declaredResource = <const Name extends string, A>(
  { about, columns, counted, name, per, schema }: ResourceOptions<Name, A>,
  ofScript: "fetched" | "derived",
): DeclaredResource<Name, A> => {
  failOn(name, mistakeIn({ about, columns, counted, name }))
  return {
    name: name as Name & ScriptResource,
    schema,
    declaration: {
      schema,
      entries: anyEntries,
      table: { comment: about, columns },
      noun: counted[1],
      counted,
      help: about,
      per,
      named: false,
      ofScript,
      atOnce: { compared: 1_000, surveyed: 1_000, adopted: 100 },
    },
  }
}
