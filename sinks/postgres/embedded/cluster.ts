/**
 * The folder of an embedded PostgreSQL (PGlite): opened by one process at a time, created only if
 * there is none, and moved aside if it is damaged.
 */
import { PGlite } from "@electric-sql/pglite"
import type { NodeFS } from "@electric-sql/pglite/nodefs"
import { Clock, Effect } from "effect"
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { damagedNames } from "../../files/atomic.ts"
import { close, closeAllIn } from "../../files/privacy.ts"
import { readTextSync, refuseSpecialIn } from "../../files/regularFile.ts"
import { closing } from "../../systemError.ts"
import {
  isDamage,
  isLink,
  linkIn,
  listenTo,
  lostAndFound,
  messageOf,
  reasonIn,
} from "./clusterError.ts"
import { followLink } from "./clusterFolder.ts"
import { PostgresError } from "../connection/PostgresError.ts"
import { syncFolder, syncTree } from "./syncPath.ts"
import { ReadFolder } from "./ReadFolder.ts"
import { SyncedFolder } from "./SyncedFolder.ts"
import { unpackCluster } from "./unpackCluster.ts"

/** Major version of PostgreSQL in PGlite. */
export const majorVersion = "18"

/** File of PostgreSQL that every complete cluster has, and that is moved to its place last. */
const versionFile = "PG_VERSION"

/** Names of a cluster while it is created, and of a complete one that is not yet in its place. */
const unfinished = ".making"
const finished = ".made"

const settings = [
  // The default of 128 MB is resident from the start, and no faster for one session.
  "shared_buffers=16MB",
  // PGlite turns fsync off (-F), and `fsync` is the only method to sync a log that it supports.
  "fsync=on",
  "wal_sync_method=fsync",
  // Segments of the log are deleted when they are not needed, and created without zeros.
  "wal_recycle=off",
  "wal_init_zero=off",
]

/** Parameters that the embedded PostgreSQL starts with. */
export const startParams: ReadonlyArray<string> = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  ...settings.flatMap((setting) => ["-c", setting]),
]

const cannotOpen = (folder: string) => (cause: unknown) =>
  new PostgresError({
    reason: "unreachable",
    detail: `the embedded database in ${folder} cannot be opened: ${messageOf(cause)}. ` +
      "Nothing was changed. Move it away to create a new one",
    cause,
  })

const leftAsItIs = (folder: string, what: string, fix: string) =>
  new PostgresError({
    reason: "unreachable",
    detail: `${folder} ${what}. Nothing was changed. ${fix}`,
  })

/** Returns the error for a folder without a database, for commands that create none. */
export const noCluster = (folder: string) =>
  new PostgresError({
    reason: "unreachable",
    detail: `there is no database in ${folder}. The next run creates it and fills it from the ` +
      "other sinks",
  })

/** PGlite creates files that everyone can write to. A disk without permissions prevents no run. */
const closeToOthers = (folder: string) =>
  closing(() => {
    if (close(folder)) closeAllIn(folder, lostAndFound)
  })

const open = (folder: string, make: () => NodeFS) =>
  Effect.tryPromise({
    try: async () => {
      refuseSpecialIn(folder, lostAndFound)
      const fs = make()
      const log = listenTo(fs)
      return await PGlite.create({ fs, startParams: [...startParams] }).catch((cause) => {
        throw new Error(reasonIn(log.lines) ?? messageOf(cause), { cause })
      }).finally(log.stop)
    },
    catch: cannotOpen(folder),
  })

const shut = (db: PGlite) => Effect.ignore(Effect.tryPromise(() => db.close()))

/** Opens the database in `folder` while the scope is open. */
export const openCluster = (folder: string) =>
  Effect.acquireRelease(
    Effect.tap(open(folder, () => new SyncedFolder(folder)), closeToOthers(folder)),
    (db) => Effect.andThen(shut(db), closeToOthers(folder)),
  )

/** Opens the database in `folder` for reading: no statement changes the folder. */
export const readCluster = (dataDir: string) =>
  Effect.acquireRelease(
    Effect.flatMap(followLink(dataDir), (folder) => open(folder, () => new ReadFolder(folder))),
    shut,
  )

/** True if a cluster was created in `folder`, also if it is damaged. */
export const isCluster = (folder: string): boolean => existsSync(join(folder, versionFile))

const versionOf = (folder: string) => readTextSync(join(folder, versionFile)).trim()

/**
 * Moves a complete cluster to its place, its marker file last, so that a later run can continue
 * after a kill.
 */
const place = (folder: string): void => {
  const from = join(folder, finished)
  const names = readdirSync(from).filter((name) => name !== versionFile)
  for (const name of [...names, versionFile]) renameSync(join(from, name), join(folder, name))
  rmSync(from, { recursive: true })
  syncFolder(folder)
}

/**
 * Creates a cluster in `folder`, which is empty. After a kill, it is still empty or the creation
 * continues.
 */
const makeCluster = (folder: string) =>
  Effect.try({
    try: () => {
      const begun = join(folder, unfinished)
      rmSync(begun, { recursive: true, force: true })
      unpackCluster(begun)
      syncTree(begun)
      renameSync(begun, join(folder, finished))
      syncFolder(folder)
      place(folder)
    },
    catch: cannotOpen(folder),
  })

/**
 * Sets the creation time of the database, because the archive has the time when the archive was
 * made.
 */
const dateTables = "update strava.paceline_migrations set created_at = now()"

/**
 * Moves `folder` aside with its content and creates an empty one in its place; returns the new
 * name.
 */
