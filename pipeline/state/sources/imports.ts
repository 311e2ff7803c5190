/** Imported activities in the state file: their origins, and the sources of their items. */
import { type Effect, Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Source } from "../../../schemas/export/source.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"
import type { Origin } from "./origins.ts"
import { hasSources, SourceColumn, sourceIn } from "./sourceColumn.ts"
import type { StateError } from "../StateError.ts"
import { Status } from "../ledger/counts.ts"

/** State of an item of a known activity. */
interface KnownItem {
  readonly source: Source
  readonly status: Status
  /** Hash of the stored response; null if there is none. */
  readonly hash: string | null
  /** Start of the activity, in milliseconds since 1970; undefined if unknown. */
  readonly start?: number
}

/** Items of a known activity, and its origin if it was imported. */
export interface KnownActivity {
  readonly origin?: Omit<Origin, "athlete" | "id">
  /** Time of the deletion at Strava in milliseconds since 1970, if it was deleted. */
  readonly deletedAt?: number
  readonly activities?: KnownItem
  readonly streams?: KnownItem
  readonly export?: KnownItem
}

export interface Imports {
  /** Returns the known activities by id, from both sources, so that an import can skip what is stored. */
  known(owner: AthleteId): Effect.Effect<ReadonlyMap<string, KnownActivity>, StateError>
  /**
   * Returns the purged activities, and the purged streams, that an export contains too, newest first: its version
   * takes their place.
   */
  fallbacks(owner: AthleteId): Effect.Effect<ReadonlyArray<Fallback>, StateError>
}

/** A purged response, and the origin of the version that takes its place. */
export interface Fallback extends Pick<Origin, "id" | "file" | "archive" | "exported"> {
  readonly resource: "activities" | "streams"
}

const ItemRow = row({
  resource: Schema.Literals(["activities", "streams", "export"]),
  id: Schema.String,
  source: SourceColumn,
  status: Status,
  hash: Schema.NullOr(Schema.String),
  start: Schema.Int,
  updated: Schema.Int,
})

const OriginRow = row({
  id: Schema.String,
  rowHash: Schema.String,
  file: Schema.NullOr(Schema.String),
  version: Schema.NullOr(Schema.String),
  archive: Schema.String,
  exported: Schema.Int,
})

const knownActivitiesIn = (
  db: StateDatabase,
  owner: AthleteId,
): ReadonlyMap<string, KnownActivity> => {
  const known = new Map<string, KnownActivity>()
  const add = (id: string, part: KnownActivity) => known.set(id, { ...known.get(id), ...part })
  const items = db.all(
    ItemRow,
    `select resource, id, ${sourceIn(db)} as source, status, hash, start, updated
       from item
       where athlete = ? and resource in ('activities', 'streams', 'export')`,
    owner,
  )
  for (const { id, resource, updated, ...item } of items) {
    add(id, { [resource]: item })
    if (resource === "activities" && item.status === "deleted") add(id, { deletedAt: updated })
  }
  if (!hasSources(db)) return known
  const origins = db.all(
    OriginRow,
    `select id, row_hash as rowHash, file, version, archive, exported from origin
       where athlete = ?`,
    owner,
  )
  for (const { id, ...origin } of origins) add(id, { origin })
  return known
}

const FallbackRow = row({
  resource: Schema.Literals(["activities", "streams"]),
  id: Schema.String,
  file: Schema.NullOr(Schema.String),
  archive: Schema.String,
  exported: Schema.Int,
})

const fallbacksIn = (db: StateDatabase, owner: AthleteId): ReadonlyArray<Fallback> =>
  !hasSources(db) ? [] : db.all(
    FallbackRow,
    `select resource, id, file, archive, exported
       from origin join item using (athlete, id)
       where athlete = ? and status = 'purged'
         and (resource = 'activities' or (resource = 'streams' and file is not null))
       order by start desc, id desc`,
    owner,
  )

/** Returns the imports of `db`. */
export const importsIn = (db: StateDatabase): Imports => ({
  fallbacks: (owner) => db.read(() => fallbacksIn(db, owner)),
  known: (owner) => db.read(() => knownActivitiesIn(db, owner)),
})
