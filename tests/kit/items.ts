/** Items that the contract of a sink writes. */
import { AthleteId } from "../../schemas/Athlete.ts"
import { type Item, type Resource } from "../../schemas/Item.ts"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { declarationOf } from "../../schemas/resources.ts"

export const contractAthlete = AthleteId.make(7)

/** Time of all responses, in milliseconds since 1970. */
const fetchedAt = Date.UTC(2026, 0, 2, 3, 4, 5)

/** Returns the item of a text. */
export const contractItem = (resource: Resource, id: string, text: string): Item =>
  itemFrom({ athlete: contractAthlete, resource, id }, text, fetchedAt)

/** Returns an activity whose name is `name`, as JSON text. */
export const contractActivity = (id: number | string, name = "Ride"): Item =>
  contractItem(
    "activities",
    String(id),
    `{"id":${id},"name":${JSON.stringify(name)},"start_date":"2026-01-0${
      Number(String(id).slice(-1)) % 9 + 1
    }T08:00:00Z","distance":1.50}`,
  )

/** Returns an item of any resource, with the number `n` in it. */
export const anyItem = (resource: Resource, n: number): Item => {
  const { entries, named, onlyExport = false, per } = declarationOf(resource)
  if (resource === "streams") {
    const data = `{"data":[0,${n}],"series_type":"distance","original_size":2,"resolution":"high"}`
    return contractItem(resource, String(n), `{"time":${data}}`)
  }
  const id = per === "gear" ? `b${n}` : per === "athlete" ? String(contractAthlete) : String(n)
  if (entries !== undefined) {
    return contractItem(resource, id, `[{"type":"heartrate","score":${n}.0}]`)
  }
  const own = onlyExport
    ? `"activity_id":"${id}",`
    : named
    ? `"id":${per === "gear" ? `"${id}"` : id},`
    : ""
  return contractItem(resource, id, `{${own}"resource_state":3,"number":${n}.0}`)
}

/** Texts that have broken a database, a spreadsheet or a terminal. */
export const awkwardTexts: ReadonlyArray<string> = [
  "",
  `say "hi", and 'bye'`,
  "two\nlines\r\nand a tab\t",
  "'; drop table item; --",
  "=1+1",
  "nul \0 inside",
  "high \ud800 alone",
  "🚴‍♀️🏔️ naïve Ω 日本語",
  "\u202eright to left\u202c",
  "\\N",
  "$1 %s ${x} {{y}} \u001b[31m",
  "__proto__",
  "x".repeat(300_000),
]

/** JSON texts that a parser and a printer would change. */
export const exactTexts: ReadonlyArray<string> = [
  `{ "id" : 1 , "number" : 9007199254740993 , "fraction" : 1.50 , "tiny" : 1e-7 }`,
  `{"id":1,"b":-0.0,"a":2.00,"a2":"\\u00e9\\/"}`,
]
