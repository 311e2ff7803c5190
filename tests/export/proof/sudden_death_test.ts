/**
 * Sudden death at every failpoint of what follows a first import: two exports next to a run that stopped at the rate
 * limit, and a purge after which everything falls back to the export and its original files.
 */
import { Clock, Effect, Option } from "effect"
import assert from "node:assert/strict"
import { cpSync } from "node:fs"
import { Delivery } from "../../../pipeline/delivery/Delivery.ts"
import { purgeOlder } from "../../../pipeline/purge/older.ts"
import { storeLayer } from "../../../pipeline/run/layers.ts"
import { writeExport } from "../../../pipeline/simulator/export/writeExport.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { defaultOptions } from "../../../pipeline/stages/RunOptions.ts"
import { type Failpoint, Failpoints } from "../../../sinks/failpoints.ts"
import { command, commandFolder } from "../../commands/driver/inProcess.ts"
import { simulatedServer, small } from "../../commands/driver/program.ts"
import { live, rounds } from "../../testing.ts"
import { exportTime, importDirectly, importedFiles } from "../import/importing.ts"

const day = 24 * 60 * 60_000

/** Copies of a data directory, as a kill at a failpoint leaves it. */
const copiesOf = (data: string, folder: string) => {
  const passed = new Map<Failpoint, number>()
  const copies: Array<{ readonly at: string; readonly copy: string }> = []
  const die = (name: Failpoint) => {
    const times = (passed.get(name) ?? 0) + 1
    passed.set(name, times)
    // The first passings and every eighth one; all of them take minutes.
    if (times > 1 && times % rounds(8, 1) !== 0) return
    const copy = `${folder}/copy-${copies.length}`
    cpSync(data, copy, { recursive: true })
    copies.push({ at: `${name} #${times}`, copy })
  }
  return { copies, die }
}

/** Returns the files of the sink, and the original files. */
const storedIn = Effect.fnUntraced(function* (data: string) {
  const [sink, originals] = yield* importedFiles(data, ["json", "originals"])
  return { sink: sink!, originals: originals! }
})

/** Fails unless `run` completes each copy, with the bytes of the run that nothing disturbed. */
const completes = Effect.fnUntraced(function* <A, E, R, E2, R2>(
  { data, folder }: { readonly data: string; readonly folder: string },
  run: (data: string) => Effect.Effect<A, E, R>,
  check: (stored: Effect.Success<ReturnType<typeof storedIn>>) => Effect.Effect<void, E2, R2>,
) {
  const { copies, die } = copiesOf(data, folder)
  yield* Effect.provideService(run(data), Failpoints, die)
  const undisturbed = yield* storedIn(data)
  yield* check(undisturbed)
  assert.ok(copies.length > 20)
  for (const { at, copy } of copies) {
    yield* run(copy)
    assert.deepEqual(yield* storedIn(copy), undisturbed, at)
  }
})

/** Purges everything that the API sent, as `purge --older-than` does. */
const purging = (data: string) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    yield* (yield* Delivery).drain
    yield* purgeOlder(now + day)
  }).pipe(
    Effect.provide(
      storeLayer({ data, sinks: ["json"], databaseUrl: Option.none(), options: defaultOptions }),
      { local: true },
    ),
  )

live(
  "after sudden death, two exports next to the API, and a purge after them, end with the same bytes",
  () =>
    Effect.gen(function* () {
      const folder = yield* commandFolder
      const simulator = yield* Simulator
      const { world } = simulator
      const [data, older, newer] = ["data", "older.zip", "newer.zip"].map((name) =>
        `${folder}/${name}`
      ) as [string, string, string]
      const edits = new Map(world.ids.map((id) => [id, { name: `older ${id}` }]))
      yield* writeExport(older, world, { exportedAt: exportTime - 40 * day, edits })
      yield* writeExport(newer, world, {
        exportedAt: exportTime,
        damage: ["missing", "missing", "error"],
      })
      // Enough for the athlete, the list, gear, and some of the streams.
      yield* simulator.limit({ read: { short: 16, day: 1_000 } })
      const words = ["pipeline", "--data", data, "--sink", "json", "--on-limit", "stop", "--quiet"]
      const stopped = yield* command(words, yield* simulatedServer())
      assert.equal(stopped.code, 75, stopped.stderr)
      yield* completes(
        { data, folder },
        (data) => importDirectly(data, newer, older),
        ({ originals, sink }) =>
          Effect.sync(() => {
            const streams = [...sink].filter(([name]) => name.startsWith("streams/"))
            assert.equal(streams.length, world.size)
            const own = streams.filter(([, text]) => text.includes('"source":"export"')).length
            assert.ok(own > 0 && own < world.size, `${own}`)
            assert.equal(originals.size, world.size)
          }),
      )
      yield* completes({ data, folder: `${folder}/purge` }, purging, ({ sink }) =>
        Effect.sync(() => {
          const streams = [...sink].filter(([name]) => name.startsWith("streams/"))
          assert.equal(streams.length, world.size)
          assert.ok(streams.every(([, text]) => text.includes('"source":"export"')))
        }))
    }).pipe(Effect.provide(small({ activities: 8, samples: 10, manual: 0 }))),
)
