/**
 * Responses of Strava's API that another program has saved: recognizes the athlete, activities and streams in JSON,
 * and keeps the text of each as it is in the file.
 */
import { Predicate, Result } from "effect"
import { isDecimalId } from "../../../schemas/Item.ts"
import { elementsOf, idIn, membersOf, onOneLine } from "../../../schemas/json/Json.ts"
import { streamTypes } from "../../../schemas/StreamSet.ts"

/** A response, and the id of the athlete or activity that it is about. */
export interface SavedResponse {
  readonly resource: "athlete" | "activities" | "streams"
  readonly id: string
  readonly text: string
  /** Parsed text; numbers in it might be rounded. */
  readonly json: unknown
}

/** Contents of a file of saved responses. */
export interface SavedFile {
  readonly responses: ReadonlyArray<SavedResponse>
  /** Reasons why parts of it are not read, as clauses. */
  readonly problems: ReadonlyArray<string>
}

/** Problems of values that are valid, but of no kind that is imported: their files are ignored. */
export const ignoredKinds = {
  details: "it has the details of an activity, which are not imported",
  other: "it is no response of the API about an athlete, an activity or streams",
} as const

/** A value of a file. */
interface SourceValue {
  readonly text: string
  readonly json: unknown
}

const parse = (text: string): Result.Result<SourceValue, unknown> =>
  Result.map(Result.try((): unknown => JSON.parse(text)), (json) => ({ text, json }))

/** Returns the values of a file: one, or one per line (NDJSON). */
const valuesOf = (text: string): { values: ReadonlyArray<SourceValue>; problems: string[] } => {
  const whole = parse(text)
  if (Result.isSuccess(whole)) return { values: [whole.success], problems: [] }
  const values: Array<SourceValue> = []
  const invalid: Array<number> = []
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue
    const value = parse(line.trim())
    if (Result.isSuccess(value)) values.push(value.success)
    else invalid.push(i + 1)
  }
  if (values.length === 0) return { values, problems: ["it is not JSON"] }
  const problems = invalid.length === 0 ? [] : [
    `${invalid.length === 1 ? "a line is" : `${invalid.length} lines are`} not JSON (line ${
      invalid[0]
    }${invalid.length > 1 ? ", …" : ""})`,
  ]
  return { values, problems }
}

const types: ReadonlySet<string> = new Set(streamTypes)

type Fields = Readonly<Record<string, unknown>>

const hasSamples = (value: unknown): boolean =>
  Predicate.isReadonlyObject(value) && Array.isArray(value["data"])

/** True of streams by type. */
const isStreamsByType = (json: Fields): boolean =>
  Object.entries(json).some(([type, stream]) => types.has(type) && hasSamples(stream))

/** True of a list of streams that name their type. */
const isStreamList = (json: ReadonlyArray<unknown>): boolean =>
  json.some((stream) =>
    Predicate.isReadonlyObject(stream) && typeof stream["type"] === "string" && hasSamples(stream)
  )

/** Fields of every response, by which it differs from files that other programs make of responses. */
const isResponse = (json: Fields): boolean =>
  "id" in json && ("resource_state" in json || Predicate.isReadonlyObject(json["athlete"]))

const isActivity = (json: Fields): boolean =>
  isResponse(json) && typeof json["start_date"] === "string"

const isAthlete = (json: Fields): boolean =>
  isResponse(json) && ["firstname", "lastname", "username"].some((name) => name in json)

/** Fields of a wrapper around streams that hold the id of their activity. */
const idFields = ["activity_id", "id"] as const

const wrappedId = (text: string, json: Fields): string | undefined =>
  idFields.map((name) => idIn(text, json, name)).find((id) => id !== undefined && isDecimalId(id))

/** Returns the longest number in the name of a file, which is the id of its activity; the last of several. */
export const idInName = (name: string): string | undefined =>
  (name.match(/\d+/g) ?? []).filter(isDecimalId)
    .reduce<string | undefined>(
      (longest, id) => longest === undefined || id.length >= longest.length ? id : longest,
      undefined,
    )

