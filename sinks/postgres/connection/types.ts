/** Types of values from PostgreSQL: those of `@effect/sql-pg`, but JSON to the last digit. */
import { PgTypes } from "@effect/sql-pg"
import { Result } from "effect"
import { type Json, parseExact } from "../../../schemas/json/Json.ts"
import { registerSampleArrays } from "../write/SampleArray.ts"

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const jsonbVersion = 1

const codec = (header: ReadonlyArray<number>): PgTypes.Codec<Json> => ({
  encode: (value) =>
    Result.succeed(new Uint8Array([...header, ...encoder.encode(JSON.stringify(value))])),
  decode: (bytes) =>
    Result.try({
      try: () => parseExact(decoder.decode(bytes.subarray(header.length))),
      catch: (error) => new PgTypes.CodecError({ message: String(error) }),
    }),
})

/** The built-in types, with `json` and `jsonb` read by `parseExact`, and samples taken from the bytes. */
export const exactTypes = (): PgTypes.Registry => {
  const types = PgTypes.makeRegistry()
  types.register(PgTypes.OID.json, codec([]), { arrayOid: PgTypes.OID.jsonArray })
  types.register(PgTypes.OID.jsonb, codec([jsonbVersion]), { arrayOid: PgTypes.OID.jsonbArray })
  registerSampleArrays(types)
  return types
}
