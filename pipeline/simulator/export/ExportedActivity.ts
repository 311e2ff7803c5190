/** Truth of an export: the row and the file of each activity, and what an import must read. */
import { type JsonObject, numberOf } from "../responses/json.ts"
import type { World } from "../world/World.ts"
import { isoSeconds } from "../world/zones.ts"
import { activityCells, cellFormats } from "./activityCells.ts"
import { type ActivityFile, activityFile, type RecordedActivity } from "./ActivityFile.ts"
import { type ActivityValues, activityValues } from "./activityValues.ts"
import { type DeviceSamples, deviceSamples, pickSamples } from "./DeviceSamples.ts"
import type { ExportDamage, ExportOptions } from "./ExportOptions.ts"
import { multisportFile } from "./multisportFile.ts"

export interface ExportedActivity {
  readonly values: ActivityValues
  /** Undefined if the activity was entered manually or has no samples. */
  readonly file: ActivityFile | undefined
  readonly damage: ExportDamage | undefined
  /** Cells of the row in English order: see `activityCells`. */
  readonly cells: ReadonlyMap<string, string>
}

const filenames: Partial<Record<ExportDamage, string>> = {
  error: "#error#",
  hostile: "../../evil.fit.gz",
}

const samplesFit = (damage: ExportDamage, file: ActivityFile): boolean =>
  damage !== "truncated" || file.format === "fit"

/** Returns the activities by ascending ID. Each damage is done to the newest activity that is left. */
export function* exportedActivities(
  world: World,
  options: ExportOptions = {},
): Generator<ExportedActivity> {
  const { until = Infinity } = options
  const ids = world.outlines.filter(({ start }) => start < until).map(({ id }) => id)
    .toSorted((a, b) => a - b)
  const formats = cellFormats(options.language ?? "en", options.columns ?? 103)
  const damages = damagedIds(world, ids, options)
  for (const [index, id] of ids.entries()) {
    const file = fileOf(world, options, id, index)
    const values = valuesOf(world, options, id, file !== undefined)
    const damage = damages.get(id)
    const filename = file === undefined ? "" : (damage && filenames[damage]) ?? file.name
    yield { values, file, damage, cells: activityCells(values, file, filename, formats) }
  }
}

/** Returns the API's summary with the changes of the export, and the start. */
const exportedSummary = (world: World, options: ExportOptions, id: number) => {
  const outline = world.outline(id)!
  const summary: JsonObject = { ...world.summary(id)!, ...options.edits?.get(id) }
  // The API shows a hidden start as midnight; the athlete's own export has the start.
  const start = outline.hidden ? outline.start : Date.parse(String(summary["start_date"]))
  return { outline, summary, start }
}

/** Returns the recording of an activity, which is number `index` of all; undefined if it has none. */
const recordedActivity = (
  world: World,
  options: ExportOptions,
  id: number,
  index: number,
): RecordedActivity | undefined => {
  const { outline, start, summary } = exportedSummary(world, options, id)
  const samples = deviceSamples(world, id)
  return samples && {
    outline,
    start,
    utcOffset: numberOf(summary["utc_offset"]),
    sportType: outline.sport.sport_type,
    uploadId: numberOf(summary["upload_id"]),
    samples,
    index,
  }
}

/** Returns the values of the row. `uploaded`: true if the export has a file of the activity. */
const valuesOf = (world: World, options: ExportOptions, id: number, uploaded: boolean) => {
  const { start, summary } = exportedSummary(world, options, id)
  const facts = { start, summary, uploaded }
  const known = activityValues(world.profileFor(id)!, facts, world.athleteId)
  const isUnnamed = known.gearId !== undefined && options.unnamedGear?.includes(known.gearId)
  return isUnnamed ? { ...known, gearName: "" } : known
}

/** Returns the file of an activity, which is number `index` of all; undefined if it has none. */
const fileOf = (world: World, options: ExportOptions, id: number, index: number) => {
  const group = options.multisport?.find((ids) => ids.includes(id))
  if (group === undefined) {
    const recorded = recordedActivity(world, options, id, index)
    return recorded && activityFile(recorded, options)
  }
  const recorded = group.flatMap((one) => recordedActivity(world, options, one, index) ?? [])
    .sort((a, b) => a.start - b.start)
  const own = recorded.findIndex(({ outline }) => outline.id === id)
  return own < 0 ? undefined : multisportFile(recorded, own)
}

const damagedIds = (
  world: World,
  ids: ReadonlyArray<number>,
  options: ExportOptions,
): ReadonlyMap<number, ExportDamage> => {
  const left = [...options.damage ?? []]
  const found = new Map<number, ExportDamage>()
  for (let index = ids.length - 1; index >= 0 && left.length > 0; index--) {
    const file = fileOf(world, options, ids[index]!, index)
    const next = file && left.findIndex((damage) => samplesFit(damage, file))
    if (next !== undefined && next >= 0) found.set(ids[index]!, left.splice(next, 1)[0]!)
  }
  return found
}

/** Seconds around the activity's window in which a sample still belongs to it. */
const tolerance = 2

/**
 * Returns the samples that an import must read: those of the file within the activity's window;
 * undefined if the file cannot be read. Of a truncated file, an import reads a part from the start.
 */
export const expectedSamples = (
  { damage, file, values }: ExportedActivity,
): DeviceSamples | undefined => {
  if (file === undefined || (damage !== undefined && damage !== "truncated")) return undefined
  const { samples } = file
  const within = [...samples.time.keys()].filter((i) =>
    samples.time[i]! >= -tolerance && samples.time[i]! <= values.elapsed + tolerance
  )
  return within.length === samples.time.length ? samples : pickSamples(samples, within)
}

/** Returns the fields of the API's summary that an import must read from the row and the file. */
export const expectedFields = (
  { damage, file, values }: ExportedActivity,
): Readonly<Record<string, string | number | boolean | null>> => {
  const { numbers } = values
  const shared = {
    total_elevation_gain: "Elevation Gain",
    elev_low: "Elevation Low",
    elev_high: "Elevation High",
    max_speed: "Max Speed",
    average_speed: "Average Speed",
    average_heartrate: "Average Heart Rate",
    max_heartrate: "Max Heart Rate",
    average_cadence: "Average Cadence",
    average_temp: "Average Temperature",
    average_watts: "Average Watts",
    max_watts: "Max Watts",
    weighted_average_watts: "Weighted Average Power",
    suffer_score: "Relative Effort",
  }
  const upload = /^activities\/(\d+)\..*$/.exec(file?.name ?? "")
  return {
    id: values.id,
    name: values.name,
    sport_type: values.sportType,
    start_date: isoSeconds(values.start),
    distance: numbers.get("Distance") ?? 0,
    elapsed_time: values.elapsed,
    moving_time: values.moving,
    commute: values.commute,
    gear_id: values.gearId ?? null,
    manual: !values.uploaded,
    upload_id: upload && !file?.recorded && !(damage && filenames[damage])
      ? Number(upload[1])
      : null,
    ...Object.fromEntries(
      Object.entries(shared).flatMap(([field, column]) => {
        const value = numbers.get(column)
        return value === undefined ? [] : [[field, value]]
      }),
    ),
  }
}
