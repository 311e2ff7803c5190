/** If Strava's response is ambiguous, nothing is deleted, and the check costs few requests. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { byStatus, simulatedDays, weeklyAthlete } from "../pipeline/daily.ts"
import { runStart as today } from "../pipeline/running.ts"

const days = (count: number) => count * 24 * 60 * 60_000
const isoSeconds = (at: number) => new Date(at).toISOString().replace(/\.\d+/, "")
const off = { turnOff: ["zones", "stats", "gear"] } as const
const withoutPrivate = "read,profile:read_all,activity:read"
const detailsOf = (paths: ReadonlyArray<string>) =>
  paths.filter((path) => /^\/activities\/\d+$/.test(path))

/** Makes these activities private and all others public. */
const hide = Effect.fnUntraced(function* (hidden: ReadonlyArray<number>) {
  const { world } = yield* Simulator
  for (const id of world.ids) {
    const isHidden = hidden.includes(id)
    yield* world.edit(id, { private: isHidden, visibility: isHidden ? "only_me" : "everyone" })
  }
})

/** Makes this activity unreadable on the first page of every list. */
const garble = Effect.fnUntraced(function* (bad: number) {
  const { fault, world } = yield* Simulator
  const texts = world.ids.map((id) => {
    const text = world.summaryText(id)
    return id === bad ? text.replace(/"name":"[^"]*"/, '"name":17') : text
  })
  yield* fault({
    path: /athlete\/activities.*page=1$/,
    response: { _tag: "Body", body: `[${texts.join(",")}]` },
  })
})

test("a permission withdrawn between two pages of a full sync deletes no private activity", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete({ policy: { onLimit: "stop" } })
    const { grant, limit, world } = yield* Simulator
    const hidden = [world.ids[100] ?? 0, ...world.ids.slice(-5)]
    yield* hide(hidden)
    yield* next(0, off)
    yield* limit({ read: { short: 5, day: 1_000 } })
    yield* next(7, off)
    yield* limit("none")
    yield* grant(withoutPrivate)
    yield* next(1 / 24, off)
    assert.match((yield* counts).heldBack?.why ?? "", /permission/)
    for (const id of hidden) assert.ok(sink.items.has(`activities/${id}`), String(id))
  }).pipe(simulatedDays({ activities: 450, samples: 1 })))

test("with a state file from before privacy was stored, no possibly private activity is deleted", () =>
  Effect.gen(function* () {
    const { counts, next, setup, sink } = yield* weeklyAthlete()
    const { grant, world } = yield* Simulator
    const hidden = world.ids.slice(-2)
    yield* hide(hidden)
    yield* next(0, off)
    const db = new DatabaseSync(`${setup.data}/state.db`)
    db.exec(
      `delete from summary; update cursor set value = json_remove(value, '$.whole', '$.number')
      where stage in ('activities', 'sweep')`,
    )
    db.close()
    yield* grant(withoutPrivate)
    yield* next(1, off)
    assert.match((yield* counts).heldBack?.why ?? "", /permission/)
    for (const id of hidden) assert.ok(sink.items.has(`activities/${id}`))
  }).pipe(simulatedDays({ activities: 100, samples: 1 })))

test("withheld streams of private activities are fetched when the permission is granted again", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* weeklyAthlete()
    const { grant, world } = yield* Simulator
    const hidden = world.ids.slice(3, 6)
    yield* hide(hidden)
    yield* next(0, { limit: 1, turnOn: ["details"] })
    yield* grant(withoutPrivate)
    yield* next()
    yield* grant("read,profile:read_all,activity:read_all")
    yield* next()
    yield* next(8)
    for (const id of hidden) assert.ok(sink.items.has(`streams/${id}`))
  }).pipe(simulatedDays()))

test("an older visible private activity proves that a missing private one was deleted", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    const recent = yield* world.add({ start: today - days(3) })
    const old = world.ids.at(-1) ?? 0
    yield* hide([recent, old])
    yield* next(0, off)
    yield* world.remove(recent)
    const { paths } = yield* next()
    assert.deepEqual(detailsOf(paths), [`/activities/${old}`, `/activities/${recent}`])
    assert.ok(!sink.items.has(`activities/${recent}`))
    assert.equal((yield* counts).heldBack, undefined)
    assert.equal((yield* next()).paths.length, 2)
  }).pipe(simulatedDays()))

test("without the permission, an old private activity is requested once, and none is deleted", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { grant, world } = yield* Simulator
    const recent = yield* world.add({ start: today - days(3) })
    const old = world.ids.at(-1) ?? 0
    yield* hide([recent, old])
    yield* next(0, off)
    yield* grant(withoutPrivate)
    assert.deepEqual(detailsOf((yield* next()).paths), [`/activities/${old}`])
    assert.match((yield* counts).heldBack?.why ?? "", /permission/)
    for (let day = 0; day < 3; day++) assert.equal((yield* next()).paths.length, 2)
    yield* next(7)
    for (const id of [recent, old]) assert.ok(sink.items.has(`activities/${id}`))
    yield* grant("read,profile:read_all,activity:read_all")
    yield* next(7)
    assert.equal((yield* counts).heldBack, undefined)
  }).pipe(simulatedDays()))

