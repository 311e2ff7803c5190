/** The state file: locking, damaged files, and the ledger entry of every item. */
import { Effect, FileSystem } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { StateError } from "../../pipeline/state/StateError.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { errorExitCode } from "../../pipeline/base/exit.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import { exitsOf } from "../faults/matrix.ts"
import { test } from "../testing.ts"

const athlete = AthleteId.make(7)
const limits = { items: 100, bytes: 1_000_000 }

const folder = Effect.gen(function* () {
  yield* TestClock.setTime(Date.UTC(2026, 10, 23, 10, 7, 30))
  return yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
})

const arrival = (id: number, text = `{"id":${id}}`, resource: Resource = "streams") => ({
  item: itemFrom({ athlete, resource, id: String(id) }, text, 5),
  start: 1_000 + id,
})

const using = <A, E, R>(
  data: string,
  sinks: ReadonlyArray<SinkName>,
  body: (state: StateFile["Service"]) => Effect.Effect<A, E, R>,
) => Effect.provide(Effect.flatMap(StateFile, body), StateFile.layer(data, sinks), { local: true })

const opening = (data: string) => Effect.flip(using(data, ["json"], () => Effect.void))

const deliver = Effect.fnUntraced(function* (
  state: StateFile["Service"],
  sink: SinkName,
  resource: Resource = "streams",
) {
  const batch = yield* state.batch(sink, resource, limits)
  yield* state.acknowledge(sink, batch, [])
  return batch.items.map(({ id, text }) => [id, text])
})

const statuses = (state: StateFile["Service"]) =>
  Effect.map(state.counts, ({ items }) => items.map(({ count, status }) => [status, count]))

const namesIn = (data: string) => [...Deno.readDirSync(data)].map(({ name }) => name).sort()

/** Changes the file between two runs. */
const edit = (data: string, sql: string) => {
  const db = new DatabaseSync(`${data}/state.db`)
  db.exec(sql)
  db.close()
}

const flip = (data: string, where: string) =>
  edit(
    data,
    `update staged set body = cast(substr(body, 1, 12) || x'ff' || substr(body, 14) as blob)
       where ${where}`,
  )

const expectExit = (row: number, error: unknown) =>
  assert.ok(error instanceof StateError && exitsOf(row).includes(error[errorExitCode]))

const expectError = (error: unknown, reason: StateError["reason"], code: number) => {
  assert.ok(error instanceof StateError, String(error))
  assert.equal(error.reason, reason, error.message)
  assert.equal(error[errorExitCode], code)
}

test("fault 16: a second run fails at once and names the first; the first is not disturbed", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(data, ["json"], (state) =>
      Effect.gen(function* () {
        const error = yield* opening(data)
        expectError(error, "busy", 75)
        expectExit(16, error)
        assert.match(error.message, new RegExp(`process ${Deno.pid}, started 2026-11-23T10:07:30`))
        yield* state.checkpoint({ arrivals: [arrival(1)] })
      }))
    yield* using(data, ["json"], () => Effect.void)
  }))

test("the lock file of a killed run does not lock", () =>
  Effect.gen(function* () {
    const data = yield* folder
    Deno.writeTextFileSync(`${data}/state.lock`, "process 1, started long ago\n")
    yield* using(data, ["json"], () => Effect.void)
    assert.deepEqual(namesIn(data), ["state.db", "state.epoch"])
  }))

test("a data directory that is removed during a run is not reported as a bug", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(data, ["json"], () => Effect.sync(() => Deno.removeSync(`${data}/state.lock`)))
    yield* using(data, ["json"], () => Effect.void)
  }))

test("fault 14: a file of a newer version is refused and not changed", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(data, ["json"], (state) => state.checkpoint({ arrivals: [arrival(1)] }))
    edit(data, "pragma user_version = 99")
    const before = Deno.readFileSync(`${data}/state.db`)
    const error = yield* opening(data)
    expectError(error, "newer", 78)
    expectExit(14, error)
    assert.deepEqual(Deno.readFileSync(`${data}/state.db`), before)
    assert.deepEqual(namesIn(data), ["state.db", "state.epoch"])
  }))

const damages: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  "is not a database": () =>
    new TextEncoder().encode("a page of text that is not a database".repeat(99)),
  "is cut": (bytes) => bytes.subarray(0, bytes.length - 5_000),
  "has a page of garbage": (bytes) => bytes.fill(0xa5, 4_096, 8_192),
  "has a broken header": (bytes) => bytes.fill(0, 0, 16),
}

