/** Lossless JSON: numbers to the last digit, elements and members as sent. */
import { Schema } from "effect"
import assert from "node:assert/strict"
import { Effect } from "effect"
import {
  elementsOf,
  isRawNumber,
  isWholeList,
  membersOf,
  onOneLine,
  parseExact,
} from "../../schemas/json/Json.ts"
import { test } from "../testing.ts"

const holds = (name: string, body: () => void) => test(name, () => Effect.sync(body))

holds("parseExact() keeps what JSON.parse would round or respell", () => {
  for (
    const number of ["3265366675164236880", "2.0", "1e400", "-0.0", "1E5", "0.10000000000000000001"]
  ) {
    const text = `{"a":[${number}],"b":1.5}`
    assert.equal(JSON.stringify(parseExact(text)), text)
  }
  // JavaScript prints the last number as sent, although it holds another value.
  for (const sent of ["3265366675164236880", "9007199254740992", "3265147793106610000"]) {
    const { id } = parseExact(`{"id":${sent}}`) as { readonly id: unknown }
    assert.ok(isRawNumber(id), sent)
    assert.equal(id.rawJSON, sent)
  }
})

holds("parseExact() returns plain numbers if no digit is lost", () => {
  assert.deepEqual(parseExact(`[0,-1,1.5,1e-7,9007199254740991]`), [0, -1, 1.5, 1e-7, 2 ** 53 - 1])
})

holds("parseExact() throws on invalid JSON", () => {
  assert.throws(() => parseExact("<html>"), SyntaxError)
})

holds("elementsOf() is not fooled by brackets, quotes and escapes inside strings", () => {
  const elements = [`{"a":"],\\"[{","b":[1,[2]]}`, `"\\\\"`, "null", "[]", `{"c":{}}`]
  assert.deepEqual(elementsOf(`[${elements.join(" ,\n")}]`), elements)
  assert.deepEqual(elementsOf(" [ ] "), [])
})

holds("membersOf() decodes names and keeps values as sent", () => {
  const members = membersOf(`{ "a\\u0062" : 1.0 , "x:y":{"z":"}"} }`)
  assert.deepEqual([...members], [["ab", "1.0"], ["x:y", `{"z":"}"}`]])
})

holds("onOneLine() removes line breaks, which are never inside a string", () => {
  assert.equal(onOneLine(`{\r\n  "a": "x\\ny"\n}`), `{  "a": "x\\ny"}`)
})

test.prop(
  "elementsOf() of any list returns texts that parse to its elements",
  Schema.Array(
    Schema.Union([Schema.String, Schema.Finite, Schema.Null, Schema.Array(Schema.String)]),
  ),
  (list) => {
    for (const text of [JSON.stringify(list), JSON.stringify(list, null, 2)]) {
      assert.deepEqual(elementsOf(text).map((element) => JSON.parse(element)), JSON.parse(text))
    }
    return true
  },
)

test.prop(
  "membersOf() of any object returns texts that parse to its members",
  Schema.Record(
    Schema.String,
    Schema.Union([Schema.String, Schema.Finite, Schema.Array(Schema.Int)]),
  ),
  (object) => {
    const text = JSON.stringify(object, null, 1)
    for (const [name, value] of membersOf(text)) {
      assert.deepEqual(JSON.parse(value), (JSON.parse(text) as Record<string, unknown>)[name])
    }
    assert.equal(membersOf(text).size, Object.keys(object).length)
    return true
  },
)

holds("a list with an invalid element is complete, a truncated list is not", () => {
  const broken = [`{"id":1,"name":"a\tb,]"}`, `{"id":2}`, `{"id":3,"distance":NaN}`]
  const list = `[${broken.join(" ,\n")},]`
  assert.ok(isWholeList(list))
  assert.deepEqual(elementsOf(list), broken)
  for (const text of ["[Error]", list.slice(0, -1), `${list}]`, `${list}[]`, "{}", "", `["{]`]) {
    assert.ok(!isWholeList(text), text)
  }
})
