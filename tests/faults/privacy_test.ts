/** Only the owner can read files and directories, whatever the umask at the start. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { fileMode, folderMode } from "../../sinks/files/privacy.ts"
import { program, simulatedServer, small } from "../commands/driver/program.ts"
import { live, test } from "../testing.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { athleteItem } from "../sinks/items.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"

const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

/** Returns paths in `folder`, and `folder`, for which others have a permission. */
const openIn = (folder: string): ReadonlyArray<string> => [
  ...((Deno.statSync(folder).mode! & 0o077) === 0 ? [] : [folder]),
  ...[...Deno.readDirSync(folder)].flatMap(({ isDirectory, name }) => {
    const path = `${folder}/${name}`
    return isDirectory
      ? openIn(path)
      : (Deno.statSync(path).mode! & 0o077) === 0
      ? []
      : [`${path} ${(Deno.statSync(path).mode! & 0o777).toString(8)}`]
  }),
]

const openAll = (folder: string): void => {
  Deno.chmodSync(folder, 0o777)
  for (const { isDirectory, name } of Deno.readDirSync(folder)) {
    if (name === "postgres") continue
    if (isDirectory) openAll(`${folder}/${name}`)
    else Deno.chmodSync(`${folder}/${name}`, 0o666)
  }
}

live(
  "all files of a run are private: with umask 0, and in a directory that was open to others",
  () =>
    Effect.gen(function* () {
      if (Deno.build.os === "windows") return
      const data = yield* folder
      const cwd = yield* folder
      Deno.chmodSync(data, 0o777)
      const env = yield* simulatedServer()
      Deno.writeTextFileSync(`${cwd}/.env`, "# nothing\n", { mode: 0o644 })
      Deno.chmodSync(`${cwd}/.env`, 0o644)
      const limits = { cwd, umask: "000" }
      const first = yield* program(["pipeline", "--data", data, "--record", "rec"], env, limits)
      assert.equal(first.code, 0, first.stderr)
      assert.match(first.stderr, /Other users could read \.env; now only you can/)
      yield* program(["report", "--data", data, "--out", `${cwd}/report.html`], env, limits)
      assert.deepEqual(openIn(data), [])
      Deno.chmodSync(cwd, 0o700)
      assert.deepEqual(openIn(cwd), [])

      openAll(data)
      const files = ["--sink", "json", "--sink", "csv"]
      const second = yield* program(["pipeline", "--data", data, ...files], env, limits)
      assert.equal(second.code, 0, second.stderr)
      assert.match(second.stderr, /Other users could read \S+tokens\.json .*withdraw access/)
      assert.deepEqual(openIn(data), [])

      const shared = { PACELINE_UMASK: "027", ...env }
      const other = `${cwd}/other`
      Deno.mkdirSync(other)
      Deno.copyFileSync(`${data}/tokens.json`, `${other}/tokens.json`)
      yield* program(["athlete", "--data", other, "--sink", "json"], shared, limits)
      const modeOf = (path: string) => (Deno.statSync(path).mode! & 0o777).toString(8)
      assert.equal(modeOf(`${other}/json/athlete.json`), "640")
      assert.equal(modeOf(`${other}/json`), "750")
      for (const name of ["state.db", "state.db.prev", "state.epoch", "tokens.json"]) {
        assert.equal(modeOf(`${other}/${name}`), "600", name)
      }
      const wrong = yield* program(["status"], { PACELINE_UMASK: "777" }, limits)
      assert.equal(wrong.code, 78)
    }).pipe(Effect.provide(small())),
)

test("opening a sink closes its existing directory and files to others", () =>
  Effect.gen(function* () {
    if (Deno.build.os === "windows") return
    const data = yield* folder
    const json = `${data}/json`
    Deno.mkdirSync(`${json}/streams`, { recursive: true })
    Deno.writeTextFileSync(`${json}/streams/1.json`, "{}")
    openAll(json)
    const sink = yield* (yield* jsonSink(json)).open
    yield* sink.write({ resource: "athlete", items: [athleteItem()] })
    assert.deepEqual(openIn(json), [])
    assert.deepEqual([fileMode(), folderMode()], [0o600, 0o700])
  }))

test("a directory with foreign files stays open; the state files in it become private", () =>
  Effect.gen(function* () {
    if (Deno.build.os === "windows") return
    const data = yield* folder
    Deno.writeTextFileSync(`${data}/photo.jpg`, "")
    openAll(data)
    yield* Effect.scoped(Effect.provide(StateFile, StateFile.layer(data, [])))
    openAll(data)
    yield* Effect.scoped(Effect.provide(StateFile, StateFile.layer(data, [])))
    assert.deepEqual(openIn(data), [data, `${data}/photo.jpg 666`])
  }))
