/**
 * A sink is somewhere items are kept. Delivery is at-least-once: after a crash a sink is given items
 * it already has, and must then hold one copy of each. The contract, tested over every sink:
 *
 * - `write` replaces by key and keeps everything written before, by this run or any other;
 * - when `write` succeeds, every item that it does not return as refused is durable;
 * - replaying a batch changes nothing; an item that can never land is refused, and the others land;
 * - an error means nothing is known: the same batch will come again.
 */
import { Context, Effect, Schema, type Scope } from "effect"
import type { Item, Resource } from "../schemas/Item.ts"

export const SinkName = Schema.Literals(["json", "csv", "postgres"])
export type SinkName = typeof SinkName.Type

/** An item that the sink will never take, and why, in words for the user. */
export interface Refusal {
  readonly item: Item
  readonly reason: string
}

/** Items of one resource, no key twice. */
export interface Batch {
  readonly resource: Resource
  readonly items: ReadonlyArray<Item>
}

/** The sink cannot take anything just now. `disk`: full or not writable; `unreachable`: anything else. */
export class SinkError extends Schema.TaggedError<SinkError>()("SinkError", {
  sink: SinkName,
  reason: Schema.Literals(["disk", "unreachable"]),
  /** What failed, in words for the user, without secrets. */
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return `Cannot write to the ${this.sink} sink: ${this.detail}`
  }
}

export interface Sink {
  readonly name: SinkName
  /** Where it lands, for people: a path, or a database URL without its password. */
  readonly location: string
  /** Resources that are rewritten whole, so that batches should be as few and as large as possible. */
  readonly whole: ReadonlySet<Resource>
  write(batch: Batch): Effect.Effect<ReadonlyArray<Refusal>, SinkError>
}

/** How a sink is opened; a failure holds back this sink only, and is tried again by the next run. */
export interface SinkSource {
  readonly name: SinkName
  readonly location: string
  /** What it is, where the name leaves a choice: another one than last time holds nothing of ours yet. */
  readonly identity?: string
  readonly open: Effect.Effect<Sink, SinkError, Scope.Scope>
}

/** The sinks of this run. */
export class Sinks extends Context.Service<Sinks, ReadonlyArray<SinkSource>>()(
  "paceline/sinks/Sinks",
) {}
