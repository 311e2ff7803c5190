/** An unpacked export: no path leaves its folder, and only files that are asked for are opened. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { type Archive, openArchive } from "../../../pipeline/export/archive/Archive.ts"
import { ExportError } from "../../../pipeline/export/archive/ExportError.ts"
import { mostEntryBytes } from "../../../pipeline/export/archive/EntryError.ts"
import { folderMembers } from "../../../pipeline/export/archive/folderMembers.ts"
import { errorExitCode, exitCodes } from "../../../pipeline/base/exit.ts"
import { textOf } from "../../../schemas/json/utf8.ts"
import { test } from "../../testing.ts"
import { folderWith } from "./folders.ts"

const files = {
  "activities.csv": "Activity ID\n1\n",
  "profile.csv": "Athlete ID\n7\n",
  "activities/1.gpx": "<gpx/>",
}

test("a folder is as old as its activities.csv, and its files change with size or time", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* folderWith(files)
    const time = new Date("2026-11-01T12:00:00Z")
    yield* fs.utimes(`${folder}/activities.csv`, time, time)
    const first = yield* openArchive(folder)
    assert.equal(first.exportedAt, time.getTime())
    yield* fs.writeFileString(`${folder}/activities/1.gpx`, "<gpx></gpx>")
    const second = yield* openArchive(folder)
    const version = (archive: Archive, name: string) => archive.entries.get(name)?.version
    assert.equal(version(second, "profile.csv"), version(first, "profile.csv"))
    assert.notEqual(version(second, "activities/1.gpx"), version(first, "activities/1.gpx"))
    const error = yield* Effect.flip(first.read("activities/1.gpx"))
    assert.equal(error.reason, "damaged")
    assert.match(error.message, /activities\/1\.gpx in the export: it changed while it was read$/)
    yield* fs.utimes(`${folder}/profile.csv`, time, time)
    assert.equal((yield* Effect.flip(second.read("profile.csv"))).reason, "damaged")
  }))

test("a folder with too many files is refused", () =>
  Effect.gen(function* () {
    const folder = yield* folderWith(files)
    assert.equal((yield* folderMembers(folder, 4)).length, 4)
    const error = yield* Effect.flip(folderMembers(folder, 3))
    assert.equal(error.detail, "it has more than 3 files")
  }))

test("links are ignored with the reason, wherever they lead", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const outside = yield* folderWith({ "2.gpx": "secret" })
    const folder = yield* folderWith(files)
    yield* fs.symlink(`${outside}/2.gpx`, `${folder}/activities/2.gpx`)
    yield* fs.symlink(outside, `${folder}/media`)
    yield* fs.symlink("/nowhere", `${folder}/bikes.csv`)
    yield* fs.symlink(`${folder}/profile.csv`, `${folder}/shoes.csv`)
    const archive = yield* openArchive(folder)
    assert.deepEqual([...archive.entries.keys()].toSorted(), Object.keys(files).toSorted())
    const links = ["bikes.csv", "media", "shoes.csv", "activities/2.gpx"]
    assert.deepEqual(archive.ignored, links.map((name) => `${name}: it is a symbolic link`))
    for (const name of [...links, "media/2.gpx", "../2.gpx", `${outside}/2.gpx`]) {
      assert.equal((yield* Effect.flip(archive.read(name))).reason, "missing")
    }
  }))

test("a file or a folder that becomes a link after the listing is not followed", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const outside = yield* folderWith(files)
    const folder = yield* folderWith(files)
    // The same size and time, so that only the link differs.
    const time = new Date("2026-11-01T12:00:00Z")
    for (const place of [outside, folder]) {
      for (const name of Object.keys(files)) yield* fs.utimes(`${place}/${name}`, time, time)
    }
    const archive = yield* openArchive(folder)
    yield* fs.rename(`${folder}/activities`, `${folder}/moved`)
    yield* fs.symlink(`${outside}/activities`, `${folder}/activities`)
    yield* fs.remove(`${folder}/profile.csv`)
    yield* fs.symlink(`${outside}/profile.csv`, `${folder}/profile.csv`)
    for (const name of ["activities/1.gpx", "profile.csv"]) {
      assert.equal((yield* Effect.flip(archive.read(name))).reason, "damaged")
    }
    yield* fs.remove(`${folder}/activities.csv`)
    assert.equal((yield* Effect.flip(archive.read("activities.csv"))).reason, "missing")
  }))

test("the folder itself can be a link", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* folderWith(files)
    const link = `${yield* fs.makeTempDirectoryScoped()}/link`
    yield* fs.symlink(folder, link)
    const archive = yield* openArchive(`${link}/`)
    assert.equal(archive.name, "link")
    assert.equal(textOf(yield* archive.read("activities/1.gpx")), "<gpx/>")
  }))

test("files that macOS adds are ignored, and folders below activities/ are not searched", () =>
  Effect.gen(function* () {
    const archive = yield* openArchive(
      yield* folderWith({ ...files, ".DS_Store": "", "activities/._1.gpx": "", "a/b/c": "" }),
    )
    assert.deepEqual([...archive.entries.keys()].toSorted(), Object.keys(files).toSorted())
    assert.deepEqual(archive.ignored, [])
  }))

test("a file that is too large is refused before it is read", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* folderWith(files)
    yield* fs.truncate(`${folder}/activities/1.gpx`, mostEntryBytes + 1)
    const error = yield* Effect.flip((yield* openArchive(folder)).read("activities/1.gpx"))
    assert.equal(error.reason, "tooLarge")
  }))

test("a folder with several exports, and one without any, are refused", () =>
  Effect.gen(function* () {
    const several = yield* folderWith({ "a/activities.csv": "", "b/activities.csv": "" })
    const none = yield* folderWith({ "a/b/activities.csv": "" })
    for (
      const [folder, detail] of [
        [several, "it contains several exports"],
        [none, "it contains no activities.csv"],
      ] as const
    ) {
      const error = yield* Effect.flip(openArchive(folder))
      assert.ok(error instanceof ExportError)
      assert.equal(error.detail, detail)
      assert.equal(error[errorExitCode], exitCodes.data)
    }
  }))

test("only files that are asked for are opened", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const secrets = ["privacy_zones.csv", "logins.csv", "contacts.csv", "messaging.json"]
    const folder = yield* folderWith({
      ...files,
      ...Object.fromEntries(secrets.map((name) => [name, "secret"])),
    })
    const opened: Array<string> = []
    const noted = FileSystem.make({
      ...fs,
      open: (path, options) => (opened.push(path), fs.open(path, options)),
      readFile: (path) => (opened.push(path), fs.readFile(path)),
    })
    yield* Effect.gen(function* () {
      const archive = yield* openArchive(folder)
      assert.deepEqual(opened, [])
      for (const name of Object.keys(files)) yield* archive.read(name)
    }).pipe(Effect.provideService(FileSystem.FileSystem, noted))
    const real = yield* fs.realPath(folder)
    assert.deepEqual(opened, Object.keys(files).map((name) => `${real}/${name}`))
  }))
