/**
 * Sudden death of an import at every failpoint, without a process: a kill leaves the files as they are at that
 * moment, so the same command continues from a copy of them.
 */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { cpSync, existsSync } from "node:fs"
import { type Failpoint, Failpoints } from "../../../sinks/failpoints.ts"
import { live } from "../../testing.ts"
import { importDirectly, importedFiles, writtenExport } from "./importing.ts"

/** True for the passings of a failpoint at which a copy is made: all commits, and some of the others. */
const isCopied = (name: Failpoint, times: number): boolean =>
  name === "state.committed" || times === 1 || (name.startsWith("file.") && times === 9)

/** Failpoints that every import passes. */
const expected: ReadonlyArray<Failpoint> = [
  "lock.taken",
  "state.opened",
  "state.committing",
  "state.committed",
  "state.closing",
  "state.copied",
  "state.kept",
  "answer.kept",
  "batch.taken",
  "batch.written",
  "batch.acknowledged",
  "file.opened",
  "file.written",
  "file.synced",
  "file.renamed",
  "folder.made",
  "folder.synced",
  "run.drained",
  "run.flushed",
  "run.ended",
]

const stored = (data: string) => importedFiles(data, ["json", "originals"])

live(
  "after sudden death at any failpoint, the same import completes, with the same files",
  () =>
    Effect.gen(function* () {
      const { data, folder, path } = yield* writtenExport({ activities: 24, samples: 5 })
      const passed = new Map<Failpoint, number>()
      const deaths: Array<{ readonly at: string; readonly copy: string }> = []
      const die = (name: Failpoint) => {
        const times = (passed.get(name) ?? 0) + 1
        passed.set(name, times)
        if (!isCopied(name, times) || !existsSync(data)) return
        const copy = `${folder}/${deaths.length}`
        cpSync(data, copy, { recursive: true })
        deaths.push({ at: `${name} #${times}`, copy })
      }
      const whole = yield* Effect.provideService(importDirectly(data, path), Failpoints, die)
      assert.equal(whole.code, 0)
      assert.deepEqual(expected.filter((name) => !passed.has(name)), [])
      const undisturbed = yield* stored(data)
      for (const { at, copy } of deaths) {
        const { code, summary } = yield* importDirectly(copy, path)
        assert.deepEqual([code, summary.shortfalls, summary.problems], [0, [], []], at)
        assert.deepEqual(yield* stored(copy), undisturbed, at)
      }
      assert.ok(deaths.length > 30)
    }),
)
