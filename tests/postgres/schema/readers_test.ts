/** Values in a column of each type: the value that was sent, or null. */
import { Schema } from "effect"
import assert from "node:assert/strict"
import { parseExact } from "../../../schemas/json/Json.ts"
import { readers } from "../../../sinks/postgres/schema/readers.ts"
import { test } from "../../testing.ts"

const largest = 2n ** 63n - 1n
const smallest = -(2n ** 63n)

/**
 * Integers of any length, including those with trailing zeros, which JavaScript prints as sent even
 * if it rounds them.
 */
const Whole = Schema.Struct({
  digits: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))),
  zeros: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 6 })),
  sign: Schema.Literals(["", "-"]),
})

test.prop(
  "a bigint column stores every integer in its range with the digits sent, and no other number",
  Whole,
  ({ digits, sign, zeros }) => {
    const number = BigInt(`${sign}0${digits.join("")}${"0".repeat(zeros)}`)
    const sent = String(number)
    const fits = number >= smallest && number <= largest
    assert.equal(JSON.stringify(readers.bigint(parseExact(sent))), fits ? sent : "null")
    return true
  },
  { runs: 500 },
)

for (const sent of [largest, smallest, 2n ** 53n, 3265366675164236880n, 3265147793106610000n]) {
  test.prop(
    `a bigint column stores ${sent} and its neighbors with the digits sent`,
    Schema.Literals([0, 1, 2, 3]),
    (away) => {
      const text = String(sent > 0n ? sent - BigInt(away) : sent + BigInt(away))
      assert.equal(JSON.stringify(readers.bigint(parseExact(text))), text)
      return true
    },
  )
}
