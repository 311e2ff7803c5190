/** Compares the original files of imported activities with what their rows of the export say of them. */
import { Effect, FileSystem, Option, Path, Schema, Stream } from "effect"
import { crc32 } from "node:zlib"
import { resources } from "../../schemas/resources.ts"
import { versionOf } from "../../sinks/files/fileVersion.ts"
import type { Sink } from "../../sinks/Sink.ts"
import { advanced } from "../base/CommandProgress.ts"
import { originalName, originalsFolder } from "../export/archive/originalNames.ts"
import { StateFile } from "../state/StateFile.ts"
import { ledgerPages, textsOf } from "../delivery/responses.ts"
import { proofDigest, Proofs } from "./Proofs.ts"
import type { ItemProof } from "./proofTables.ts"
import type { OriginalsReport } from "./Result.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(resources.export.schema))

/** Original file of an activity, as its row of the export describes it. */
interface Original {
  /** Id of the activity. */
  readonly id: string
  /** Name in the folder. */
  readonly name: string
  /** Size in bytes, and CRC-32 in hexadecimal. */
  readonly size: number | null | undefined
  readonly crc32: string
}

/** Returns the original file of a row; empty if it has none, or if it was not kept. */
const originalIn = (
  { id, text }: { readonly id: string; readonly text: string },
): Option.Option<Original> =>
  Option.flatMap(
    decode(text),
    ({ file }) =>
      file?.crc32 == null || file.name == null
        ? Option.none()
        : Option.some({ id, name: originalName(file.name), size: file.size, crc32: file.crc32 }),
  )

/** Returns the problem of a file; undefined if it is intact. */
const problemOf = Effect.fnUntraced(function* (path: string, { crc32: expected, size }: Original) {
  const fs = yield* FileSystem.FileSystem
  const info = yield* Effect.option(fs.stat(path))
  if (Option.isNone(info)) return "missing"
  if (info.value.type !== "File") return "is not a file"
  const found = Number(info.value.size)
  if (found !== size) return `has ${found} of ${size} bytes`
  return yield* fs.stream(path).pipe(
    Stream.runFold(() => 0, (sum, chunk) => crc32(chunk, sum)),
    Effect.match({
      onFailure: ({ reason }) => `cannot be read (${reason._tag})`,
      onSuccess: (sum) =>
        sum === Number.parseInt(expected, 16) ? undefined : "was changed: its checksum differs",
    }),
  )
})

/** Original files, and what earlier verifications know of them. */
interface Folder {
  readonly path: string
  readonly proofs: ReadonlyMap<string, ItemProof>
}

/** Result of one file, with its proof for the next verification. */
const check = Effect.fnUntraced(function* ({ path, proofs }: Folder, original: Original) {
  const file = (yield* Path.Path).join(path, original.name)
  const version = yield* versionOf([file])
  const digest = version && proofDigest(`${original.size} ${original.crc32}`, version)
  const proof = proofs.get(original.id)
  if (digest !== undefined && proof?.digest === digest) return { digest, since: proof.at }
  const problem = yield* problemOf(file, original)
  return problem === undefined ? { digest } : { problem }
})

/**
 * Checks that the original files in the data directory are present and unchanged, as far as `sinks` keep their rows of
 * the export. Files that are unchanged since an earlier verification are not read. Undefined if none are expected.
 */
export const verifyOriginals = Effect.fn("verifyOriginals")(
  function* (directory: string, sinks: ReadonlyArray<Sink>) {
    const { ledger } = yield* StateFile
    const { keep, of } = yield* Proofs
    const provable = { name: originalsFolder, lineage: yield* ledger.lineage(originalsFolder) }
    const folder = {
      path: (yield* Path.Path).join(directory, originalsFolder),
      proofs: yield* of(provable, "export"),
    }
    const proven = new Map<string, { readonly digest: string; readonly uneven: null }>()
    const unchanged = new Set<string>()
    const problems: Array<OriginalsReport["problems"][number]> = []
    let [expected, since] = [0, Infinity]
    yield* Stream.runForEach(
      ledgerPages(ledger, "export", resources.export.atOnce.compared),
      Effect.fnUntraced(function* (entries) {
        const texts = yield* textsOf(ledger, sinks, "export", entries)
        const originals = texts.flatMap((item) => Option.toArray(originalIn(item)))
        expected += originals.length
        for (const original of originals) {
          const { id, name } = original
          const found = yield* check(folder, original)
          if (found.problem !== undefined) problems.push({ id, name, detail: found.problem })
          else if (found.since !== undefined) {
            unchanged.add(id)
            since = Math.min(since, found.since)
          } else if (found.digest !== undefined) {
            proven.set(id, { digest: found.digest, uneven: null })
          }
          yield* advanced(originalsFolder, unchanged.size + proven.size + problems.length, expected)
        }
      }),
    )
    if (expected === 0) return undefined
    yield* keep(provable, "export", { kept: unchanged, proven })
    return {
      folder: folder.path,
      expected,
      intact: expected - problems.length,
      unchanged: unchanged.size,
      since: unchanged.size === 0 ? null : since,
      problems,
    } satisfies OriginalsReport
  },
)
