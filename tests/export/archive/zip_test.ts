/** Entries of a ZIP file: hostile names, times, damage, bombs, and files that are never opened. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { deflateRawSync } from "node:zlib"
import type { Archive } from "../../../pipeline/export/archive/Archive.ts"
import { type EntryError, mostEntryBytes } from "../../../pipeline/export/archive/EntryError.ts"
import type { ByteSource } from "../../../pipeline/export/archive/ByteSource.ts"
import { zipMembers } from "../../../pipeline/export/archive/zipMembers.ts"
import { errorExitCode, exitCodes } from "../../../pipeline/base/exit.ts"
import { textOf } from "../../../schemas/json/utf8.ts"
import { test } from "../../testing.ts"
import {
  fields,
  openBytes,
  type RawEntry,
  rawZip,
  sourceInMemory,
  type SourceRead,
  zipOf,
} from "./zips.ts"

const table: RawEntry = { name: "activities.csv", content: "Activity ID\n1\n" }

const opened = (...entries: ReadonlyArray<RawEntry>) => openBytes(rawZip([table, ...entries]))

const names = (archive: Archive) => [...archive.entries.keys()]

/** Returns reason and message of the error of an entry. */
const errorOf = (archive: Archive, name: string) =>
  Effect.map(Effect.flip(archive.read(name)), ({ detail, reason }: EntryError) => [reason, detail])

test("reads entries of a normal archive, stored and compressed", () =>
  Effect.gen(function* () {
    const files = { "activities.csv": "Activity ID\n1\n", "activities/1.gpx": "<gpx>".repeat(999) }
    for (
      const options of [{ level: 0 }, { level: 6 }, { zip64: true }, { dataDescriptor: false }]
    ) {
      const archive = yield* openBytes(yield* zipOf(files, options))
      assert.deepEqual(names(archive), Object.keys(files))
      assert.deepEqual(archive.ignored, [])
      for (const [name, content] of Object.entries(files)) {
        assert.equal(textOf(yield* archive.read(name)), content)
        assert.equal(archive.entries.get(name)?.size, content.length)
      }
    }
  }))

test("the version of an entry is its checksum", () =>
  Effect.gen(function* () {
    const archive = yield* opened({ name: "a", content: "123456789" }, { name: "b", crc: 0x1f })
    assert.equal(archive.entries.get("a")?.version, "cbf43926")
    assert.equal(archive.entries.get("b")?.version, "0000001f")
  }))

test("hostile names are ignored with the reason, and do not stop the others", () =>
  Effect.gen(function* () {
    const hostile: ReadonlyArray<readonly [RawEntry, string]> = [
      [{ name: "../a.csv" }, "../a.csv: its name leads to a folder above"],
      [{ name: "activities/../../a" }, "activities/../../a: its name leads to a folder above"],
      [{ name: "../" }, "../: its name leads to a folder above"],
      [{ name: "/etc/passwd" }, "/etc/passwd: its name is an absolute path"],
      [{ name: "C:/a.csv" }, "C:/a.csv: its name has a drive letter or a colon"],
      [{ name: "a.csv:stream" }, "a.csv:stream: its name has a drive letter or a colon"],
      [{ name: "activities\\2.gpx" }, "activities\\2.gpx: its name has a backslash"],
      [{ name: "\\\\server\\a" }, "\\\\server\\a: its name has a backslash"],
      [{ name: "a\0.csv" }, "a\\u{0}.csv: its name has a control character"],
      [{ name: "a\x1b[2J" }, "a\\u{1b}[2J: its name has a control character"],
      [{ name: "activities//3.gpx" }, "activities//3.gpx: a part of its name is empty"],
      [{ name: "./profile.csv" }, "./profile.csv: a part of its name is empty"],
      [{ name: "" }, ": a part of its name is empty"],
      [{ name: "link", mode: 0o120777, content: "/etc" }, "link: it is a symbolic link"],
      [{ name: "pipe", mode: 0o010644 }, "pipe: it is not a regular file"],
      [table, "activities.csv: an earlier file has the same name"],
      [
        { name: "x".repeat(500) + "\\" },
        `${"x".repeat(120)}…: its name has a backslash`,
      ],
    ]
    const archive = yield* opened(
      ...hostile.map(([entry]) => entry),
      { name: "activities/1.gpx", content: "<gpx/>" },
      { name: "activities/", mode: 0o040755 },
    )
    assert.deepEqual(names(archive), ["activities.csv", "activities/1.gpx"])
    assert.deepEqual(archive.ignored, hostile.map(([, line]) => line))
    assert.equal(textOf(yield* archive.read("activities/1.gpx")), "<gpx/>")
    for (const [{ name }] of hostile.slice(0, -2)) {
      assert.deepEqual(yield* errorOf(archive, String(name)), [
        "missing",
        "the export does not contain it",
      ])
    }
  }))

