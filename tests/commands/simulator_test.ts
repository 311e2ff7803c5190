/** `paceline simulator --export`: the archive, its message, and paths that cannot be used. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { openArchive } from "../../pipeline/export/archive/Archive.ts"
import { test } from "../testing.ts"
import { command, commandFolder } from "./driver/inProcess.ts"

test("writes the export and prints its path, size and contents", () =>
  Effect.gen(function* () {
    const path = `${yield* commandFolder}/export.zip`
    const words = ["simulator", "--export", path, "--activities", "4", "--samples", "9"]
    const { code, stdout } = yield* command([...words, "--language", "de"])
    assert.equal(code, 0)
    const archive = yield* openArchive(path)
    const table = new TextDecoder().decode(yield* archive.read("activities.csv"))
    assert.match(table, /^Aktivitäts-ID,Aktivitätsdatum,/)
    const [, files] = /4 activities, (\d+) files, \d+\.\d kB\.\n$/.exec(stdout) ?? []
    assert.equal(Number(files), archive.entries.size)
  }))

test("an existing file is kept, because it might be the export of a real athlete", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* commandFolder
    const path = `${folder}/export.zip`
    yield* fs.writeFileString(path, "precious")
    const existing = yield* command(["simulator", "--export", path, "--activities", "1"])
    assert.equal(existing.code, 74)
    assert.ok(existing.stderr.includes("exists already; use another path"), existing.stderr)
    assert.equal(yield* fs.readFileString(path), "precious")
    const nowhere = yield* command(["simulator", "--export", `${folder}/a/b.zip`])
    assert.equal(nowhere.code, 74)
    assert.ok(nowhere.stderr.includes("does not exist; create it"), nowhere.stderr)
  }))
