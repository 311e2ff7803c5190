/** The exports of one athlete that a run imports, opened and with their tables read. */
import { Context, Effect, type FileSystem, type Path, Result, type Scope } from "effect"
import { AthleteId } from "../../schemas/Athlete.ts"
import { type Archive, openArchive } from "./archive/Archive.ts"
import type { EntryError } from "./archive/EntryError.ts"
import { downloadAgain, ExportError, fixCause } from "./archive/ExportError.ts"
import { tableFile } from "./archive/memberNames.ts"
import { type ExportedGear, readGear } from "./table/gear.ts"
import { type ExportedAthlete, readProfile } from "./table/profile.ts"
import { type ActivityTable, readTable } from "./table/readTable.ts"

/** An opened export. */
export interface AthleteExport {
  readonly archive: Archive
  readonly table: ActivityTable
  /** Undefined if the export has no readable profile. */
  readonly profile: ExportedAthlete | undefined
  readonly gear: ReadonlyArray<ExportedGear>
  /** Problems of the tables, as sentences without the dot. */
  readonly problems: ReadonlyArray<string>
}

export class Exports extends Context.Service<Exports, {
  readonly athlete: AthleteId
  /** The oldest first, so that newer ones replace what older ones contain. */
  readonly all: ReadonlyArray<AthleteExport>
}>()("paceline/export/Exports") {}

/** Returns the error for a table that cannot be read, because of the archive or because of the disk. */
const unreadable = ({ path }: Archive, { detail, reason }: EntryError) => {
  const cause = { path, detail: `${tableFile} cannot be read: ${detail}` }
  return reason === "unreadable"
    ? new ExportError({ ...cause, reason: "disk", fix: fixCause })
    : new ExportError({ ...cause, reason: "damaged", fix: downloadAgain })
}

/** Returns the bytes of an entry that not every export has. */
const optional = (archive: Archive, name: string) =>
  archive.entries.has(name)
    ? Effect.matchEager(archive.read(name), {
      onSuccess: (bytes) => ({ bytes, problems: [] as ReadonlyArray<string> }),
      onFailure: ({ detail }: EntryError) => ({
        bytes: undefined,
        problems: [`${name} cannot be read: ${detail}`],
      }),
    })
    : Effect.succeed({ bytes: undefined, problems: [] as ReadonlyArray<string> })

/** Opens an export and reads its tables. Fails if there is no table of activities that can be read. */
const openExport = Effect.fn("openExport")(function* (path: string) {
  const archive = yield* openArchive(path)
  const bytes = yield* Effect.mapError(
    archive.read(tableFile),
    (error) => unreadable(archive, error),
  )
  const table = readTable(bytes)
  if (Result.isFailure(table)) {
    const { detail, file, fix } = table.failure
    return yield* new ExportError({
      path,
      reason: "format",
      detail: `${file} cannot be read: ${detail}`,
      fix,
    })
  }
  const own = yield* optional(archive, "profile.csv")
  const profile = own.bytes === undefined ? undefined : readProfile(own.bytes)
  const bikes = yield* optional(archive, "bikes.csv")
  const shoes = yield* optional(archive, "shoes.csv")
  const gear = readGear({ bikes: bikes.bytes, shoes: shoes.bytes }, table.success.rows)
  return {
    archive,
    table: table.success,
    profile: profile === undefined ? undefined : Result.getOrUndefined(profile),
    gear: gear.gear,
    problems: [
      ...own.problems,
      ...(profile !== undefined && Result.isFailure(profile)
        ? [`profile.csv cannot be read: ${profile.failure.detail}`]
        : []),
      ...bikes.problems,
      ...shoes.problems,
      ...table.success.problems,
      ...gear.problems,
    ],
  } satisfies AthleteExport
})

/** Returns the error for an export of another athlete. */
const otherAthlete = (path: string, found: string, detail: string, fix: string) =>
  new ExportError({
    path,
    reason: "athlete",
    detail: `it is the export of athlete ${found}, ${detail}`,
    fix,
  })

/** Returns the error for an export of another athlete than the data directory's. */
export const otherOwner = (path: string, found: string, folder: string, owner: AthleteId) =>
  otherAthlete(
    path,
    found,
    `but ${folder} belongs to athlete ${owner}`,
    "Use one data directory per athlete: --data DIR",
  )

interface Choice {
  /** Athlete that the user named. */
  readonly named: AthleteId | undefined
  /** Athlete that the data directory belongs to. */
  readonly stored: AthleteId | undefined
  readonly data: string
}

/** Returns the athlete of the exports; fails unless all of them, and the data directory, agree. */
const athleteOf = Effect.fnUntraced(function* (
  all: ReadonlyArray<AthleteExport>,
  { data, named, stored }: Choice,
) {
  const expected = stored ?? named
  let known = expected === undefined ? undefined : String(expected)
  for (const { archive: { path }, profile } of all) {
    if (profile === undefined) continue
    if (known !== undefined && profile.id !== known) {
      return yield* stored !== undefined
        ? otherOwner(path, profile.id, data, stored)
        : otherAthlete(
          path,
          profile.id,
          named === undefined ? `and another export is of athlete ${known}` : `not ${named}`,
          "Import the exports of each athlete by themselves, with one data directory per athlete: " +
            "--data DIR",
        )
    }
    known = profile.id
  }
  if (known !== undefined) return AthleteId.make(Number(known))
  return yield* new ExportError({
    path: all[0]?.archive.path ?? "",
    reason: "athlete",
    detail: "it has no profile.csv, so it does not say whose activities they are",
    fix: "Name the athlete, by the number in the address of your profile at Strava: --athlete ID",
  })
})

/** Opens the exports at these paths until the scope closes. Fails with `ExportError` before anything is written. */
export const openExports = Effect.fn("openExports")(
  function* (
    paths: ReadonlyArray<string>,
    choice: Choice,
  ): Effect.fn.Return<
    Exports["Service"],
    ExportError,
    Scope.Scope | FileSystem.FileSystem | Path.Path
  > {
    const all = yield* Effect.forEach([...new Set(paths)], openExport)
    const sorted = all.toSorted((a, b) => a.archive.exportedAt - b.archive.exportedAt)
    return { athlete: yield* athleteOf(sorted, choice), all: sorted }
  },
)
