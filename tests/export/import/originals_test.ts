/** Verification of the original files that an import keeps. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { command } from "../../commands/driver/inProcess.ts"
import { live } from "../../testing.ts"
import { importedJson, importing, writtenExport } from "./importing.ts"

const onlyJson = ["--sink", "json"]

const verified = (data: string, ...words: ReadonlyArray<string>) =>
  command(["verify", "--data", data, ...words])

live(
  "verify names original files that are missing or changed, and another import stores them again",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, path } = yield* writtenExport()
      yield* importedJson(0, data, path, ...onlyJson)
      const names = (yield* fs.readDirectory(`${data}/originals`)).toSorted()
      const [first, second, third, fourth] = names.map((name) => `${data}/originals/${name}`)
      assert.ok(first && second && third && fourth)
      const intact = yield* verified(data, "--verbose")
      assert.equal(intact.code, 0, intact.stdout)
      const count = names.length
      assert.match(
        intact.stdout,
        new RegExp(`\\n  original files: ${count} of ${count} intact, in`),
      )

      const [before, whole] = [yield* fs.readFile(first), yield* fs.readFile(third)]
      yield* fs.writeFile(first, before.with(20, before[20]! ^ 1))
      yield* fs.remove(second)
      yield* fs.writeFile(third, whole.subarray(0, 10))
      yield* fs.remove(fourth)
      yield* fs.makeDirectory(fourth)
      const damaged = yield* verified(data, "--json")
      const { differences, originals } = JSON.parse(damaged.stdout)
      assert.deepEqual(
        originals.problems.map((
          found: { name: string; detail: string },
        ) => [found.name, found.detail])
          .toSorted(),
        [
          [names[0], "was changed: its checksum differs"],
          [names[1], "missing"],
          [names[2], `has 10 of ${whole.length} bytes`],
          [names[3], "is not a file"],
        ],
      )
      assert.deepEqual([damaged.code, differences, originals.intact], [2, [], count - 4])
      const page = yield* verified(data)
      assert.match(page.stdout, /: 4 original files missing or changed\n/)
      assert.match(page.stderr, /delete the changed ones and run: .*import/)

      yield* fs.remove(first)
      yield* fs.remove(fourth, { recursive: true })
      const again = yield* importedJson(0, data, path, ...onlyJson)
      assert.equal(again.exports[0].originals, 4)
      assert.equal((yield* verified(data)).code, 0)
      assert.deepEqual(yield* fs.readFile(first), before)
    }),
)

live(
  "original files that the user declined are not missing, and are verified once they are kept",
  () =>
    Effect.gen(function* () {
      const { data, path } = yield* writtenExport()
      yield* importing(data, path, ...onlyJson, "--no-originals")
      const without = yield* verified(data, "--json")
      assert.deepEqual([without.code, JSON.parse(without.stdout).originals], [0, undefined])
      const { exports: [{ originals: stored }] } = yield* importedJson(0, data, path, ...onlyJson)
      const { originals } = JSON.parse((yield* verified(data, "--json")).stdout)
      assert.ok(stored > 0)
      assert.deepEqual([originals.expected, originals.intact], [stored, stored])
    }),
)
