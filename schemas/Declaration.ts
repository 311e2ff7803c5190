/** The declaration of a resource: everything about it that holds in all parts of the program. */
import { Predicate, type Schema } from "effect"
import { open } from "./open.ts"

/** A struct that keeps unknown fields: see `open`. */
export interface OpenStruct {
  readonly schema: { readonly fields: Readonly<Record<string, Schema.Constraint>> }
}

export const isOpenStruct = (schema: unknown): schema is OpenStruct =>
  Predicate.hasProperty(schema, "schema") && Predicate.hasProperty(schema.schema, "fields")

/** Column of a table, read from a response. */
export interface DeclaredColumn {
  readonly name: string
  readonly type: "boolean" | "integer" | "number" | "numbers" | "text" | "texts" | "time"
  /** Meaning and unit. */
  readonly comment: string
  /** Names of members, one inside another. A name in a list means the member of each of its objects. */
  readonly path: ReadonlyArray<string>
}

export interface Declaration {
  /** Shape of a response, or of one entry of the list of activities. */
  readonly schema: Schema.ConstraintDecoder<unknown>
  /** Present if a response is, or can be, a list whose entries name their `type`. */
  readonly entries?: {
    readonly types: ReadonlyArray<string>
    readonly entry: OpenStruct
    /** Fields of the entries that are lists of objects. */
    readonly lists: Readonly<Record<string, OpenStruct>>
  }
  /** Table for sinks with columns; absent if they have a table of their own for the resource. */
  readonly table?: {
    readonly comment: string
    readonly columns: ReadonlyArray<DeclaredColumn>
    /** Members that have no column: responses and rows of their own. */
    readonly without?: ReadonlyArray<string>
    /**
     * Version of the database schema that adds the table. It never changes after its release. Absent for a
     * resource of a script.
     */
    readonly since?: string
  }
  /** Word for its items in text, as in `12 streams`. */
  readonly noun: string
  /** Words for one item and for several, as in `1 set of zones`. */
  readonly counted: readonly [one: string, several: string]
  /** Help of the command and the task that fetch it. */
  readonly help: string
  /** Thing whose id an item has. `other` is a thing of a script's own: see `isScriptId`. */
  readonly per: "athlete" | "activity" | "gear" | "other"
  /** True if a response contains its own id, which must be the item's. */
  readonly named: boolean
  /** Words for its row in a plan, for resources that seldom change. */
  readonly planned?: string
  /** Present if sinks of files keep all items in one file, a line each. */
  readonly oneFile?: true
  /** Present if only the bulk export contains it, so that no stage requests it. */
  readonly onlyExport?: true
  /** Present if a script declares it: `derived` if its items are computed, so that no request returns them. */
  readonly ofScript?: "fetched" | "derived"
  /** Present if a user can turn it on and off. */
  readonly optional?: {
    /** Default. */
    readonly on: boolean
    /** Contents, for the offer that a plan makes while it is off. */
    readonly contents?: string
  }
  /** Scope that decides how much a response contains. */
  readonly scope?: "profile:read_all" | "activity:read_all"
  /** Numbers of items that are in memory at once. */
  readonly atOnce: {
    /** Responses that `verify` compares with the sinks. */
    readonly compared: number
    /** Keys of items that a rebuild of the state file compares. */
    readonly surveyed: number
    /** Responses that a rebuild of the state file reads. */
    readonly adopted: number
  }
}

/**
 * Entries of a response of a script, which can be a list or an object: those of a list are read by the `type` that
 * they name, or as entry_1, entry_2, ….
 */
export const anyEntries = { types: [], entry: open({}), lists: {} } satisfies Declaration["entries"]

/** Returns the declaration with its own type. */
export const declare = <const D extends Declaration>(declaration: D): D => declaration