const saved = (...responses: ReadonlyArray<SavedResponse>): SavedFile => ({
  responses,
  problems: [],
})
const problem = (text: string): SavedFile => ({ responses: [], problems: [text] })

const streams = (id: string | undefined, { json, text }: SourceValue): SavedFile =>
  id === undefined
    ? problem("it has streams, but neither its name nor a field has the id of their activity")
    : saved({ resource: "streams", id, text, json })

/** Returns streams without the other fields of an object that has the id of their activity. */
const withoutId = ({ json, text }: SourceValue & { readonly json: Fields }): SourceValue => {
  if (!idFields.some((name) => name in json)) return { json, text }
  const members = [...membersOf(text)].filter(([name]) => hasSamples(json[name]))
  return {
    text: `{${members.map(([name, source]) => `${JSON.stringify(name)}:${source}`).join()}}`,
    json: Object.fromEntries(members.map(([name]) => [name, json[name]])),
  }
}

/** Returns the reason why an object is no response that is imported. */
const reasonFor = (json: Fields): string =>
  "message" in json && "errors" in json ? "it is an error that Strava returned" : ignoredKinds.other

/** Most levels of lists and objects around a response; a file with more is no file of responses. */
const deepest = 4

interface Place {
  /** Name of the file, or the id of the activity. */
  readonly name: string
  readonly depth: number
}

const objectIn = (
  value: SourceValue & { readonly json: Fields },
  { depth, name }: Place,
): SavedFile => {
  const { json, text } = value
  const id = wrappedId(text, json)
  if (isStreamsByType(json)) return streams(id ?? idInName(name), withoutId(value))
  const inner = json["streams"]
  if (Predicate.isObject(inner) || Array.isArray(inner)) {
    const source = membersOf(text).get("streams") ?? "null"
    return streams(id ?? idInName(name), { text: source, json: inner })
  }
  if (isActivity(json)) {
    const own = idIn(text, json)
    if (own === undefined || !isDecimalId(own)) return problem("an activity has no id")
    return json["resource_state"] === 3
      ? problem(ignoredKinds.details)
      : saved({ resource: "activities", id: own, text: onOneLine(text), json })
  }
  if (isAthlete(json)) {
    const own = idIn(text, json)
    return own === undefined || !isDecimalId(own)
      ? problem("the athlete has no id")
      : saved({ resource: "athlete", id: own, text, json })
  }
  // Values by the id of their activity.
  const members = Object.keys(json)
  return members.length > 0 && members.every(isDecimalId)
    ? joined(
      [...membersOf(text)].map(([id, source]) =>
        responsesIn({ text: source, json: json[id] }, { name: id, depth: depth + 1 })
      ),
    )
    : problem(reasonFor(json))
}

const joined = (files: ReadonlyArray<SavedFile>): SavedFile => ({
  responses: files.flatMap(({ responses }) => responses),
  problems: files.flatMap(({ problems }) => problems),
})

const responsesIn = (value: SourceValue, place: Place): SavedFile => {
  const { json, text } = value
  const { depth, name } = place
  if (depth > deepest) return problem(ignoredKinds.other)
  if (Array.isArray(json)) {
    if (isStreamList(json)) return streams(idInName(name), value)
    return joined(
      elementsOf(text).map((element, i) =>
        responsesIn({ text: element, json: json[i] }, { name, depth: depth + 1 })
      ),
    )
  }
  return Predicate.isReadonlyObject(json)
    ? objectIn({ text, json }, place)
    : problem(ignoredKinds.other)
}

/** Returns the responses in the text of a file with this name, without its folder. */
export const readSavedFile = (name: string, text: string): SavedFile => {
  const { problems, values } = valuesOf(text.replace(/^\ufeff/, "").trim())
  const { problems: more, responses } = joined(
    values.map((value) => responsesIn(value, { name, depth: 0 })),
  )
  return { responses, problems: [...problems, ...new Set(more)] }
}
