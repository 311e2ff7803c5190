/** Ledger of a stopped run, read from a copy of the state file so that the file does not change. */
import { DatabaseSync } from "node:sqlite"

/** A request to Strava's API, as the server saw it. */
export interface ServedRequest {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

export interface ServerLedger {
  readonly version: number
  /** Damage of the file; undefined if there is none. */
  readonly fault: string | undefined
  /** Number of runs that are recorded as ended. */
  readonly finished: number
  /** Ids of the activities that are deleted. */
  readonly deleted: ReadonlySet<string>
  /** Number of requests counted against today's limit (UTC). */
  readonly counted: number
  /** Number of responses that some sink lacks. */
  readonly undelivered: number
  /** True if the response to a request has been stored. */
  has(asked: ServedRequest): boolean
}

const nothing: ServerLedger = {
  version: 0,
  fault: undefined,
  finished: 0,
  deleted: new Set(),
  counted: 0,
  undelivered: 0,
  has: () => false,
}

const exists = (path: string): boolean => {
  try {
    return Deno.statSync(path).isFile
  } catch {
    return false
  }
}

/** Paths of resources that are requested by id. */
const resourcePaths = [
  ["streams", /\/activities\/(\d+)\/streams$/],
  ["details", /\/activities\/(\d+)$/],
  ["stats", /\/athletes\/(\d+)\/stats$/],
  ["gear", /\/gear\/([a-z]\d+)$/],
] as const

interface Listing {
  readonly after?: number
  readonly page: number | null
}

const read = (db: DatabaseSync): ServerLedger => {
  const all = (sql: string) => db.prepare(sql).all()
  const count = (sql: string) => Number(all(sql)[0]?.["n"])
  const verdict = String(Object.values(all("pragma quick_check(1)")[0] ?? {})[0])
  const fault = verdict === "ok" ? undefined : verdict
  const version = Number(all("pragma user_version")[0]?.["user_version"])
  if (version === 0) {
    const tables = count("select count(*) as n from sqlite_schema")
    return { ...nothing, fault: fault ?? (tables > 0 ? "tables, but no version" : undefined) }
  }
  const had = new Set(
    all("select resource, id from item where status <> 'listed'")
      .map(({ id, resource }) => `${resource}/${id}`),
  )
  const listings = all("select value from cursor where stage in ('activities', 'sweep')")
    .map(({ value }): Listing => JSON.parse(String(value)))
  const hasAthlete = [...had].some((key) => key.startsWith("athlete/"))
  const deleted = all("select id from item where resource = 'activities' and status = 'deleted'")
  return {
    version,
    fault,
    deleted: new Set(deleted.map(({ id }) => String(id))),
    finished: count("select count(*) as n from run where exit in (0, 2)"),
    counted: count("select coalesce(sum(used), 0) as n from quota where bucket = 'allDay'"),
    undelivered: count("select count(*) as n from pending") +
      count("select count(*) as n from staged"),
    has: ({ path, query }) => {
      const ours = resourcePaths.map(([resource, pattern]) => [resource, pattern.exec(path)?.[1]])
        .find(([, id]) => id !== undefined)
      if (ours !== undefined) return had.has(ours.join("/"))
      if (path.endsWith("/athlete/zones")) return [...had].some((key) => key.startsWith("zones/"))
      if (path.endsWith("/athlete")) return hasAthlete
      return listings.some(({ after, page }) =>
        `${after}` === `${query["after"]}` && (page === null || page > Number(query["page"]))
      )
    },
  }
}

/** Reads the ledger of the data directory. */
export const ledgerOf = (data: string): ServerLedger => {
  if (!exists(`${data}/state.db`)) return nothing
  const copy = Deno.makeTempDirSync()
  try {
    for (const name of ["state.db", "state.db-wal", "state.db-journal"]) {
      if (exists(`${data}/${name}`)) Deno.copyFileSync(`${data}/${name}`, `${copy}/${name}`)
    }
    const db = new DatabaseSync(`${copy}/state.db`)
    try {
      return read(db)
    } finally {
      db.close()
    }
  } finally {
    Deno.removeSync(copy, { recursive: true })
  }
}
