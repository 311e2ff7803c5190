/**
 * Sudden death at every failpoint, without a process: a kill leaves the files as they are at that moment, so the
 * next run starts from a copy of them. crash_test.ts kills the real program, and includes PostgreSQL.
 */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { cpSync } from "node:fs"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import { type Failpoint, Failpoints, failpoints } from "../../sinks/failpoints.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { markName } from "../../sinks/files/mark.ts"
import { fileTexts } from "../pipeline/model.ts"
import { requestCount, runFolder, runToEnd, type Setup } from "../pipeline/running.ts"
import { test } from "../testing.ts"
import { ledgerOf, type ServedRequest } from "./ledger.ts"

const concurrency = 3

const options: SimulatorOptions = {
  activities: 6,
  samples: 3,
  manual: 0.2,
  limits: "none",
  // The first run continues after the copy, and must not use up its refresh token.
  rotation: "never",
}

const names = Object.keys(failpoints).filter((name): name is Failpoint =>
  name in failpoints && !name.startsWith("postgres.")
)

/** Numbers of the passings of a failpoint at which a copy is made. */
const passings = [1, 2, 4, 7]

const setupOf = (data: string): Setup => ({
  data,
  sinks: [jsonSink(`${data}/json`), csvSink(`${data}/csv`)],
  options: { concurrency },
})

/** Returns everything in both sinks except the number of runs. */
const landed = Effect.fnUntraced(function* (data: string) {
  const files = yield* Effect.forEach(["json", "csv"], (sink) => fileTexts(`${data}/${sink}`))
  for (const sink of files) assert.ok(sink.delete(markName))
  return files
})

/** True if the request is for a page of the list, which a later run can request again. */
const isListing = ({ path }: Pick<ServedRequest, "path">) => path.endsWith("/activities")

interface Death {
  readonly at: string
  readonly copy: string
  readonly requests: ReadonlyArray<ServedRequest>
}

/** Runs to the end, and copies the data directory at each failpoint. */
const withCopies = Effect.fnUntraced(function* (data: string) {
  const copies = yield* runFolder
  const runSync = Effect.runSyncWith(yield* Effect.context<Simulator>())
  const passed = new Map<Failpoint, number>()
  const deaths: Array<Death> = []
  const die = (name: Failpoint) => {
    const times = (passed.get(name) ?? 0) + 1
    passed.set(name, times)
    if (!passings.includes(times)) return
    const copy = `${copies}/${deaths.length}`
    cpSync(data, copy, { recursive: true })
    const requests = runSync(requestCount)
    deaths.push({ at: `${name} #${times}`, copy, requests })
  }
  const { code } = yield* Effect.provideService(runToEnd(setupOf(data)), Failpoints, die)
  assert.equal(code, 0)
  assert.deepEqual(names.filter((name) => !passed.has(name)), [])
  return deaths
})

test("fault 1: after sudden death at any failpoint a run completes: nothing is lost or duplicated, and only requests in flight are repeated", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const deaths = yield* withCopies(data)
    const undisturbed = yield* landed(data)
    const all = new Set((yield* requestCount).map(({ path }) => path))
    for (const { at, copy, requests } of deaths) {
      const { counted, fault, has } = ledgerOf(copy)
      assert.equal(fault, undefined, at)
      assert.ok(counted >= requests.length, `${at}: ${counted} of ${requests.length} are counted`)
      const lost = requests.filter((one) => !has(one)).map(({ path }) => path)
      assert.ok(lost.length <= concurrency, `${at}: ${lost.length} responses are lost`)

      const sofar = (yield* requestCount).length
      const { code, summary } = yield* runToEnd(setupOf(copy))
      assert.deepEqual([code, summary.shortfalls], [0, []], at)
      assert.deepEqual(yield* landed(copy), undisturbed, at)
      const again = (yield* requestCount).slice(sofar).filter((one) => !isListing(one))
        .map(({ path }) => path).toSorted()
      const had = new Set(requests.map(({ path }) => path))
      const wanted = [...all].filter((path) => !had.has(path) || lost.includes(path))
      assert.deepEqual(again, wanted.filter((path) => !isListing({ path })).toSorted(), at)
    }
  }).pipe(Effect.provide(Simulator.layer(options))))
