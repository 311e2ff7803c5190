/**
 * Proofs of earlier verifications, in `verified.db` in the data directory. They are only a cache, so that
 * unchanged items are not read again: without them, everything is read.
 */
import { Clock, Context, Effect, Path } from "effect"
import { createHash } from "node:crypto"
import type { Resource } from "../../schemas/Item.ts"
import { systemCauseOf } from "../../sinks/systemError.ts"
import { makeCache, openCache, usingCache } from "../state/cacheDatabase.ts"
import { proofFile } from "../state/file/files.ts"
import {
  type ItemProof,
  type NewProofs,
  proofTables,
  type ProvenSink,
  readProofs,
  writeProofs,
} from "./proofTables.ts"

/** Digest of the response `hash` in a sink that holds it in this version. */
export const proofDigest = (hash: string, version: string): string =>
  createHash("sha256").update(`${hash} ${version}`).digest("hex").slice(0, 32)

const causeOf = (error: unknown) =>
  systemCauseOf(error) ?? (error instanceof Error ? error.message : String(error))

/** By default nothing is proven: everything is read, and nothing is kept. */
export const Proofs = Context.Reference<{
  /** Returns the proofs of a sink, by id; none of another state file, or of an earlier time. */
  readonly of: (
    sink: ProvenSink,
    resource: Resource,
  ) => Effect.Effect<ReadonlyMap<string, ItemProof>>
  /** Keeps proofs for the next verification; if it cannot, `notKept` returns the reason. */
  readonly keep: (sink: ProvenSink, resource: Resource, proofs: NewProofs) => Effect.Effect<void>
  /** Reason why the proofs could not be kept, for people; undefined if they could. */
  readonly notKept: Effect.Effect<string | undefined>
}>("paceline/verify/Proofs", {
  defaultValue: () => ({
    of: () => Effect.succeed(new Map()),
    keep: () => Effect.void,
    notKept: Effect.undefined,
  }),
})

/**
 * The proofs in `directory`, as `version` of the program makes them. With `full`, those of earlier
 * verifications do not count.
 */
export const storedProofs = Effect.fnUntraced(function* (
  directory: string,
  { full, version }: { readonly full: boolean; readonly version: string },
) {
  const file = (yield* Path.Path).join(directory, proofFile)
  const begun = Math.floor(yield* Clock.currentTimeMillis)
  let failure: string | undefined
  return Proofs.of({
    of: (sink, resource) =>
      Effect.try(() =>
        usingCache(
          openCache(file, proofTables),
          (db) => readProofs({ db, version }, sink, resource),
        )
      )
        .pipe(
          Effect.orElseSucceed(() => undefined),
          // Proofs of this verification always count, for example when a repair compares again.
          Effect.map((found) =>
            new Map([...found ?? []].filter(([, { at }]) => !full || at >= begun))
          ),
        ),
    keep: Effect.fnUntraced(function* (sink, resource, proofs) {
      const now = yield* Clock.currentTimeMillis
      yield* Effect.try({
        try: () =>
          usingCache(
            makeCache(file, proofTables),
            (db) => writeProofs({ db, version }, sink, resource, proofs, now),
          ),
        catch: causeOf,
      }).pipe(Effect.catch((cause) =>
        Effect.sync(() => {
          failure ??= cause
        })
      ))
    }),
    notKept: Effect.sync(() => failure),
  })
})
