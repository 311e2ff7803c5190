/** What a resource declares of itself: all that is true of it in every part of the program. */
import type { Schema } from "effect"

export interface Declaration {
  /** Shape of a response, or of one entry of a list. */
  readonly schema: Schema.ConstraintDecoder<unknown>
  /** Word for its items in text, as in `12 streams`. */
  readonly noun: string
  /** Words for one item and for several, as in `1 set of zones`. */
  readonly counted: readonly [one: string, several: string]
  /** Help of the command and the task that fetch it. */
  readonly help: string
  /** Thing whose id an item has. */
  readonly per: "athlete" | "activity" | "gear"
  /** True if a response contains its own id, which must be the item's. */
  readonly named: boolean
  /** Words for its row in a plan, of what changes seldom. */
  readonly planned?: string
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

/** Returns the declaration with its own type. */
export const declare = <const D extends Declaration>(declaration: D): D => declaration