test("marks of direction in a name are not printed", () =>
  Effect.gen(function* () {
    const archive = yield* opened({ name: "a\u202egpj.exe\\" })
    assert.deepEqual(archive.ignored, ["a\\u{202e}gpj.exe\\: its name has a backslash"])
  }))

test("one folder around all files is ignored, and so are files that macOS adds", () =>
  Effect.gen(function* () {
    const archive = yield* openBytes(rawZip([
      { name: "export 1/", mode: 0o040755 },
      { name: "export 1/activities.csv", content: "a" },
      { name: "export 1/activities/1.gpx", content: "b" },
      { name: "export 1/.DS_Store" },
      { name: "export 1/activities/._1.gpx" },
      { name: "__MACOSX/export 1/._activities.csv" },
      { name: "__MACOSX/activities.csv" },
      { name: "elsewhere/2.gpx" },
    ]))
    assert.deepEqual(names(archive), ["activities.csv", "activities/1.gpx"])
    assert.deepEqual(archive.ignored, ["elsewhere/2.gpx: it is not in the folder export 1/"])
    assert.equal(textOf(yield* archive.read("activities/1.gpx")), "b")
  }))

test("the time of the export is that of activities.csv: the extended one, else the DOS one in UTC", () =>
  Effect.gen(function* () {
    assert.equal((yield* opened()).exportedAt, Date.UTC(2026, 10, 1, 12, 34, 56))
    const second = Date.UTC(2026, 9, 31, 7, 0, 1) / 1000
    const extra = fields([2, 0x5455], [2, 5], [1, 1], [4, second])
    const extended = yield* openBytes(rawZip([{ ...table, extra }]))
    assert.equal(extended.exportedAt, second * 1000)
    const none = yield* openBytes(rawZip([{ ...table, dosTime: 0 }]))
    assert.equal(none.exportedAt, Date.UTC(1980, 0, 1))
  }))

test("a damaged entry fails with its reason, and the others are read", () =>
  Effect.gen(function* () {
    const content = "<gpx>".repeat(100)
    const flipped = deflateRawSync(content)
    flipped[5]! ^= 0x10
    const whole = rawZip([
      table,
      { name: "checksum", content, crc: 1 },
      { name: "deflated checksum", content, deflate: true, crc: 1 },
      { name: "stream", content: flipped, method: 8, size: content.length },
      { name: "short", content, deflate: true, size: content.length + 1 },
      { name: "stored", content, size: content.length - 1 },
      { name: "encrypted", content, flags: 0x801 },
      { name: "method", content, method: 14 },
      { name: "header", content },
      { name: "good", content, deflate: true },
    ])
    whole[textOf(whole).indexOf("header")] = 0x48
    const archive = yield* openBytes(whole)
    const of = (name: string) => errorOf(archive, name)
    assert.deepEqual(yield* of("checksum"), ["damaged", "its checksum is wrong"])
    assert.deepEqual(yield* of("deflated checksum"), ["damaged", "its checksum is wrong"])
    assert.deepEqual(yield* of("stream"), ["damaged", "its compressed data is damaged"])
    assert.deepEqual(yield* of("short"), ["damaged", "it unpacks to 500 of the declared 501 bytes"])
    assert.deepEqual(yield* of("stored"), [
      "damaged",
      "it unpacks to 500 of the declared 499 bytes",
    ])
    assert.deepEqual(yield* of("encrypted"), ["encrypted", "it is encrypted"])
    assert.deepEqual(yield* of("method"), [
      "unsupported",
      "it is compressed with the unknown method 14",
    ])
    assert.deepEqual(yield* of("header"), [
      "damaged",
      "its header differs from the list of files in the ZIP file",
    ])
    assert.equal(textOf(yield* archive.read("good")), content)
    const error = yield* Effect.flip(archive.read("checksum"))
    assert.equal(error.message, "Cannot read checksum in the export: its checksum is wrong")
  }))

