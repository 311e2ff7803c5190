/** Mutated ZIP files, mostly near the list of files: every outcome is exact bytes or a typed error. */
import { Cause, Effect, Exit, Schema } from "effect"
import assert from "node:assert/strict"
import { crc32 } from "node:zlib"
import type { Archive } from "../../../pipeline/export/archive/Archive.ts"
import { mostEntryBytes } from "../../../pipeline/export/archive/EntryError.ts"
import { nameProblem } from "../../../pipeline/export/archive/memberNames.ts"
import { bytesOf } from "../../../schemas/json/utf8.ts"
import { concat } from "../../../sinks/files/atomic.ts"
import { rounds, test } from "../../testing.ts"
import { fields, openBytes, rawZip, type SourceRead, zipOf } from "./zips.ts"

const text = "<trkpt lat='50.1' lon='7.1'/>".repeat(40)
const files = { "activities.csv": "Activity ID\n1\n", "activities/1.gpx": text, "profile.csv": "" }

/** One archive for each branch of the reader. */
const seeds = await Effect.runPromise(Effect.all([
  zipOf(files),
  zipOf(files, { zip64: true }),
  zipOf(files, { dataDescriptor: false, extendedTimestamp: false, level: 0 }),
  zipOf(files, { password: "password", zipCrypto: true }),
  zipOf(Object.fromEntries(Object.entries(files).map(([name, text]) => [`export/${name}`, text]))),
  Effect.succeed(rawZip([
    { name: "__MACOSX/._a" },
    { name: "../b", mode: 0o120777, content: "/etc/passwd" },
    { name: "activities.csv", content: "a", extra: fields([2, 0x5455], [2, 5], [1, 1], [4, 1e9]) },
    { name: "activities/1.gpx", content: bytesOf(text), deflate: true },
    { name: "activities/1.gpx", content: "twice" },
  ])),
]))

const between = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const Edit = Schema.Struct({
  /** Place in thousandths of the length. */
  at: between(0, 999),
  /** True for a place in the last quarter, which is the list of files. */
  late: Schema.Boolean,
  kind: Schema.Literals(["set", "word", "cut", "insert", "repeat", "truncate"]),
  byte: between(0, 255),
  word: Schema.Literals([0, 1, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 128e6]),
  length: between(0, 64),
})
type Edit = typeof Edit.Type

const Case = Schema.Struct({
  seed: between(0, seeds.length - 1),
  edits: Schema.Array(Edit).check(Schema.isMinLength(1), Schema.isMaxLength(4)),
})

const edited = (bytes: Uint8Array<ArrayBuffer>, edit: Edit): Uint8Array<ArrayBuffer> => {
  const { length } = bytes
  const at = Math.floor(edit.late ? length * (0.75 + edit.at / 4000) : length * edit.at / 1000)
  const joinedTo = (middle: Uint8Array, rest: number) =>
    concat([bytes.subarray(0, at), middle, bytes.subarray(rest)])
  switch (edit.kind) {
    case "set":
      return joinedTo(Uint8Array.of(edit.byte), at + 1)
    case "word":
      return joinedTo(fields([4, edit.word]), at + 4)
    case "cut":
      return joinedTo(new Uint8Array(0), at + edit.length)
    case "insert":
      return joinedTo(new Uint8Array(edit.length).fill(edit.byte), at)
    case "repeat":
      return joinedTo(bytes.subarray(at, at + edit.length), at)
    case "truncate":
      return bytes.slice(0, at)
  }
}

/** Reads every entry; asserts that its bytes are as large as declared and have their checksum. */
const readAll = Effect.fnUntraced(function* (archive: Archive) {
  for (const { name, size, version } of archive.entries.values()) {
    assert.equal(nameProblem(name), undefined)
    const read = yield* Effect.exit(archive.read(name))
    if (Exit.isSuccess(read)) {
      assert.equal(read.value.length, size)
      assert.equal(crc32(read.value), parseInt(version, 16))
    } else assert.ok(!Cause.hasDies(read.cause), Cause.pretty(read.cause))
  }
})

test("the archives that are mutated are read in full", () =>
  Effect.gen(function* () {
    for (const [index, bytes] of seeds.entries()) {
      const archive = yield* openBytes(bytes)
      assert.ok(archive.entries.size >= 2)
      for (const name of archive.entries.keys()) {
        const read = yield* Effect.exit(archive.read(name))
        assert.equal(Exit.isSuccess(read), index !== 3, name)
      }
    }
  }))

test.prop(
  "a mutated archive is read exactly, or fails with a typed error",
  Case,
  (made) =>
    Effect.gen(function* () {
      const bytes = made.edits.reduce(edited, seeds[made.seed]!)
      const reads: Array<SourceRead> = []
      const outcome = yield* Effect.exit(Effect.flatMap(openBytes(bytes, reads), readAll))
      const isTyped = Exit.isSuccess(outcome) || !Cause.hasDies(outcome.cause)
      const isBounded = reads.length < 1000 && reads.every(({ length }) => length <= mostEntryBytes)
      return isTyped && isBounded
    }),
  { runs: rounds(1000, 20_000) },
)
