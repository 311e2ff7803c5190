/** Responses of Strava's API in files, opened for an import: their files, and whose they are. */
import { Context, Effect, type FileSystem, Option, type Path, Schema } from "effect"
import { SummaryActivity } from "../../schemas/Activity.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { membersOf } from "../../schemas/json/Json.ts"
import { ExportError } from "./archive/ExportError.ts"
import { readSavedFile, type SavedFile, type SavedResponse } from "./responses/SavedResponse.ts"
import { isOfActivity, type JsonFile, jsonFilesAt, readJsonFile } from "./responses/savedFiles.ts"

export class SavedResponses extends Context.Service<SavedResponses, {
  readonly athlete: AthleteId
  /** Response about the athlete, or what an activity says about them; undefined if there is none. */
  readonly athleteText: string | undefined
  /** Activities first, then the newest first. */
  readonly files: ReadonlyArray<JsonFile>
}>()("paceline/export/SavedResponses") {}

/** Instruction for files in which nothing is recognized. */
const teach = "Import reads the ZIP file of an export, or files of JSON with responses of " +
  "Strava's API: activities (a list, or one per line) and streams (one file per activity, with its " +
  "id in the name). See docs/notebooks.md"

/** Reads a file; one that cannot be read has only a problem. */
export const readSaved = (file: JsonFile): Effect.Effect<SavedFile, never, FileSystem.FileSystem> =>
  readJsonFile(file).pipe(
    Effect.map((text) => readSavedFile(file.name.replace(/^.*\//, ""), text)),
    Effect.catch((detail) => Effect.succeed({ responses: [], problems: [detail] })),
  )

const decode = Schema.decodeUnknownOption(SummaryActivity)

/** Athlete of a response, and the text that describes them. */
interface Owner {
  readonly athlete: number
  readonly text: string | undefined
}

const ownerOf = ({ id, json, resource, text }: SavedResponse): Owner | undefined => {
  if (resource === "athlete") return { athlete: Number(id), text }
  const athlete = Option.getOrUndefined(decode(json))?.athlete?.id
  return resource === "activities" && typeof athlete === "number"
    ? { athlete, text: membersOf(text).get("athlete") }
    : undefined
}

interface OwnerChoice {
  /** Athlete that the user named. */
  readonly named: AthleteId | undefined
  /** Athlete that the data directory belongs to. */
  readonly stored: AthleteId | undefined
  readonly data: string
}

/** Fails if the responses are of another athlete than the one that the user named or whose data is stored. */
const checkOwner = Effect.fnUntraced(function* (
  path: string,
  athlete: number,
  { data, named, stored }: OwnerChoice,
) {
  const expected = stored ?? named
  if (expected === undefined || expected === athlete) return
  return yield* new ExportError({
    path,
    reason: "athlete",
    detail: `it has responses about athlete ${athlete}, ${
      stored === undefined ? `not ${named}` : `but ${data} belongs to athlete ${stored}`
    }`,
    fix: "Use one data directory per athlete: --data DIR",
  })
})

/** Reads files until it is known whose they are, and all that could have the athlete's own response. */
const surveySaved = Effect.fnUntraced(function* (files: ReadonlyArray<JsonFile>) {
  let isKnown = false
  let owner: Owner | undefined
  const problems = new Set<string>()
  for (const file of files) {
    if (owner !== undefined && isOfActivity(file)) break
    const saved = yield* readSaved(file)
    for (const problem of saved.problems) problems.add(problem)
    isKnown ||= saved.responses.length > 0
    const profile = saved.responses.find(({ resource }) => resource === "athlete")
    if (profile !== undefined) return { isKnown, owner: ownerOf(profile), problems }
    owner ??= saved.responses.map(ownerOf).find((found) => found !== undefined)
  }
  return { isKnown, owner, problems }
})

/**
 * Finds the files of saved responses at these paths. Undefined if they are exports. Fails with `ExportError` if
 * nothing in them is recognized, or if they are of another athlete; nothing is written before.
 */
export const openSaved = Effect.fn("openSaved")(function* (
  paths: ReadonlyArray<string>,
  choice: OwnerChoice,
): Effect.fn.Return<
  SavedResponses["Service"] | undefined,
  ExportError,
  FileSystem.FileSystem | Path.Path
> {
  const [path = ""] = paths
  const found = yield* Effect.forEach([...new Set(paths)], jsonFilesAt)
  if (found.every((files) => files === undefined)) return undefined
  if (found.includes(undefined)) {
    return yield* new ExportError({
      path,
      reason: "format",
      detail: "exports and saved responses cannot be imported together",
      fix: "Import the export first, then the other files",
    })
  }
  const files = found.flatMap((files) => files ?? [])
  const { isKnown, owner, problems } = yield* surveySaved(files)
  if (owner !== undefined) {
    yield* checkOwner(path, owner.athlete, choice)
    return { athlete: AthleteId.make(owner.athlete), athleteText: owner.text, files }
  }
  const athlete = choice.stored ?? choice.named
  if (isKnown && athlete !== undefined) return { athlete, athleteText: undefined, files }
  return yield* isKnown
    ? new ExportError({
      path,
      reason: "athlete",
      detail: "no file says whose activities they are",
      fix: "Name the athlete, by the number in the address of your profile at Strava: --athlete ID",
    })
    : new ExportError({
      path,
      reason: "format",
      detail: `nothing in it is recognized (${
        [...problems].slice(0, 2).join("; ") || "it is empty"
      })`,
      fix: teach,
    })
})