const moveAside = Effect.fnUntraced(function* (folder: string) {
  const now = yield* Clock.currentTimeMillis
  return yield* Effect.try({
    try: () => {
      const aside = damagedNames(folder, now).find((name) => !existsSync(name))
      if (aside === undefined) throw new Error("no name is free")
      renameSync(folder, aside)
      mkdirSync(folder, { mode: 0o700 })
      syncFolder(dirname(folder))
      return aside
    },
    catch: (cause) =>
      new PostgresError({
        reason: "disk",
        detail: `${folder} holds no database that can be opened, and cannot be moved aside ` +
          `(${messageOf(cause)}). Nothing in it was changed. Empty it, or move its files away, ` +
          "and run again",
        cause,
      }),
  })
})

/** Returns the note about a folder that was moved aside. */
const movedAside = (folder: string, what: string, aside: string) =>
  `${folder} ${what}. It is kept as ${basename(aside)}, and a new database was created.`

/** A database that was opened or created, and the notes for the user. */
interface MadeCluster {
  readonly db: PGlite
  readonly notes: ReadonlyArray<string>
}

/** Returns the state of the folder of a database. */
const stateOf = (folder: string): "whole" | "finished" | "empty" | "foreign" => {
  refuseSpecialIn(folder, lostAndFound)
  const names = readdirSync(folder).filter((name) => name !== unfinished && name !== lostAndFound)
  if (names.includes(versionFile)) return "whole"
  return names.length === 0 ? "empty" : names.includes(finished) ? "finished" : "foreign"
}

const versionIn = (folder: string) =>
  Effect.try({ try: () => versionOf(folder), catch: cannotOpen(folder) })

/**
 * Opens a cluster of our version. If its files are damaged, moves it aside and creates a new one
 * with `make`.
 */
const openOrReplace = Effect.fnUntraced(function* <E, R>(
  dataDir: string,
  folder: string,
  make: Effect.Effect<PGlite, E, R>,
) {
  const version = yield* versionIn(folder)
  if (version !== "" && version !== majorVersion) {
    return yield* leftAsItIs(
      dataDir,
      `is a database of PostgreSQL ${version}, and this program reads PostgreSQL ${majorVersion}`,
      "Move it away to create a new one, or use the version of the program that created it",
    )
  }
  return yield* openCluster(folder).pipe(
    Effect.map((db): MadeCluster => ({ db, notes: [] })),
    Effect.catch((error) =>
      Effect.gen(function* () {
        const reason = messageOf(error.cause)
        const link = yield* Effect.try({ try: () => linkIn(folder), catch: () => error })
        if (link !== undefined) {
          return yield* leftAsItIs(
            dataDir,
            `cannot be opened (${reason}), and ${link} in it is a link, which the embedded ` +
              "database does not follow",
            "Replace the link with its target, or link the whole directory",
          )
        }
        if (!isDamage(reason) || isLink(dataDir)) return yield* error
        const aside = yield* moveAside(folder)
        const db = yield* make.pipe(
          // If a new one cannot be opened either, the old one was not the cause.
          Effect.tapError(() => closing(() => putBack(aside, folder))),
          Effect.mapError(() => error),
        )
        return {
          db,
          notes: [movedAside(folder, `cannot be opened: ${reason}`, aside)],
        } satisfies MadeCluster
      })
    ),
  )
})

/**
 * Opens the database in `dataDir`, which is created if the folder is empty. A folder with other
 * content, or with a database whose files are damaged, is moved aside first. A link, another
 * version of PostgreSQL, and a database that does not open for any other reason are refused,
 * because the data might be intact.
 */
export const openOrMakeCluster = Effect.fnUntraced(function* (dataDir: string) {
  const folder = yield* followLink(dataDir)
  const openNew = Effect.tap(
    openCluster(folder),
    (db) => Effect.tryPromise({ try: () => db.exec(dateTables), catch: cannotOpen(folder) }),
  )
  const make = Effect.andThen(makeCluster(folder), openNew)
  const state = yield* Effect.try({
    try: () => stateOf(folder),
    catch: cannotOpen(folder),
  })
  switch (state) {
    case "empty":
      return { db: yield* make, notes: [] } satisfies MadeCluster
    case "finished":
      yield* Effect.try({ try: () => place(folder), catch: cannotOpen(folder) })
      return { db: yield* openNew, notes: [] } satisfies MadeCluster
    case "foreign": {
      const what = `has no ${versionFile}, so it is not a complete database`
      const link = yield* Effect.try({ try: () => linkIn(folder), catch: cannotOpen(folder) })
      if (link !== undefined || isLink(dataDir)) {
        const links = link === undefined ? "and is a link" : `and ${link} in it is a link`
        return yield* leftAsItIs(dataDir, `${what}, ${links}`, "Empty it, then run again")
      }
      const aside = yield* moveAside(folder)
      return {
        db: yield* make,
        notes: [movedAside(folder, what, aside)],
      } satisfies MadeCluster
    }
    case "whole":
      return yield* openOrReplace(dataDir, folder, make)
  }
})

const putBack = (aside: string, folder: string): void => {
  rmSync(folder, { recursive: true, force: true })
  renameSync(aside, folder)
  syncFolder(dirname(folder))
}

/** True if a file of this path belongs to PostgreSQL's folder. */
export const isOfCluster = (path: string): boolean =>
  /^(\.mad(e|ing)\/)?(PG_VERSION|postgresql(\.auto)?\.conf|pg_(hba|ident)\.conf|postmaster\.(pid|opts))$/
    .test(path) ||
  /^(\.mad(e|ing)\/)?(base|global|pg_[a-z_]+)\//.test(path)
