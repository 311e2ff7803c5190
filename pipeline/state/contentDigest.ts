/** Digest of the contents of the state file, without the bookkeeping that every run changes. */
import { Effect, Schema } from "effect"
import { createHash } from "node:crypto"
import { openReadOnly } from "./file/Database.ts"

const decodeRow = Schema.decodeUnknownSync(Schema.Record(Schema.String, Schema.Unknown))

/**
 * Queries for the rows that change the next run's requests or deliveries. Left out: the list of runs, the usage of
 * the rate limit (Strava's headers correct it), the position of a list that was read to its end, and the number of
 * the last list that contained an activity.
 */
const queries = [
  "select * from item order by 1, 2, 3",
  "select athlete, resource, id, hash from staged order by 1, 2, 3",
  "select * from pending order by 1, 2, 3, 4",
  "select * from landed order by 1, 2, 3, 4",
  "select athlete, id, basis, sport, gear, private, missed from summary order by 1, 2",
  "select resource, name from drift order by 1, 2",
  `select athlete, stage, case when stage in ('activities', 'sweep') and json_valid(value)
     then json_array(json_extract(value, '$.page'), json_extract(value, '$.whole')) else value end
     from cursor order by 1, 2`,
  "select * from meta where key not in ('changed', 'clock') and key not like 'quota.%' order by 1",
]

/** Returns the SHA-256 of the contents, in hexadecimal: equal if the next run would do the same. */
export const contentDigest = Effect.fn("contentDigest")(function* (path: string) {
  const db = yield* openReadOnly(path)
  return yield* db.read(() => {
    const hash = createHash("sha256")
    for (const query of queries) {
      for (const row of db.all(decodeRow, query)) hash.update(JSON.stringify(Object.values(row)))
      hash.update("\n")
    }
    return hash.digest("hex")
  })
}, Effect.scoped)
