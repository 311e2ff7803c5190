/** `deno task purge` from the user's view: its messages, refusals and exit codes. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { command, commandFolder } from "../commands/driver/inProcess.ts"
import { program, simulatedServer, small } from "../commands/driver/program.ts"
import { live } from "../testing.ts"
import { below } from "./folder.ts"

live(
  "purge lists the data, asks, and deletes it; --revoke withdraws the access first",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* fs.makeTempDirectoryScoped()
      const env = yield* simulatedServer()
      const run = ["pipeline", "--data", data, "--record", `${data}/rec`]
      assert.equal((yield* command(run, env)).code, 0)
      yield* fs.writeFileString(`${data}/mine.txt`, "mine")
      const all = below(data)

      const asked = yield* command(["purge", "--data", data])
      assert.equal(asked.code, 64)
      assert.match(asked.stderr, /without a terminal.*Nothing was deleted\. .* --yes/)
      assert.match(asked.stdout, /12\s+activities,\s+\d+\s+streams\):\n/)
      for (const part of ["recordings", "csv", "json", "postgres", "tokens", "state"]) {
        assert.match(asked.stdout, new RegExp(`^  ${part} +[\\d,]+ files?, [\\d.]+ .B +/`, "m"))
      }
      assert.match(asked.stdout, /^ {2}mine\.txt \(not created by Paceline\)$/m)
      assert.deepEqual(below(data), all)

      const wrong = yield* command(["purge", "--data", `${data}/rec`, "--yes"])
      assert.deepEqual([wrong.code, /is not a Paceline data directory/.test(wrong.stderr)], [
        64,
        true,
      ])
      const elsewhere = yield* command(["purge", "--data", `${data}/none`, "--yes"])
      assert.equal(elsewhere.code, 0)
      assert.deepEqual(below(data), all)

      const purged = yield* program(["purge", "--data", data, "--yes", "--revoke", "--json"], env)
      assert.equal(purged.code, 0, purged.stderr)
      const { deleted, left } = JSON.parse(purged.stdout)
      assert.deepEqual(left, ["mine.txt"])
      assert.ok(deleted.every(({ files }: { readonly files: number }) => files > 0))
      assert.deepEqual(below(data), ["mine.txt"])
      const { requests } = yield* Simulator
      assert.equal((yield* requests).at(-1)?.path, "/oauth/revoke")
      const again = yield* command(["pipeline", "--data", data, "--sink", "json"], env)
      assert.deepEqual([again.code, /deno task auth/.test(again.stderr)], [77, true])
    }).pipe(Effect.provide(small())),
)

/** Returns the files below `folder` that contain one of `texts` anywhere. */
const filesWith = (folder: string, texts: ReadonlyArray<string>) =>
  below(folder).filter((name) => {
    if (name.endsWith("/")) return false
    const bytes = new TextDecoder("latin1").decode(Deno.readFileSync(`${folder}/${name}`))
    return texts.some((text) => bytes.includes(text))
  })

live(
  "a purge by age leaves no byte in the folder, and the next run requests only the list",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* commandFolder
      const env = yield* simulatedServer()
      const { world } = yield* Simulator
      for (const id of world.ids) yield* world.edit(id, { name: "canary of a name" })
      const run = ["pipeline", "--data", data, "--record", `${data}/rec`]
      assert.equal((yield* command(run, env)).code, 0)
      for (const name of ["report.html", "report-2025.html", "report.db"]) {
        yield* fs.writeFileString(`${data}/${name}`, "canary of a name")
      }
      const elsewhere = yield* commandFolder
      const out = `${elsewhere}/mine.html`
      assert.equal((yield* command(["report", "--data", data, "--out", out])).code, 0)
      assert.ok((yield* fs.readFileString(out)).includes("canary of a name"))
      const [line = ""] = (yield* fs.readFileString(`${data}/json/activities.ndjson`)).split("\n")
      const { map: { summary_polyline }, start_latlng } = JSON.parse(line)
      const canaries = ["canary of a name", "mara_synthetic", String(start_latlng[0])]
      if (summary_polyline !== "") canaries.push(summary_polyline)
      assert.ok(filesWith(data, canaries).length > 10)

      const asked = yield* command(["purge", "--data", data, "--older-than", "7d"])
      assert.deepEqual([asked.code, asked.stdout], [0, "Nothing to purge.\n"])
      const later = 7_200_000
      const refused = yield* command(["purge", "--data", data, "--older-than", "1h"], {}, later)
      assert.equal(refused.code, 64)
      assert.match(refused.stdout, /12 activities,\s+\d+ sets of streams/)
      const words = ["purge", "--data", data, "--older-than", "1h", "--yes"]
      const purged = yield* command(words, {}, later)
      assert.equal(purged.code, 0, purged.stderr)
      assert.match(purged.stdout, /^Purged: [^]*12 activities/m)
      assert.deepEqual(filesWith(data, canaries), [])
      assert.deepEqual(below(data).filter((name) => /rec\/.*json|report/.test(name)), [])
      assert.deepEqual(below(elsewhere), [])

      const status = yield* command(["status", "--verbose", "--data", data])
      assert.match(status.stdout, /^ +stored +pending.* purged\n[^]*activities( +·){2,} +12\n/m)
      const wide = status.stdout.split("\n").slice(1, 10).filter((line) => line.length > 80)
      assert.deepEqual(wide, [])
      const before = (yield* (yield* Simulator).requests).length
      const env2 = { ...env, PACELINE_RETENTION: "1h" }
      const next = yield* command(["pipeline", "--data", data, "--json"], env2)
      assert.equal(next.code, 0, next.stderr)
      const paths = (yield* (yield* Simulator).requests).slice(before).map(({ path }) => path)
      assert.deepEqual([...new Set(paths)], ["/api/v3/athlete/activities"])
      assert.equal(JSON.parse(next.stdout).resources.activities.fresh, 0)
      assert.deepEqual(filesWith(data, canaries), [])
    }).pipe(Effect.provide(small())),
)
