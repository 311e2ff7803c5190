/** Part of the contract about values of unexpected types: an item is refused only for its id. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { detailLists } from "../../schemas/DetailedActivity.ts"
import { knownOf } from "../../schemas/fields/known.ts"
import type { Item, Resource } from "../../schemas/Item.ts"
import { oddValues } from "./hostile.ts"
import { activity, activityWith, detailsWith, item, streamsItem } from "./items.ts"
import { fieldsOf } from "./rows.ts"
import { type Batched, type Define, type SinkSubject } from "./Subject.ts"

/**
 * Returns an object with every field of the resource, each except the id with the JSON `odd` as its
 * value.
 */
const oddItem = (resource: Resource, id: string, odd: string): Item => {
  const members = Object.keys(knownOf(resource).fields)
    .filter((field) => field !== "id").map((field) => `${JSON.stringify(field)}:${odd}`)
  const own = resource === "gear" ? [`"id":"${id}"`] : [`"id":${id}`]
  return item({ resource, id, text: `{${[...own, ...members].join(",")}}` })
}

/** Returns details whose lists have entries with an odd value in every field, or odd entries. */
const oddEntries = (id: number, odd: string): ReadonlyArray<Item> => {
  const entry = (list: string) => {
    const fields = Object.keys(knownOf("details").within[list]?.fields ?? {})
    return `{${fields.map((field) => `"${field}":${odd}`).join(",")}}`
  }
  return [
    detailsWith(id, detailLists.map((list) => `"${list}":[${entry(list)}]`).join(",")),
    detailsWith(id + 1, detailLists.map((list) => `"${list}":[${odd},{"id":1}]`).join(",")),
  ]
}

export const odd = <R>(subject: SinkSubject<R>, test: Define<R>): void => {
  test("accepts any value in any field except the id", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const each = (make: (value: string, id: number) => Item) =>
        oddValues.map((value, i) => make(value, i + 1))
      const refused = yield* write(
        ...(["athlete", "zones", "stats"] as const).flatMap((resource) =>
          each((value) => oddItem(resource, "7", value)).map((one): Batched => [resource, [one]])
        ),
        ["gear", each((value, id) => oddItem("gear", `g${id}`, value))],
        ["activities", each((value, id) => oddItem("activities", String(id), value))],
        ["details", each((value, id) => oddItem("details", String(id), value))],
        ["details", oddValues.flatMap((value, i) => oddEntries(1000 + 2 * i, value))],
        ["streams", each((value, id) => oddItem("streams", String(id), value))],
      )
      assert.deepEqual(refused.map(({ item, reason }) => `${item.resource}: ${reason}`), [])
      yield* write(["activities", [activity(1000)]])
      const rows = yield* landed.activities
      assert.equal(rows.length, oddValues.length + 1)
      for (const [i, value] of oddValues.entries()) {
        const row = rows.find((fields) => fields.get("id") === String(i + 1))
        const sent = fieldsOf(`{"distance":${value}}`).get("distance")
        // jsonb has its own format for numbers and white space.
        if (/^-?\d|^[[{]/.test(value)) assert.ok(row?.get("distance") !== undefined)
        else assert.equal(row?.get("distance") ?? "", subject.text(sent ?? ""), value.slice(0, 40))
      }
    }))

  test("stores the other streams if one has an unexpected shape", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const shapes = [
        ...oddValues,
        `{"data":null}`,
        `{"data":"1,2,3"}`,
        `{"data":{"0":1}}`,
        `{"data":[1e400,"x",null]}`,
        `{"original_size":3}`,
      ]
      const refused = yield* write([
        "streams",
        shapes.map((shape, i) =>
          item({
            resource: "streams",
            id: String(i + 1),
            text: `{"time":{"data":[0,1.5,3]},"watts":${shape},"temp":{"data":[20.25,null]}}`,
          })
        ),
      ])
      assert.deepEqual(refused, [])
      for (const [i, shape] of shapes.entries()) {
        const samples = yield* landed.streams(String(i + 1))
        assert.deepEqual(samples?.get("time"), [0, 1.5, 3], shape.slice(0, 40))
        assert.deepEqual(samples?.get("temp")?.slice(0, 2), [20.25, null], shape.slice(0, 40))
      }
    }))

  test("keeps samples with fractions, in every stream of numbers", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const sent = {
        time: [0, 0.5, 1.25],
        distance: [0, 1.1, 2.2],
        altitude: [1, 2.5, -3.75],
        velocity_smooth: [0, 4.25, 5],
        heartrate: [108.67, 109, 110.33],
        cadence: [80.5, 81, 0],
        watts: [200.4, 0, 210],
        temp: [-0.5, 20, 21.25],
        grade_smooth: [0.1, -0.1, 2],
      }
      yield* write(["streams", [streamsItem(1, sent)]])
      const samples = yield* landed.streams("1")
      for (const [type, data] of Object.entries(sent)) {
        assert.deepEqual(samples?.get(type), data, type)
      }
    }))

  test("accepts an id with any spelling of its digits", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const spelled = ['"5"', "5.0", "50e-1", "0.5e1"]
      for (const id of spelled) {
        const one = item({ resource: "activities", id: "5", text: `{"id":${id},"name":"a"}` })
        assert.deepEqual(yield* write(["activities", [one, activityWith(1, `"b":1`)]]), [])
        const rows = yield* landed.activities
        assert.deepEqual(rows.map((row) => row.get("name")), ["Ride 1", "a"], id)
      }
    }))

  test("keeps bytes that are not UTF-8, or writes U+FFFD for each", (place) =>
    Effect.gen(function* () {
      // `textOf` returns this string for the bytes ff and c3.
      const wrong = "Caf\udcc3 \udcff"
      const members = `"name":"${wrong}","list":["${wrong}"],"${wrong}":1`
      const batches: ReadonlyArray<readonly [Resource, Item]> = [
        ["athlete", item({ resource: "athlete", id: "7", text: `{"id":7,${members}}` })],
        ["zones", item({ resource: "zones", id: "7", text: `{"heart_rate":{${members}}}` })],
        ["stats", item({ resource: "stats", id: "7", text: `{${members}}` })],
        ["gear", item({ resource: "gear", id: "g1", text: `{"id":"g1",${members}}` })],
        ["activities", item({ resource: "activities", id: "5", text: `{"id":5,${members}}` })],
        [
          "details",
          item({ resource: "details", id: "5", text: `{"id":5,"laps":[{${members}}],${members}}` }),
        ],
        [
          "streams",
          item({
            resource: "streams",
            id: "5",
            text: `{"time":{"data":[0,1]},"x":{"data":["${wrong}"]}}`,
          }),
        ],
      ]
      const refused = yield* place.write(
        ...batches.map(([resource, one]): Batched => [resource, [one]]),
        ["activities", [activity(1)]],
      )
      assert.deepEqual(refused, [])
      yield* place.open((sink) =>
        Effect.gen(function* () {
          for (const [resource, one] of batches) {
            assert.deepEqual(yield* sink.differing({ resource, items: [one] }), [], resource)
            const kept = yield* sink.kept(resource, [one.id])
            const expected = subject.keepsAnswers ? [[one.text, one.hash]] : []
            assert.deepEqual(kept.map(({ hash, text }) => [text, hash]), expected, resource)
          }
        })
      )
      const row = (yield* place.activities).find((fields) => fields.get("id") === "5")
      assert.equal(row?.get("name"), wrong.toWellFormed())
    }))
}