test("each flipped byte of the data of an entry is noticed", () =>
  Effect.gen(function* () {
    for (const deflate of [false, true]) {
      const whole = rawZip([{ name: "1", content: "0123456789".repeat(9), deflate }, table])
      const end = textOf(whole).indexOf("PK", 4)
      for (let at = 31; at < end; at++) {
        const flipped = whole.slice()
        flipped[at]! ^= 1
        const archive = yield* openBytes(flipped)
        assert.equal((yield* Effect.flip(archive.read("1"))).name, "1", `byte ${at}`)
      }
    }
  }))

test("decompression bombs are refused and named", () =>
  Effect.gen(function* () {
    const zeros = new Uint8Array(300e6)
    const packed = deflateRawSync(zeros)
    const archive = yield* opened(
      { name: "honest", content: packed, method: 8, size: zeros.length },
      { name: "liar", content: packed, method: 8, size: 1000 },
      { name: "largest", content: "", size: mostEntryBytes + 1 },
      { name: "good", content: "a" },
    )
    assert.deepEqual(yield* errorOf(archive, "honest"), [
      "tooLarge",
      "it has 300.0 MB when unpacked, more than 134.2 MB",
    ])
    assert.deepEqual(yield* errorOf(archive, "liar"), [
      "tooLarge",
      "it unpacks to more than the declared 1000 bytes",
    ])
    assert.equal((yield* errorOf(archive, "largest"))[0], "tooLarge")
    assert.equal(textOf(yield* archive.read("good")), "a")
  }))

test("a ZIP file with too many files is refused", () =>
  Effect.gen(function* () {
    const source = sourceInMemory(rawZip([table, { name: "a" }, { name: "b" }]))
    assert.equal((yield* zipMembers("export_1.zip", source, 3)).length, 3)
    const error = yield* Effect.flip(zipMembers("export_1.zip", source, 2))
    assert.equal(error.detail, "it has more than 2 files")
  }))

test("an error of the disk is reported as such", () =>
  Effect.gen(function* () {
    const whole = sourceInMemory(rawZip([table]))
    const disk = { works: true }
    const source: ByteSource = {
      ...whole,
      read: (position, length) => {
        if (!disk.works) throw Object.assign(new Error("input/output"), { code: "EIO" })
        // Only the first bytes of the file can be read.
        disk.works = false
        return whole.read(position, length)
      },
    }
    const error = yield* Effect.flip(zipMembers("export_1.zip", source))
    assert.equal(error[errorExitCode], exitCodes.disk)
    assert.match(
      error.message,
      /^Cannot import export_1\.zip: the disk reports an error \(EIO\)\. N/,
    )
  }))

test("only entries that are asked for are opened", () =>
  Effect.gen(function* () {
    const secret = "The home address, the password of a friend, the text of a message."
    const secrets = [
      "privacy_zones.csv",
      "logins.csv",
      "contacts.csv",
      "messaging.json",
      "orders.csv",
      "followers.csv",
      "mobile_device_identifiers.csv",
    ]
    const wanted = ["activities.csv", "profile.csv", "activities/1.gpx"]
    const whole = rawZip([
      ...[secrets[0]!, wanted[0]!, ...secrets.slice(1), ...wanted.slice(1)]
        .map((name) => ({ name, content: name === wanted[2] ? "<gpx>".repeat(2e4) : secret })),
    ])
    const reads: Array<SourceRead> = []
    const archive = yield* openBytes(whole, reads)
    for (const name of wanted) yield* archive.read(name)
    const text = textOf(whole)
    const touching = (name: string) => {
      const from = text.indexOf(name)
      const to = from + name.length + secret.length
      return reads.filter(({ length, position }) => position < to && position + length > from)
    }
    for (const name of secrets) assert.deepEqual(touching(name), [], name)
    assert.notDeepEqual(touching(wanted[1]!), [])
  }))
