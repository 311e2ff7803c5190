/** A scan of streams changes nothing: every sink stores the same data as for the parsed text. */
import { PgProtocol, PgTypes } from "@effect/sql-pg"
import { Effect, Result } from "effect"
import assert from "node:assert/strict"
import { World } from "../../../pipeline/simulator/world/World.ts"
import { contentOf, contentOfScan } from "../../../schemas/content/content.ts"
import type { Item } from "../../../schemas/Item.ts"
import { numberIn } from "../../../schemas/json/samples.ts"
import { scan } from "../../../schemas/json/scan.ts"
import { ScannedItem } from "../../../schemas/json/ScannedItem.ts"
import { streamsOf, streamTypes } from "../../../schemas/StreamSet.ts"
import { unknownIn } from "../../../schemas/fields/unknown.ts"
import { bytesOf } from "../../../schemas/json/utf8.ts"
import { acceptStreams } from "../../../sinks/validate.ts"
import { streamsContent } from "../../../sinks/csv/streams.ts"
import { streamRow } from "../../../sinks/postgres/write/streams.ts"
import { exactTypes } from "../../../sinks/postgres/connection/types.ts"
import { responses } from "../../schemas/responses.ts"
import { test } from "../../testing.ts"
import { item } from "../items.ts"

/** Number of random responses. PROPERTY_RUNS=100000 takes a minute. */
const runs = Number(Deno.env.get("PROPERTY_RUNS") ?? 3000)
const seed = Deno.env.get("PROPERTY_SEED") ?? "paceline"

const parsed = (text: string): Item => item({ resource: "streams", id: "1", text })

/** Returns the item with a scan; undefined if the response is not in the plain form. */
const scanned = (of: Item): Item | undefined => {
  const found = scan(bytesOf(of.text))
  return found === undefined ? undefined : new ScannedItem(of, { ...of, scan: found })
}

const decoder = new TextDecoder()

const types = exactTypes()

const bind = PgProtocol.makeBindEncoder(
  (sink, parameter: PgTypes.Parameter) => PgTypes.writeParameter(sink, parameter, types),
)

/** Returns a parameter in the form that is sent to PostgreSQL. */
const sentAs = (parameter: unknown): unknown =>
  PgTypes.isParameter(parameter)
    ? Result.getOrThrow(bind({ portal: "", statement: "", parameters: [parameter] })).toHex()
    : parameter

/** Everything that is derived from the streams of an item. A scan must not change it. */
const results: Readonly<Record<string, (item: Item) => Effect.Effect<unknown>>> = {
  text: ({ text }) => Effect.succeed(text),
  "the value": (item) => Effect.succeed(Result.getOrThrow(acceptStreams(item)).value),
  amounts: ({ scan, text }) =>
    Effect.succeed(scan ? contentOfScan(scan) : contentOf("streams", JSON.parse(text))),
  "new names": ({ scan, text }) =>
    Effect.succeed(unknownIn("streams", scan ? scan.json : JSON.parse(text))),
  "the fields of each stream": ({ scan, text }) =>
    Effect.succeed(
      (scan?.streams ?? streamsOf(text, JSON.parse(text))).map(({ info, type }) => [type, info]),
    ),
  "the PostgreSQL parameters": (item) =>
    Effect.succeed(Result.map(streamRow(item), (parameters) => parameters.map(sentAs))),
  "the CSV": (item) =>
    Effect.map(
      streamsContent(item),
      (bytes) => decoder.decode(bytes),
    ),
}

/** Returns the text as if each of its streams was imported. */
const asImported = (text: string): string =>
  text.replaceAll('"data":', '"source":"export","file":"activities/1.fit","derived":true,"data":')

for (
  const [name, textOf] of [["responses", (text: string) => text], [
    "imported streams",
    asImported,
  ]] as const
) {
  test(`a scan of random ${name} changes nothing`, () =>
    Effect.gen(function* () {
      let taken = 0
      for (const text of responses(runs, seed).map(textOf)) {
        const plain = parsed(text)
        const fast = scanned(plain)
        if (fast === undefined) continue
        taken++
        for (const [name, resultOf] of Object.entries(results)) {
          const both: ReadonlyArray<unknown> = yield* Effect.all([resultOf(fast), resultOf(plain)])
          assert.deepEqual(both[0], both[1], `${name} of ${text}`)
        }
      }
      assert.ok(taken > runs / 4, `only ${taken} of ${runs} are in the plain form`)
    }))
}

test("every response of the simulator is in the plain form", () =>
  Effect.sync(() => {
    const world = World.make()
    const sent = world.ids.slice(0, 60)
      .flatMap((id) => world.streams(id, new Set(streamTypes), true) ?? [])
    assert.ok(sent.length > 40)
    for (const bytes of sent) assert.ok(scan(bytes), decoder.decode(bytes.subarray(0, 200)))
  }))

/** Number texts of every length and number of decimals, with digits that are difficult to round. */
const numberTexts = Array.from(
  { length: 20 },
  (_, whole) =>
    Array.from(
      { length: 20 },
      (_, decimals) =>
        [
          "1234567890123456789012",
          "9999999999999999999999",
          "4503599627370497500000",
          "0".repeat(22),
        ]
          .map((digits) => {
            const before = digits.slice(0, whole + 1).replace(/^0+(?=.)/, "")
            return decimals === 0 ? before : `${before}.${digits.slice(-decimals)}`
          }),
    ),
).flat(2)

test("a number in the bytes is the number that JSON.parse reads", () =>
  Effect.sync(() => {
    const edges = ["9007199254740991", "9007199254740992", "9007199254740993", "900719925474099.3"]
    for (const text of [...numberTexts, ...edges].flatMap((text) => [text, `-${text}`])) {
      const value = numberIn(bytesOf(`[${text}]`), 1, text.length + 1)
      assert.ok(Object.is(value, JSON.parse(text)), `${text} is not ${value}`)
    }
  }))
