/** Stored responses, for stages of a script that work on them. */
import { Effect, Option, Schema, Scope, Stream } from "effect"
import { isResource } from "../../../schemas/resources.ts"
import { foundOf, openKeepers } from "../../delivery/keepers.ts"
import { Delivery } from "../../delivery/Delivery.ts"
import { isStored, ledgerPages } from "../../delivery/responses.ts"
import { StateFile } from "../../state/StateFile.ts"
import { StageFailed } from "../StageFailed.ts"

/** A stored response: `text` is what Strava sent, byte for byte. */
export interface StoredItem<out A> {
  readonly id: string
  readonly text: string
  /** The response, decoded with the schema of the caller. */
  readonly value: A
}

/** Stored data cannot be read. */
export interface StoredError extends Error {
  readonly _tag: string
}

/** Stored responses of the resources `Name`: those of the stages that the stage of the script needs. */
export interface Stored<in Name extends string = string> {
  /**
   * Streams the stored responses of a resource, in the order of their ids: `streams`, `details`, …, or one of a
   * script. Responses that the schema does not accept are left out. Few are in memory at a time.
   */
  readonly each: <A>(
    resource: Name,
    schema: Schema.Decoder<A>,
  ) => Stream.Stream<StoredItem<A>, StoredError>
}

/** Number of responses that are in memory at a time. */
const atOnce = 20

/** Returns the stored responses of these resources for the stage of this name. */
export const makeStored = Effect.fnUntraced(function* (
  stage: string,
  names: ReadonlyArray<string>,
) {
  const state = yield* StateFile
  const keepers = yield* openKeepers(yield* (yield* Delivery).opened)
  const failed = (error: { readonly message: string }) =>
    new StageFailed({ stage, detail: `stored data cannot be read: ${error.message}`, cause: error })
  const scope = yield* Effect.scope
  const each = <A>(
    resource: string,
    schema: Schema.Decoder<A>,
  ): Stream.Stream<StoredItem<A>, StoredError> => {
    if (!isResource(resource) || !names.includes(resource)) {
      const detail = `it reads "${resource}", which is not among its needs`
      return Stream.fail(new StageFailed({ stage, detail }))
    }
    const decode = Schema.decodeUnknownOption(Schema.fromJsonString(schema))
    return ledgerPages(state.ledger, resource, atOnce).pipe(
      Stream.mapEffect((entries) => foundOf(keepers, resource, entries.filter(isStored))),
      Stream.provideService(StateFile, state),
      Stream.flattenIterable,
      Stream.map(({ id, text }) =>
        Option.toArray(Option.map(decode(text), (value): StoredItem<A> => ({ id, text, value })))
      ),
      Stream.flattenIterable,
      Stream.provideService(Scope.Scope, scope),
      Stream.mapError(failed),
    )
  }
  return { each } satisfies Stored
})