test("an unconfirmed deletion is reported until Strava confirms it or the user allows the number", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { clearFaults, fault, world } = yield* Simulator
    const [first, second] = [
      yield* world.add({ start: today - days(2) }),
      yield* world.add({ start: today - days(3) }),
    ]
    yield* next(0, off)
    const unclear = (id: number) =>
      fault({ path: new RegExp(`/activities/${id}\\?`), response: { _tag: "Status", status: 402 } })
    yield* unclear(first)
    yield* world.remove(first)
    yield* next()
    assert.ok(sink.items.has(`activities/${first}`))
    assert.deepEqual((yield* counts).heldBack?.ids, [String(first)])
    yield* clearFaults
    yield* next()
    assert.ok(!sink.items.has(`activities/${first}`))
    assert.equal((yield* counts).heldBack, undefined)

    yield* unclear(second)
    yield* world.remove(second)
    yield* next(1, { allowDeletions: 2 })
    assert.ok(sink.items.has(`activities/${second}`))
    yield* next(1, { allowDeletions: 1 })
    assert.ok(!sink.items.has(`activities/${second}`))
    assert.equal((yield* counts).heldBack, undefined)
  }).pipe(simulatedDays()))

test("an allowed number deletes no activity that is on the list but unreadable", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0, off)
    for (const id of world.ids.slice(-3)) yield* world.remove(id)
    const [bad = 0] = world.ids
    yield* garble(bad)
    yield* next(7)
    assert.equal((yield* counts).heldBack?.count, 3)
    yield* next(1, { allowDeletions: 3 })
    assert.equal(byStatus(yield* counts, "activities")["deleted"], 3)
    assert.ok(sink.items.has(`activities/${bad}`))
  }).pipe(simulatedDays()))

test("an allowed number deletes no activity that Strava still has", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { fault, world } = yield* Simulator
    yield* next(0, off)
    for (const id of world.ids.slice(-3)) yield* world.remove(id)
    const moved = world.ids[5] ?? 0
    // The activity moved between pages and is on none of them.
    const texts = world.ids.filter((id) => id !== moved).map((id) => world.summaryText(id))
    yield* fault({
      path: /athlete\/activities.*page=1$/,
      response: { _tag: "Body", body: `[${texts.join(",")}]` },
    })
    yield* next(7, off)
    assert.equal((yield* counts).heldBack?.count, 4)
    yield* next(1, { allowDeletions: 4 })
    assert.equal(byStatus(yield* counts, "activities")["deleted"], 3)
    assert.ok(sink.items.has(`activities/${moved}`))
  }).pipe(simulatedDays()))

test("an unreadable activity on the list costs no additional request per day", () =>
  Effect.gen(function* () {
    const { next } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0, off)
    yield* garble(world.ids[0] ?? 0)
    for (let day = 0; day < 3; day++) assert.equal((yield* next()).paths.length, 2)
  }).pipe(simulatedDays()))

test("an activity that was moved out of the recent list is requested once", () =>
  Effect.gen(function* () {
    const { next } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0, off)
    yield* world.edit(world.ids[0] ?? 0, { start_date: isoSeconds(today - days(900)) })
    assert.equal((yield* next()).paths.length, 3)
    for (let day = 0; day < 4; day++) assert.equal((yield* next()).paths.length, 2)
  }).pipe(simulatedDays()))

test("a failed check of a deletion does not delay other items", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* weeklyAthlete()
    const { fault, world } = yield* Simulator
    yield* next(0, off)
    const [id = 0] = world.ids
    yield* world.remove(id)
    yield* fault({
      path: new RegExp(`/activities/${id}\\?`),
      response: { _tag: "Status", status: 500 },
    })
    const fresh = yield* world.add({ start: today })
    assert.equal((yield* next()).code, 0)
    assert.ok(sink.items.has(`streams/${fresh}`))
    assert.ok(sink.items.has(`activities/${id}`))
  }).pipe(simulatedDays()))

test("an athlete without a subscription gets everything except details", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0, off)
    yield* world.remove(world.ids[0] ?? 0)
    const fresh = yield* world.add({ start: today })
    yield* next()
    assert.ok(sink.items.has(`streams/${fresh}`))
  }).pipe(simulatedDays({ paid: ["details"] })))

test("a stop between two checks of deletions repeats neither request", () =>
  Effect.gen(function* () {
    const { next } = yield* weeklyAthlete({ policy: { onLimit: "stop" } })
    const { limit, world } = yield* Simulator
    yield* next(0, off)
    for (const id of world.ids.slice(0, 3)) yield* world.remove(id)
    yield* limit({ read: { short: 4, day: 1_000 } })
    const one = yield* next()
    yield* limit("none")
    const two = yield* next(1 / 48)
    const asked = [...detailsOf(one.paths), ...detailsOf(two.paths)]
    assert.ok(asked.length >= 3)
    assert.equal(asked.length, new Set(asked).size)
  }).pipe(simulatedDays({ activities: 100, samples: 1 })))

test("the checks of a full sync stay within the remaining requests", () =>
  Effect.gen(function* () {
    const { next } = yield* weeklyAthlete({ policy: { onLimit: "stop" } })
    const { limit, world } = yield* Simulator
    yield* next(0, off)
    for (const id of world.ids.slice(-3)) yield* world.remove(id)
    yield* limit({ read: { short: 5, day: 1_000 } })
    assert.equal((yield* next(7, off)).code, 0)
  }).pipe(simulatedDays({ activities: 100, samples: 1 })))

test("an incremental sync keeps the number of unconfirmed deletions that the full sync found", () =>
  Effect.gen(function* () {
    const { counts, next } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    for (let i = 0; i < 24; i++) yield* world.add({ start: today - days(1) - i * 3_600_000 })
    yield* next(0, off)
    for (const id of world.ids.slice(0, 22)) yield* world.remove(id)
    for (const id of world.ids.slice(-9)) yield* world.remove(id)
    yield* next(7, off)
    assert.equal((yield* counts).heldBack?.count, 31)
    yield* next(1, off)
    assert.equal((yield* counts).heldBack?.count, 31)
  }).pipe(simulatedDays({ activities: 300, samples: 1 })))
