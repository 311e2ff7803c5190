/** Opening an export, and messages for everything else that a user might give. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { gzipSync } from "node:zlib"
import { type Archive, openArchive } from "../../../pipeline/export/archive/Archive.ts"
import { ExportError } from "../../../pipeline/export/archive/ExportError.ts"
import { errorExitCode, exitCodes } from "../../../pipeline/base/exit.ts"
import { bytesOf, textOf } from "../../../schemas/json/utf8.ts"
import { concat } from "../../../sinks/files/atomic.ts"
import { files as sourceFiles, read } from "../../../tools/files.ts"
import { test } from "../../testing.ts"
import { folderWith } from "./folders.ts"
import { rawZip, zipOf } from "./zips.ts"

const files = {
  "activities.csv": "Activity ID\n1\n",
  "profile.csv": "Athlete ID\n7\n",
  "activities/1.gpx": "<gpx/>",
}

/** Writes a file and returns its path. */
const fileWith = Effect.fnUntraced(function* (bytes: Uint8Array, name = "export_1.zip") {
  const fs = yield* FileSystem.FileSystem
  const path = `${yield* fs.makeTempDirectoryScoped()}/${name}`
  yield* fs.writeFile(path, bytes)
  return path
})

const refusal = Effect.fnUntraced(function* (path: string) {
  const error = yield* Effect.flip(openArchive(path))
  assert.ok(error instanceof ExportError, String(error))
  assert.ok(error.message.startsWith(`Cannot import ${path}: `), error.message)
  return { code: error[errorExitCode], text: error.message.slice(`Cannot import ${path}: `.length) }
})

const holdsFiles = Effect.fnUntraced(function* (archive: Archive) {
  assert.deepEqual([...archive.entries.keys()].toSorted(), Object.keys(files).toSorted())
  assert.deepEqual(archive.ignored, [])
  for (const [name, text] of Object.entries(files)) {
    assert.equal(textOf(yield* archive.read(name)), text)
  }
})

test("the ZIP library is loaded only when a ZIP file is opened", () =>
  Effect.sync(() => {
    const eager = sourceFiles("pipeline/").filter((path) =>
      /^import (?!type ).*"@zip\.js/m.test(read(path))
    )
    assert.deepEqual(eager, [])
  }))

test("opens a ZIP file", () =>
  Effect.gen(function* () {
    const path = yield* fileWith(yield* zipOf(files))
    const archive = yield* openArchive(path)
    assert.equal(archive.path, path)
    assert.equal(archive.name, "export_1.zip")
    yield* holdsFiles(archive)
  }))

test("opens an unpacked folder, also with one folder around it", () =>
  Effect.gen(function* () {
    for (const inside of ["", "export_1/"]) {
      yield* holdsFiles(yield* openArchive(yield* folderWith(files, inside)))
    }
  }))

test("a ZIP file that becomes shorter is noticed", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* fileWith(yield* zipOf(files))
    const archive = yield* openArchive(path)
    yield* fs.truncate(path, 10)
    const { detail, reason } = yield* Effect.flip(archive.read("activities/1.gpx"))
    assert.deepEqual([reason, detail], [
      "unreadable",
      "the file became shorter while it was read",
    ])
  }))

test("a missing path is named", () =>
  Effect.gen(function* () {
    const { code, text } = yield* refusal("/nowhere/export_1.zip")
    assert.equal(code, exitCodes.usage)
    assert.equal(text, "there is no such file or folder. Nothing was imported. Check the path")
  }))

const advice = "Nothing was imported. Use the file export_….zip that Strava sends, or the folder " +
  "that it unpacks to"

test("anything that is not an export is refused, with its kind and what to give", () =>
  Effect.gen(function* () {
    const tar = new Uint8Array(1024)
    tar.set(bytesOf("ustar"), 257)
    const fit = bytesOf("\x0e\x10\x6e\x08\x10\x00\x00\x00.FIT\x00\x00")
    const cases: ReadonlyArray<readonly [Uint8Array, string]> = [
      [new Uint8Array(0), "it is empty"],
      [bytesOf("\n<!DOCTYPE html><html><title>Strava | Log In</title>"), "it is a web page"],
      [gzipSync(bytesOf("a")), "it is a gzip file (.gz or .tar.gz), not a ZIP file"],
      [bytesOf("Rar!\x1a\x07\x00"), "it is a RAR archive, not a ZIP file"],
      [Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), "it is a 7-Zip archive, not a ZIP file"],
      [tar, "it is a tar archive, not a ZIP file"],
      [bytesOf("%PDF-1.7"), "it is a PDF document"],
      [fit, "it is the FIT file of one activity"],
      [bytesOf(`<?xml version="1.0"?><gpx version="1.1">`), "it is the GPX file of one activity"],
      [bytesOf("          <?xml?><TrainingCenterDatabase>"), "it is the TCX file of one activity"],
      [bytesOf("Activity ID,Activity Date\n"), "it is not a ZIP file"],
      [bytesOf("PK"), "it is not a ZIP file"],
      [rawZip([]), "it contains no activities.csv"],
      [rawZip([{ name: "photos/1.jpg" }]), "it contains no activities.csv"],
      [rawZip([{ name: "a/b/activities.csv" }]), "it contains no activities.csv"],
      [
        rawZip([{ name: "a/activities.csv" }, { name: "b/activities.csv" }]),
        "it contains several exports",
      ],
    ]
    for (const [bytes, detail] of cases) {
      const { code, text } = yield* refusal(yield* fileWith(bytes))
      assert.equal(text, `${detail}. ${advice}`)
      assert.equal(code, exitCodes.data)
    }
    const { code, text } = yield* refusal(yield* folderWith({ "notes.txt": "a" }))
    assert.equal(text, `it contains no activities.csv. ${advice}`)
    assert.equal(code, exitCodes.data)
  }))

test("a download that was cut off anywhere is refused, and says to download again", () =>
  Effect.gen(function* () {
    const whole = yield* zipOf(files)
    for (const length of [whole.length - 1, whole.length - 22, whole.length - 100, 30, 4]) {
      const { code, text } = yield* refusal(yield* fileWith(whole.slice(0, length)))
      assert.equal(code, exitCodes.data)
      assert.match(
        text,
        /^the end of the ZIP file is missing or damaged, as if its download was cut off\. Noth/,
      )
      assert.match(text, /Download the export again with the link in Strava's e-mail, then run/)
    }
  }))

test("a ZIP file that could be read in two ways is refused, and can be given as a folder", () =>
  Effect.gen(function* () {
    const whole = yield* zipOf(files)
    for (const bytes of [concat([whole, bytesOf("\n")]), concat([whole, whole])]) {
      const { code, text } = yield* refusal(yield* fileWith(bytes))
      assert.equal(code, exitCodes.data)
      assert.match(text, /^other programs might find other files in the ZIP file \(.+\)\. Nothing/)
      assert.match(text, /Nothing was imported\. Unpack it and import the folder$/)
    }
  }))

test("a damaged list of files is refused", () =>
  Effect.gen(function* () {
    const whole = rawZip(Object.entries(files).map(([name, content]) => ({ name, content })))
    const directory = whole.findLastIndex((_, at) =>
      textOf(whole.slice(at, at + 4)) === "PK\x01\x02"
    )
    const broken = whole.slice()
    broken[directory] = 0
    const { code, text } = yield* refusal(yield* fileWith(broken))
    assert.equal(code, exitCodes.data)
    assert.match(
      text,
      /^the list of files in the ZIP file is damaged \(.+\)\. Nothing was imported/,
    )
  }))
