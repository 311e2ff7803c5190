/** Part of the contract about exact storage: every field, digit, sample and unusual character. */
import { BigDecimal, Effect } from "effect"
import assert from "node:assert/strict"
import { exactNumbers, hostileTexts } from "./hostile.ts"
import { activity, activityWith, athleteItem, item, streamsItem } from "./items.ts"
import type { Define, SinkSubject } from "./Subject.ts"

export const fidelity = <R>(subject: SinkSubject<R>, test: Define<R>): void => {
  test("survives hostile text", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const all = hostileTexts.map((name, i) => activity(i + 1, { name, a_new_field: name }))
      yield* write(["activities", all], ["athlete", [athleteItem({ firstname: hostileTexts[8] })]])
      yield* write(["activities", [activity(1000)]])

      const rows = (yield* landed.activities).toReversed()
      for (const [i, sent] of hostileTexts.entries()) {
        const kept = (field: string) => rows[i]?.get(field)
        const shown = JSON.stringify(sent.slice(0, 40))
        assert.equal(rows[i]?.get("id"), String(i + 1))
        assert.equal(kept("name") ?? "", subject.text(sent), shown)
        assert.equal(kept("a_new_field") ?? "", subject.text(sent), shown)
      }
      assert.equal(
        (yield* landed.athlete)?.get("firstname"),
        subject.text(hostileTexts[8] ?? ""),
      )
    }))

  test("survives hostile field names and deep nesting", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const deep = `${"[".repeat(1000)}${"]".repeat(1000)}`
      const sent = activityWith(
        1,
        `"__proto__": {"polluted": 1}, "constructor": "c", "a,\\"b\\nc": "odd", "deep": ${deep}`,
      )
      yield* write(["activities", [sent]])
      yield* write(["activities", [activity(2)]])

      const row = (yield* landed.activities)[1]
      assert.deepEqual(JSON.parse(row?.get("__proto__") ?? "null"), { polluted: 1 })
      assert.equal(row?.get("constructor"), "c")
      assert.equal(row?.get('a,"b\nc'), "odd")
      assert.equal(row?.get("deep"), deep)
      assert.equal(({} as Record<string, unknown>)["polluted"], undefined)
    }))

  test("keeps every digit of numbers", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const members = exactNumbers.map((text, i) => `"n${i}": ${text}`)
      yield* write(["activities", [
        activityWith(1, `${members.join(", ")}, "list": [${exactNumbers.join(",")}]`),
      ]])
      yield* write(["activities", [activity(2)]])

      const row = (yield* landed.activities)[1]
      const same = (kept: string | undefined, sent: string) =>
        assert.equal(
          BigDecimal.format(BigDecimal.fromStringUnsafe(kept ?? "")),
          BigDecimal.format(BigDecimal.fromStringUnsafe(sent)),
        )
      for (const [i, sent] of exactNumbers.entries()) same(row?.get(`n${i}`), sent)
      const list = row?.get("list")?.slice(1, -1).split(",") ?? []
      assert.equal(list.length, exactNumbers.length)
      for (const [i, sent] of exactNumbers.entries()) same(list[i]?.trim(), sent)
    }))

  test("keeps an activity whose id is beyond 2^53, and its neighbor", ({ write, ...landed }) =>
    Effect.gen(function* () {
      // JavaScript cannot distinguish these two numbers.
      const ids = ["3265366675164236880", "3265366675164236881"]
      const text = (id: string, name = "of") => `{"name":"${name} ${id}","distance":1.5,"id":${id}}`
      for (const id of ids) {
        yield* write(["activities", [
          item({ resource: "activities", id, text: text(id, "before") }),
        ]])
        const refused = yield* write(
          ["activities", [item({ resource: "activities", id, text: text(id) })]],
          [
            "streams",
            [streamsItem(1, { time: [0, ids.indexOf(id)] })].map((one) => ({ ...one, id })),
          ],
        )
        assert.deepEqual(refused, [])
      }
      const rows = yield* landed.activities
      assert.deepEqual(
        rows.map((row) => [row.get("id"), row.get("name")]).toSorted(),
        ids.map((id) => [id, `of ${id}`]),
      )
      for (const [i, id] of ids.entries()) {
        assert.deepEqual((yield* landed.streams(id))?.get("time"), [0, i])
      }
    }))

  test("keeps unknown fields", ({ write, ...landed }) =>
    Effect.gen(function* () {
      yield* write(["athlete", [athleteItem({ a_new_field: { b: [1] } })]])
      yield* write(["activities", [
        activity(1, { map: { id: "a1", new: "x" }, a_new_field: "a", kudos_count: 3 }),
        activity(2, { another: { b: [1, null, true] }, has_kudoed: false, gear_id: null }),
      ]])
      yield* write(["activities", [activity(3, { third: 3 })]])

      const [third, second, first] = yield* landed.activities
      assert.equal(first?.get("a_new_field"), "a")
      assert.equal(first?.get("kudos_count"), "3")
      assert.deepEqual(JSON.parse(first?.get("map") ?? ""), { id: "a1", new: "x" })
      assert.deepEqual(JSON.parse(second?.get("another") ?? ""), { b: [1, null, true] })
      assert.equal(second?.get("has_kudoed"), "false")
      assert.equal(second?.get("gear_id"), undefined)
      assert.equal(third?.get("third"), "3")
      assert.equal(third?.get("sport_type"), "Ride")
      assert.equal(Number(third?.get("distance")), 1000.5)
      assert.deepEqual(
        JSON.parse((yield* landed.athlete)?.get("a_new_field") ?? ""),
        { b: [1] },
      )
    }))

  /** Returns the samples without the trailing nulls that a table adds to shorter streams. */
  const trimmed = (samples: ReadonlyArray<unknown> = []) =>
    samples.slice(0, samples.findLastIndex((sample) => sample !== null) + 1)

  test("keeps streams sample by sample", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const sent: Readonly<Record<string, ReadonlyArray<unknown>>> = {
        grade_smooth: [-1.5, 0, 2.25],
        time: [0, 1, 5],
        latlng: [[-33.123456, 151.5], null, [51.5, -0.1]],
        altitude: [-3.2, null, 1200.75],
        heartrate: [null, 120, 121],
        moving: [false, true, true],
        temp: [-5, -4, null],
        a_new_type: [1, 2.5, -3],
      }
      yield* write(["streams", [streamsItem(1, sent)]])

      const samples = yield* landed.streams("1")
      assert.deepEqual([...samples?.keys() ?? []].toSorted(), Object.keys(sent).toSorted())
      for (const [type, data] of Object.entries(sent)) {
        assert.deepEqual(trimmed(samples?.get(type)), trimmed(data), type)
      }
    }))

  test("keeps streams of different lengths and empty ones", ({ write, ...landed }) =>
    Effect.gen(function* () {
      yield* write(["streams", [
        streamsItem(1, { time: [0, 1, 2], watts: [200], latlng: [[1, 2]], cadence: [] }),
        streamsItem(2, { time: [], latlng: [] }),
        streamsItem(3, {}),
      ]])

      const first = yield* landed.streams("1")
      assert.deepEqual(first?.get("time"), [0, 1, 2])
      assert.deepEqual(trimmed(first?.get("watts")), [200])
      assert.deepEqual(trimmed(first?.get("latlng")), [[1, 2]])
      assert.deepEqual(trimmed(first?.get("cadence")), [])
      assert.deepEqual((yield* landed.streams("2"))?.get("time"), [])
      assert.deepEqual((yield* landed.streams("2"))?.get("latlng"), [])
      assert.deepEqual(yield* landed.streams("3"), new Map())
    }))

  test("reads streams that are listed instead of named", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const text = `[
        {"type": "distance", "data": [2.9, 5.80], "series_type": "distance", "original_size": 2},
        {"type": "latlng", "data": [[1.50, -2], [3, 4]]}
      ]`
      yield* write(["streams", [item({ resource: "streams", id: "1", text })]])

      const samples = yield* landed.streams("1")
      assert.deepEqual(samples?.get("distance"), [2.9, 5.8])
      assert.deepEqual(samples?.get("latlng"), [[1.5, -2], [3, 4]])
    }))
}
