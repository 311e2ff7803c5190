/** Part of the contract about details, gear, zones and stats: each part of a response has its row. */
import { BigDecimal, Effect } from "effect"
import assert from "node:assert/strict"
import { exactNumbers } from "./hostile.ts"
import {
  athleteItem,
  detailsItem,
  detailsWith,
  gearItem,
  item,
  statsItem,
  zonesItem,
} from "./items.ts"
import type { TableName } from "./rows.ts"
import type { Define, Fields, SinkSubject } from "./Subject.ts"

/** Returns the key columns of a table. */
const keysOf = (table: TableName): ReadonlyArray<string> =>
  table === "zones"
    ? ["type", "position"]
    : table === "splits"
    ? ["activity_id", "unit", "position"]
    : table === "laps" || table.endsWith("_efforts")
    ? ["activity_id", "position"]
    : ["id"]

/** Returns the rows of `table` in the order of its keys. */
export const inOrder = (table: TableName, rows: ReadonlyArray<Fields>) => {
  const keyOf = (row: Fields) =>
    keysOf(table).map((key) => (row.get(key) ?? "").padStart(24)).join(" ")
  return rows.toSorted((a, b) => keyOf(a) < keyOf(b) ? -1 : 1)
}

const lapsOf = (rows: ReadonlyArray<Fields>) =>
  inOrder("laps", rows).map((row) => [row.get("activity_id"), row.get("position"), row.get("name")])

export const parts = <R>(subject: SinkSubject<R>, test: Define<R>): void => {
  test("replaces all entries of details at once", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const named = (...names: ReadonlyArray<string>) => ({ laps: names.map((name) => ({ name })) })
      yield* write(["details", [detailsItem(1, named("a", "b", "c")), detailsItem(2, named("d"))]])
      yield* write(["details", [detailsItem(3, named("e", "f"))]])
      yield* write(["details", [detailsItem(1, named("g"))]], ["details", [
        detailsItem(2, { laps: [] }),
      ]])
      assert.deepEqual(lapsOf(yield* landed.table("laps")), [
        ["1", "1", subject.text("g")],
        ["3", "1", subject.text("e")],
        ["3", "2", subject.text("f")],
      ])
      assert.equal((yield* landed.table("details")).length, 3)
    }))

  test("keeps efforts with ids beyond 2^53 and with repeated ids", (place) =>
    Effect.gen(function* () {
      const ids = ["3265366675164236880", "3265366675164236881", "3265366675164236880"]
      const list = ids.map((id) => `{"id": ${id}, "name": "400m"}`).join(",")
      yield* place.write([
        "details",
        [
          detailsWith(1, `"best_efforts": [${list}], "segment_efforts": [${list}]`),
          detailsWith(2, `"segment_efforts": [${list}]`),
        ],
      ])
      for (const [table, times] of [["best_efforts", 1], ["segment_efforts", 2]] as const) {
        const rows = inOrder(table, yield* place.table(table))
        const expected = Array.from({ length: times }, () => ids).flat()
        assert.deepEqual(rows.map((row) => row.get("id")), expected)
      }
    }))

  const same = (kept: string | undefined, sent: string) =>
    assert.equal(
      BigDecimal.format(BigDecimal.fromStringUnsafe(kept ?? "")),
      BigDecimal.format(BigDecimal.fromStringUnsafe(sent)),
    )

  test("keeps every digit and all unknown fields of each part", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const members = exactNumbers.map((text, i) => `"n${i}": ${text}`).join(", ")
      const object = `{${members}, "a_new_field": {"b": [1]}}`
      yield* write(
        ["athlete", [athleteItem()]],
        ["details", [
          detailsWith(
            1,
            `${members}, "a_new_field": {"b": [1]}, "laps": [${object}], "splits_metric": [{}],
             "splits_standard": [${object}], "segment_efforts": [${object}],
             "best_efforts": [${object}]`,
          ),
          detailsItem(2),
        ]],
        ["gear", [
          item({ resource: "gear", id: "b1", text: `{"id": "b1", ${object.slice(1)}` }),
          gearItem("b2"),
        ]],
        ["zones", [
          item({
            resource: "zones",
            id: "7",
            text: `{"power": {"custom_zones": true, "zones": [${object}]}}`,
          }),
        ]],
      )
      const tables: ReadonlyArray<TableName> = [
        "details",
        "laps",
        "splits",
        "segment_efforts",
        "best_efforts",
        "gear",
        "zones",
      ]
      for (const table of tables) {
        const row = (yield* landed.table(table)).find((row) => row.has("n0"))
        for (const [i, sent] of exactNumbers.entries()) same(row?.get(`n${i}`), sent)
        assert.deepEqual(JSON.parse(row?.get("a_new_field") ?? ""), { b: [1] }, table)
      }
      const splits = inOrder("splits", yield* landed.table("splits"))
      assert.deepEqual(splits.map((row) => [row.get("unit"), row.get("position")]), [
        ["metric", "1"],
        ["standard", "1"],
      ])
    }))

  test("has a row per zone and a column per total", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const power = { custom_zones: true, zones: [{ min: 0, max: 130 }, { min: 130, max: -1 }] }
      yield* write(["athlete", [athleteItem()]], ["stats", [statsItem()]], ["zones", [
        zonesItem({ power }),
      ]])
      yield* write(["zones", [zonesItem({ power })]])
      const found = inOrder("zones", yield* landed.table("zones")).map((row) =>
        ["type", "custom_zones", "position", "min", "max"].map((name) => row.get(name)).join(" ")
      )
      assert.deepEqual(found, [
        "power true 1 0 130",
        "power true 2 130 -1",
        "heart_rate false 1 0 115",
        "heart_rate false 2 115 152",
        "heart_rate false 3 152 -1",
      ])
      const [totals, ...more] = yield* landed.table("stats")
      assert.deepEqual(more, [])
      assert.equal(totals?.get("recent_run_totals_achievement_count"), "2")
      assert.equal(totals?.get("ytd_run_totals_moving_time"), "474287.5")
      assert.equal(totals?.get("biggest_ride_distance"), "150000.5")
      assert.equal(totals?.get("biggest_climb_elevation_gain"), undefined)

      yield* write(["zones", [zonesItem({ heart_rate: null })]], ["stats", [statsItem()]])
      assert.deepEqual(yield* landed.table("zones"), [])
    }))
}
