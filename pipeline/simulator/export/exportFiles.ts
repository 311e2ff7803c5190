/** Entries of the simulated athlete's bulk export. */
import { Predicate } from "effect"
import { constants, crc32, deflateRawSync, gunzipSync, gzipSync } from "node:zlib"
import { gearFor } from "../world/athlete.ts"
import { numberOf } from "../responses/json.ts"
import type { World } from "../world/World.ts"
import { exportedActivities, type ExportedActivity } from "./ExportedActivity.ts"
import type { ExportOptions } from "./ExportOptions.ts"
import { csvRow, tableFormat } from "./ExportTable.ts"
import { exportCanary, privateFiles } from "./privateFiles.ts"

export interface ExportFile {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** True for a symbolic link; the bytes are its target. */
  readonly link?: boolean
  /** True if a byte of the stored data must differ from the one that the checksum is of. */
  readonly flipped?: boolean
}

const encoder = new TextEncoder()
const textFile = (name: string, text: string): ExportFile => ({ name, bytes: encoder.encode(text) })

/** Returns the gzip file of 300 MB of zeros, built from 300 times the same compressed block. */
const bomb = (): Uint8Array<ArrayBuffer> => {
  const [count, zeros] = [300, new Uint8Array(1_000_000)]
  const block = deflateRawSync(zeros, { finishFlush: constants.Z_FULL_FLUSH })
  const head = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3)
  const bytes = new Uint8Array(head.length + count * block.length + 10)
  bytes.set(head)
  let crc = 0
  for (let i = 0; i < count; i++) {
    bytes.set(block, head.length + i * block.length)
    crc = crc32(zeros, crc)
  }
  const end = new DataView(bytes.buffer, bytes.length - 10)
  end.setUint16(0, 3, true)
  end.setUint32(2, crc, true)
  end.setUint32(6, count * zeros.length, true)
  return bytes
}

/** Returns the first 60 % of a file, compressed again if it was: the damage is inside. */
const truncated = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const whole = packed ? new Uint8Array(gunzipSync(bytes)) : bytes
  const cut = whole.slice(0, Math.floor(whole.length * 0.6))
  return packed ? new Uint8Array(gzipSync(cut)) : cut
}

/** Returns the entries of an activity: its file or the damaged one, and its photos. */
function* filesOf({ damage, file, values }: ExportedActivity): Generator<ExportFile> {
  for (const photo of values.photos) {
    yield { name: photo, bytes: Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0xff, 0xd9) }
  }
  if (file === undefined || file.isRepeated) return
  const { name } = file
  switch (damage) {
    case "error":
    case "missing":
      return
    case "empty":
      return yield { name, bytes: new Uint8Array() }
    case "unreadable":
      return yield textFile(name, "<html>This is no activity.</html>\n".repeat(20))
    case "truncated":
      return yield { name, bytes: truncated(file.bytes()) }
    case "hostile":
      return yield { name: "../../evil.fit.gz", bytes: file.bytes() }
    case "link":
      return yield { name, bytes: encoder.encode("/etc/hostname"), link: true }
    case "bomb":
      return yield { name, bytes: bomb() }
    case "flipped":
      return yield { name, bytes: file.bytes(), flipped: true }
    case undefined:
      return yield { name, bytes: file.bytes() }
  }
}

const profileTable = (world: World, athleteId: number): string => {
  const athlete = world.athlete(true)
  const text = (field: string): string => {
    const value = athlete[field]
    return Predicate.isString(value) ? value : String(numberOf(value))
  }
  return csvRow([
    "Athlete ID",
    "Email Address",
    "First Name",
    "Last Name",
    "Sex",
    "Description",
    "Weight",
    "City",
    "State",
    "Country",
    "Health Consent Status",
    "Date of Health Consent approval/denial",
  ]) + csvRow([
    String(athleteId),
    `${exportCanary}@example.invalid`,
    ...["firstname", "lastname", "sex", "bio", "weight", "city", "state", "country"].map(text),
    "Approved",
    "Jan 1, 2022, 8:00:00 AM",
  ])
}

/** Returns the table of bikes or shoes, which has no IDs. The last pair of shoes has no name. */
const gearTable = (
  world: World,
  kind: "bike" | "shoe",
  { unnamedGear }: ExportOptions,
): string => {
  const word = kind === "bike" ? "Bike" : "Shoe"
  const gear = gearFor(world.athleteId).filter((one) => one.kind === kind)
  return csvRow([`${word} Name`, `${word} Brand`, `${word} Model`, `${word} Default Sport Types`]) +
    gear.map(({ brand, id, model, name }, i) =>
      csvRow([unnamedGear?.includes(id) ? "" : name, brand, model, i === 0 ? word : ""])
    ).join("") +
    (kind === "shoe" ? csvRow(["", "Sohle", "Barfuß 1", ""]) : "")
}

/**
 * Generates the entries, one activity at a time: the same ones for the same world and options.
 * `activities.csv` is the last one, because its rows are known only then.
 */
export function* exportFiles(world: World, options: ExportOptions = {}): Generator<ExportFile> {
  const format = tableFormat(
    options.language ?? "en",
    options.columns ?? 103,
    options.excel ?? false,
  )
  const prefix = options.folder === undefined ? "" : `${options.folder}/`
  const within = (file: ExportFile): ExportFile =>
    file.name.startsWith("../") ? file : { ...file, name: `${prefix}${file.name}` }
  yield within(textFile("profile.csv", profileTable(world, options.athleteId ?? world.athleteId)))
  yield within(textFile("bikes.csv", gearTable(world, "bike", options)))
  yield within(textFile("shoes.csv", gearTable(world, "shoe", options)))
  for (const [name, text] of privateFiles()) yield within(textFile(name, text))
  const rows: Array<string> = [format.header]
  const photos: Array<string> = [csvRow(["Media Filename", "Media Caption"])]
  for (const activity of exportedActivities(world, options)) {
    rows.push(format.row(activity.cells))
    for (const photo of activity.values.photos) photos.push(csvRow([photo, ""]))
    for (const file of filesOf(activity)) yield within(file)
  }
  yield within(textFile("media.csv", photos.join("")))
  yield within(textFile("activities.csv", rows.join("")))
  if (options.folder !== undefined) {
    yield textFile(`__MACOSX/${options.folder}/._activities.csv`, "Mac OS X")
  }
}
