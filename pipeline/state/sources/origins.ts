/** Origins of imported activities: the row and the file of the bulk export, in the table `origin`. */
import { Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { ItemKey } from "../../../schemas/Item.ts"
import type { StateDatabase } from "../file/Database.ts"
import { deleteMetaIn, setMetaIn } from "../file/meta.ts"
import { row } from "../file/rows.ts"

/** Row and file of the export that an activity was imported from. */
export interface Origin extends Omit<ItemKey, "resource"> {
  /** Hash of the row of `activities.csv`. */
  readonly rowHash: string
  /** Name of its file in the export; null if it has none. */
  readonly file: string | null
  /** Version of the file, which changes whenever its content does; null if it has none. */
  readonly version: string | null
  /** File name of the export. */
  readonly archive: string
  /** Time of the export, in milliseconds since 1970. */
  readonly exported: number
}

/** Prefix of the keys in `meta` of original files that are to be deleted. */
const toDeleteKey = "unwanted "

/**
 * Inside a transaction, before the items are stored: records the origin of an activity. An older export only adds
 * a file where the newer one has none. A deleted activity that the export does not bring back gets no origin.
 */
export const recordOrigin = (
  db: StateDatabase,
  { archive, athlete, exported, file, id, rowHash, version }: Origin,
): void => {
  if (file !== null) deleteMetaIn(db, toDeleteKey + file)
  db.run(
    `insert into origin (athlete, id, row_hash, file, version, archive, exported, purged)
       select ?1, ?2, ?3, ?4, ?5, ?6, ?7, exists (select 1 from item where athlete = ?1
           and resource = 'activities' and id = ?2 and status = 'purged')
         where not exists (select 1 from item where athlete = ?1 and resource = 'activities'
           and id = ?2 and status = 'deleted' and updated >= ?7)
     on conflict do update set
       row_hash = case when ?7 >= exported then ?3 else row_hash end,
       version = case when ?7 >= exported and ?4 is not null or file is null then ?5 else version end,
       file = case when ?7 >= exported and ?4 is not null or file is null then ?4 else file end,
       archive = case when ?7 >= exported then ?6 else archive end,
       exported = max(exported, ?7), purged = max(purged, excluded.purged)`,
    athlete,
    id,
    rowHash,
    file,
    version,
    archive,
    exported,
  )
}

const FileRow = row({ file: Schema.NullOr(Schema.String) })

/** Inside a transaction: records that the original file of an activity is to be deleted, as the activity is. */
export const markOriginalForDeletion = (
  db: StateDatabase,
  { athlete, id }: Omit<ItemKey, "resource">,
): void => {
  const origin = db.first(
    FileRow,
    `select file from origin where athlete = ?1 and id = ?2 and not exists (select 1 from origin as other
       where other.file = origin.file and (other.athlete, other.id) is not (?1, ?2))`,
    athlete,
    id,
  )
  if (origin !== undefined && origin.file !== null) setMetaIn(db, toDeleteKey + origin.file, "1")
}

const KeyRow = row({ key: Schema.String })

/** Returns the names in the export of the original files that are to be deleted. */
export const originalsToDeleteIn = (db: StateDatabase): ReadonlyArray<string> =>
  db.all(KeyRow, `select key from meta where key like '${toDeleteKey}%'`)
    .map(({ key }) => key.slice(toDeleteKey.length))

/** Inside a transaction: records that an original file was deleted. */
export const recordOriginalDeleted = (db: StateDatabase, file: string): void =>
  deleteMetaIn(db, toDeleteKey + file)

/** True if the API's response of the activity was purged, so that the export's version stays. */
export const isFallback = (db: StateDatabase, { athlete, id }: Omit<ItemKey, "resource">) =>
  db.has(`select 1 from origin where athlete = ? and id = ? and purged = 1`, athlete, id)

/** Inside a transaction: records that the API's response of an imported activity was purged. */
export const markFallback = (
  db: StateDatabase,
  { athlete, id }: Omit<ItemKey, "resource">,
): void => void db.run(`update origin set purged = 1 where athlete = ? and id = ?`, athlete, id)

/**
 * Inside a transaction: deletes the origin of an activity that was deleted at Strava, or of which an imported item
 * was lost, so that the next import stores it again.
 */
export const deleteOrigin = (db: StateDatabase, athlete: AthleteId, id: string): void =>
  void db.run(`delete from origin where athlete = ? and id = ?`, athlete, id)