for (const [name, damage] of Object.entries(damages)) {
  test(`a file that ${name} is refused and not changed`, () =>
    Effect.gen(function* () {
      const data = yield* folder
      const arrivals = Array.from({ length: 50 }, (_, i) => arrival(i + 1))
      yield* using(data, ["json"], (state) => state.checkpoint({ arrivals }))
      const damaged = damage(Deno.readFileSync(`${data}/state.db`)).slice()
      Deno.writeFileSync(`${data}/state.db`, damaged)
      const error = yield* opening(data)
      expectError(error, "damaged", 65)
      assert.match(error.message, /Nothing was changed/)
      assert.deepEqual(Deno.readFileSync(`${data}/state.db`), damaged)
    }))
}

test("fault 9: a read-only folder is detected before the first request", () =>
  Effect.gen(function* () {
    const data = yield* folder
    Deno.writeTextFileSync(`${data}/file`, "")
    expectError(yield* opening(`${data}/file`), "disk", 74)
    expectError(yield* opening(`${data}/file/below`), "disk", 74)
    Deno.mkdirSync(`${data}/odd/state.db`, { recursive: true })
    expectError(yield* opening(`${data}/odd`), "disk", 74)
    Deno.mkdirSync(`${data}/sealed`, { mode: 0o500 })
    // A superuser can write to read-only folders.
    if (Deno.uid() !== 0) expectError(yield* opening(`${data}/sealed`), "disk", 74)
  }))

test("a checkpoint is applied completely or not at all", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(data, ["json"], (state) =>
      Effect.gen(function* () {
        const bad = { ...arrival(2), start: Number.NaN }
        const cursor = { athlete, stage: "streams", value: 1 }
        yield* Effect.flip(state.checkpoint({ arrivals: [arrival(1), bad], cursor }))
        assert.deepEqual(yield* statuses(state), [])
        assert.equal(yield* state.cursor(athlete, "streams"), undefined)
        assert.deepEqual(yield* deliver(state, "json"), [])
      }))
  }))

test("an item is staged until every sink holds it, and then its body is deleted", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(data, ["json", "csv"], (state) =>
      Effect.gen(function* () {
        yield* state.checkpoint({ arrivals: [arrival(1)] })
        yield* deliver(state, "json")
        assert.deepEqual(yield* statuses(state), [["staged", 1]])
        assert.deepEqual(yield* deliver(state, "json"), [])
        assert.deepEqual(yield* deliver(state, "csv"), [["1", `{"id":1}`]])
        assert.deepEqual(yield* statuses(state), [["delivered", 1]])
        assert.deepEqual(
          yield* state.checkpoint({ arrivals: [arrival(1)] }),
          { fresh: 0, changed: 0, known: 1 },
        )
        assert.deepEqual(yield* deliver(state, "csv"), [])
      }))
    const db = new DatabaseSync(`${data}/state.db`)
    assert.deepEqual(db.prepare("select count(*) as n from staged").get()?.["n"], 0)
    db.close()
  }))

test("an item that changes back before its delivery is delivered in its last version", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(data, ["json"], (state) =>
      Effect.gen(function* () {
        yield* state.checkpoint({ arrivals: [arrival(1, "one")] })
        yield* deliver(state, "json")
        yield* state.checkpoint({ arrivals: [arrival(1, "two")] })
        yield* state.checkpoint({ arrivals: [arrival(1, "one")] })
        assert.deepEqual(yield* deliver(state, "json"), [["1", "one"]])
        assert.deepEqual(yield* deliver(state, "json"), [])
        assert.deepEqual(yield* statuses(state), [["delivered", 1]])
      }))
  }))

test("an item that changes while a sink writes it is delivered to that sink again", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(data, ["json"], (state) =>
      Effect.gen(function* () {
        yield* state.checkpoint({ arrivals: [arrival(1, "one")] })
        const batch = yield* state.batch("json", "streams", limits)
        yield* state.checkpoint({ arrivals: [arrival(1, "two")] })
        yield* state.acknowledge("json", batch, [])
        assert.deepEqual(yield* deliver(state, "json"), [["1", "two"]])
        assert.deepEqual(yield* deliver(state, "json"), [])
      }))
  }))

