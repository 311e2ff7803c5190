/**
 * Reports that `--out` wrote elsewhere: a purge deletes them if they are still ours, and nothing
 * else.
 */
import { Effect, FileSystem, PlatformError } from "effect"
import assert from "node:assert/strict"
import {
  readReports,
  rememberReports,
  removeReports,
  reportMark,
} from "../../pipeline/state/file/reports.ts"
import { renderSurvey } from "../../pipeline/output/purgePage.ts"
import { deleteFiles } from "../../pipeline/purge/erase.ts"
import { inventoryOf } from "../../pipeline/purge/inventory.ts"
import { Sinks } from "../../sinks/Sink.ts"
import { runFolder } from "../pipeline/running.ts"
import { test } from "../testing.ts"
import { below, folderSinks, purged } from "./folder.ts"

const ours = `<!doctype html><head>${reportMark}</head>`

/**
 * Creates a data directory that remembers reports: ours, replaced and deleted ones, a folder and a
 * link.
 */
const remembered = Effect.gen(function* () {
  const data = yield* runFolder
  const elsewhere = yield* runFolder
  Deno.writeTextFileSync(`${data}/in.html`, ours)
  Deno.writeTextFileSync(`${elsewhere}/ours.html`, ours)
  Deno.writeTextFileSync(`${elsewhere}/replaced.html`, "a page of somebody else")
  Deno.mkdirSync(`${elsewhere}/folder.html`)
  Deno.symlinkSync(`${elsewhere}/ours.html`, `${elsewhere}/link.html`)
  const names = ["ours.html", "replaced.html", "gone.html", "folder.html", "link.html"]
  for (const path of [...names.map((name) => `${elsewhere}/${name}`), `${data}/in.html`]) {
    yield* rememberReports(data, [path])
    yield* rememberReports(data, [path])
  }
  assert.equal((yield* readReports(data)).length, 6)
  return { data, elsewhere }
})

const left = ["folder.html/", "link.html", "replaced.html"]

test("a purge of everything deletes reports elsewhere, and keeps files that are not our reports", () =>
  Effect.gen(function* () {
    const { data, elsewhere } = yield* remembered
    yield* purged(data)
    assert.deepEqual(below(elsewhere), left)
    assert.deepEqual(below(data), [])
  }))

test("a purge by age deletes reports elsewhere, and their records", () =>
  Effect.gen(function* () {
    const { data, elsewhere } = yield* remembered
    yield* removeReports(data)
    assert.deepEqual(below(elsewhere), left)
    assert.deepEqual(below(data), [])
  }))

test("an invalid list of reports stops no purge", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    Deno.writeTextFileSync(`${data}/state.reports`, "{")
    yield* removeReports(data)
    yield* purged(data)
    assert.deepEqual(below(data), [])
  }))

/**
 * Creates reports that cannot be reached (the folder is now a file, or not mounted) and one that
 * can.
 */
const unreachable = Effect.gen(function* () {
  const data = yield* runFolder
  const elsewhere = yield* runFolder
  Deno.writeTextFileSync(`${elsewhere}/file`, "")
  Deno.mkdirSync(`${elsewhere}/mount`)
  Deno.writeTextFileSync(`${elsewhere}/ours.html`, ours)
  const absent = [`${elsewhere}/mount/a.html`, `${elsewhere}/none/b.html`]
  for (const path of [`${elsewhere}/file/c.html`, ...absent, `${elsewhere}/ours.html`]) {
    yield* rememberReports(data, [path])
  }
  return { absent, data, elsewhere }
})

test("a report whose folder is a file or is not mounted stops no purge, and is named", () =>
  Effect.gen(function* () {
    const { absent, data, elsewhere } = yield* unreachable
    const inventory = yield* Effect.provideServiceEffect(
      inventoryOf(data),
      Sinks,
      folderSinks(data),
    )
    assert.deepEqual(inventory.unreachable, absent)
    const page = renderSurvey({
      ...{ folder: data, inventory, revoke: false, unfinished: false },
      ...{ athlete: undefined, stored: undefined, server: undefined, left: undefined },
    })
    for (const path of absent) assert.ok(page.includes(`${path}: this report cannot be reached`))
    yield* purged(data)
    assert.deepEqual(below(data), [])
    assert.deepEqual(below(elsewhere), ["file", "mount/"])
  }))

test("a purge by age remembers reports that cannot be reached, and returns them", () =>
  Effect.gen(function* () {
    const { absent, data, elsewhere } = yield* unreachable
    assert.deepEqual(yield* removeReports(data), absent)
    assert.deepEqual(yield* readReports(data), absent)
    Deno.writeTextFileSync(absent[0]!, ours)
    Deno.mkdirSync(`${elsewhere}/none`)
    Deno.writeTextFileSync(`${elsewhere}/none/other`, "")
    assert.deepEqual(yield* removeReports(data), [])
    assert.deepEqual(below(elsewhere), ["file", "mount/", "none/", "none/other"])
  }))

test("a report that cannot be deleted stops no purge, and is returned", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const elsewhere = yield* runFolder
    const report = `${elsewhere}/ours.html`
    Deno.writeTextFileSync(report, ours)
    yield* rememberReports(data, [report])
    const fs = yield* FileSystem.FileSystem
    const denied = PlatformError.systemError({
      _tag: "PermissionDenied",
      module: "FileSystem",
      method: "remove",
    })
    const remove: typeof fs.remove = (path, options) =>
      path === report ? Effect.fail(denied) : fs.remove(path, options)
    const refusing = Effect.provideService(FileSystem.FileSystem, { ...fs, remove })
    assert.deepEqual(yield* removeReports(data).pipe(refusing), [report])
    assert.deepEqual(yield* readReports(data), [report])
    const inventory = yield* Effect.provideServiceEffect(
      inventoryOf(data),
      Sinks,
      folderSinks(data),
    )
    assert.deepEqual(yield* deleteFiles(data, inventory).pipe(refusing), [report])
    assert.deepEqual(below(data), [])
  }))
