/** Columns of a script's resource: nested members, lists, and members with the name of a column. */
import { parse } from "csv-parse/sync"
import { Effect, Layer, Schema, Stream } from "effect"
import assert from "node:assert/strict"
import { Pipeline, Resource, Stage } from "../../pipeline/mod.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { namedSources, sourceAt, valueAt } from "../../schemas/json/entryNames.ts"
import { test } from "../testing.ts"
import { prepareScript } from "./running.ts"

const simulated = Effect.provide(Layer.fresh(Simulator.layer({ activities: 1, samples: 2 })), {
  local: true,
})

const { auth, athlete, activities } = Stage.builtIn

const resource = Resource.make({
  name: "rows",
  counted: ["row", "rows"],
  about: "One row per value",
  per: "other",
  schema: Schema.Unknown,
  columns: [
    { name: "line", type: "text", path: ["map", "polyline"], comment: "a nested member" },
    { name: "first_names", type: "texts", path: ["firstname"], comment: "of each entry" },
    { name: "name", type: "text", path: ["title"], comment: "has the name of another member" },
  ],
})

const values: Readonly<Record<string, unknown>> = {
  object: {
    id: 7,
    title: "a title",
    name: "a name",
    map: { polyline: "abc", summary: "s" },
  },
  list: [{ firstname: "Ada" }, { firstname: "Max", name: "x" }],
}

const pipeline = Pipeline.make({
  stages: {
    auth,
    athlete,
    activities,
    rows: Stage.derived({
      resource,
      needs: {},
      compute: () =>
        Stream.fromIterable(Object.entries(values).map(([id, value]) => ({ id, value }))),
    }),
  },
})

test("CSV keeps every member of a response, whatever the columns are", () =>
  Effect.gen(function* () {
    const { run, text } = yield* prepareScript(pipeline)
    assert.equal((yield* run()).code, 0)
    const rows: ReadonlyArray<Record<string, string>> = parse(yield* text("csv/rows.csv"), {
      columns: true,
    })
    const object = rows.find(({ id }) => id === "object")
    assert.equal(object?.["line"], "abc")
    assert.deepEqual(JSON.parse(object?.["map"] ?? ""), { polyline: "abc", summary: "s" })
    assert.deepEqual([object?.["name"], object?.["name_2"]], ["a title", "a name"])
    assert.equal(object?.["id_2"], "7")
    const list = rows.find(({ id }) => id === "list")
    assert.deepEqual(JSON.parse(list?.["first_names"] ?? ""), ["Ada", "Max"])
    assert.deepEqual(JSON.parse(list?.["entry_2"] ?? ""), { firstname: "Max", name: "x" })
  }).pipe(simulated))

test("a path leads to the same value in a parsed response and in its text", () =>
  Effect.sync(() => {
    const responses = [
      ...Object.values(values),
      [{ type: "heartrate", sensor: true }, { type: "power", sensor: false }],
      { a: [{ b: [1, 2] }, { b: null }, 3] },
      [],
      {},
    ]
    const paths = [
      "map.polyline",
      "firstname",
      "heartrate.sensor",
      "sensor",
      "a.b",
      "entry_1",
      "no",
    ]
    for (const response of responses) {
      for (const path of paths.map((path) => path.split("."))) {
        const text = JSON.stringify(response)
        const source = sourceAt(text, namedSources(text), path)
        assert.deepEqual(
          source === undefined ? undefined : JSON.parse(source),
          JSON.parse(JSON.stringify(valueAt(response, path)) ?? "null") ?? undefined,
          `${text} ${path.join(".")}`,
        )
      }
    }
    assert.deepEqual(valueAt(values["list"], ["firstname"]), ["Ada", "Max"])
    assert.equal(valueAt(responses[2], ["heartrate", "sensor"]), true)
  }))