test("outbox rows of a sink that is not part of this run stay, and stay up to date", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(data, ["csv"], (state) => state.checkpoint({ arrivals: [arrival(1, "one")] }))
    yield* using(data, ["json"], (state) =>
      Effect.gen(function* () {
        yield* state.checkpoint({ arrivals: [arrival(1, "two")] })
        assert.deepEqual(yield* deliver(state, "json"), [["1", "two"]])
        assert.deepEqual(yield* statuses(state), [["staged", 1]])
      }))
    yield* using(data, ["csv"], (state) =>
      Effect.gen(function* () {
        assert.deepEqual(yield* deliver(state, "csv"), [["1", "two"]])
        assert.deepEqual(yield* deliver(state, "csv"), [])
        assert.deepEqual(yield* statuses(state), [["delivered", 1]])
      }))
  }))

test("an undecodable response never replaces an undelivered one", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(data, ["json"], (state) =>
      Effect.gen(function* () {
        const { item, start } = arrival(1, "good")
        yield* state.checkpoint({ arrivals: [{ item, start }] })
        yield* state.markForRefetch(athlete, "streams")
        const bad = arrival(1, "bad").item
        yield* state.checkpoint({ marks: [{ ...bad, start, status: "quarantined", item: bad }] })
        assert.deepEqual(yield* deliver(state, "json"), [["1", "good"]])
        assert.deepEqual(yield* statuses(state), [["quarantined", 1]])
      }))
  }))

test("a flipped byte in a body makes only this item pending again", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(
      data,
      ["json", "csv"],
      (state) => state.checkpoint({ arrivals: [1, 2, 3].map((id) => arrival(id)) }),
    )
    flip(data, "id = '2'")
    yield* using(data, ["json", "csv"], (state) =>
      Effect.gen(function* () {
        assert.deepEqual((yield* deliver(state, "json")).map(([id]) => id), ["3", "1"])
        assert.deepEqual((yield* deliver(state, "csv")).map(([id]) => id), ["3", "1"])
        assert.deepEqual((yield* state.pendingItems(athlete, "streams")).map(({ id }) => id), ["2"])
        yield* state.checkpoint({ arrivals: [arrival(2)] })
        assert.deepEqual((yield* deliver(state, "csv")).map(([id]) => id), ["2"])
      }))
  }))

test("damaged bodies do not hide intact ones behind them", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(data, ["json"], (state) =>
      state.checkpoint({
        arrivals: [1, 2, 3, 4, 5].map((id) => arrival(id)),
      }))
    flip(data, "id in ('5', '4')")
    edit(data, "update staged set body = (select body from staged where id = '1') where id = '3'")
    yield* using(data, ["json"], (state) =>
      Effect.gen(function* () {
        const batch = yield* state.batch("json", "streams", { items: 2, bytes: 100 })
        assert.deepEqual(batch.items.map(({ id }) => id), ["2"])
      }))
  }))

test("a batch stays within its limits, but contains at least one item", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* using(data, ["json"], (state) =>
      Effect.gen(function* () {
        yield* state.checkpoint({ arrivals: [1, 2, 3].map((id) => arrival(id, "x".repeat(50))) })
        const of = (items: number, bytes: number) =>
          Effect.map(state.batch("json", "streams", { items, bytes }), (batch) =>
            batch.items.map(({ id }) => id))
        assert.deepEqual(yield* of(2, 1_000), ["3", "2"])
        assert.deepEqual(yield* of(9, 120), ["3", "2"])
        assert.deepEqual(yield* of(9, 1), ["3"])
      }))
  }))

test("a run soon after an unfinished one continues its work; a later one starts its own", () =>
  Effect.gen(function* () {
    const data = yield* folder
    const run = (exit: number | undefined) =>
      using(
        data,
        ["json"],
        (state) =>
          Effect.andThen(
            exit === undefined ? Effect.void : state.recordEnd(exit),
            state.workStarted,
          ),
      )
    const first = yield* run(75)
    yield* TestClock.adjust("15 minutes")
    assert.equal(yield* run(undefined), first)
    yield* TestClock.adjust("50 minutes")
    assert.equal(yield* run(0), first)
    yield* TestClock.adjust("1 minute")
    const own = yield* run(75)
    assert.equal(own, first + 66 * 60_000)
    yield* TestClock.adjust("2 hours")
    assert.equal(yield* run(0), own + 120 * 60_000)
  }))

test("an old empty file is migrated, and times can be fractions", () =>
  Effect.gen(function* () {
    const data = yield* folder
    Deno.writeFileSync(`${data}/state.db`, new Uint8Array())
    yield* TestClock.adjust(0.25)
    yield* using(data, ["json"], (state) => state.checkpoint({ arrivals: [arrival(1)] }))
    assert.equal(Deno.statSync(`${data}/state.db`).mode! & 0o777, 0o600)
  }))
