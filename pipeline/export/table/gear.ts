/** bikes.csv and shoes.csv: they have no ids, so names join them to the ids in activities.csv. */
import { gearId } from "./activityText.ts"
import { readCsv } from "./cells.ts"
import type { ExportRow } from "./ExportRow.ts"
import { listed, quoted, TableProblems } from "./TableProblems.ts"

export interface ExportedGear {
  /** Id as the API has it: `b` or `g` and digits. */
  readonly id: string
  /** The gear as JSON in the shape of Strava's API. */
  readonly text: string
}

interface ReadGear {
  readonly gear: ReadonlyArray<ExportedGear>
  readonly problems: ReadonlyArray<string>
}

interface NamedGear {
  readonly name: string
  readonly brand: string
  readonly model: string
}

/** Columns in every language: name, brand, model, default sports. */
const readNamed = (bytes: Uint8Array | undefined): ReadonlyArray<NamedGear> =>
  bytes === undefined ? [] : readCsv(bytes, new TableProblems()).rows.slice(1).map(
    ({ cells: [name = "", brand = "", model = ""] }) => ({ name: name.trim(), brand, model }),
  )

/** Returns the name of each id: that of its last row, which is the newest. */
const namesOf = (rows: Iterable<ExportRow>): ReadonlyMap<string, string> => {
  const names = new Map<string, string>()
  for (const row of rows) {
    const id = gearId(row)
    if (id === undefined) continue
    // With a bike and shoes in one row, it is not clear which one the name belongs to.
    const isClear = !(row.cells.has("Bike") && row.cells.has("Gear"))
    const name = isClear ? row.cells.get("Activity Gear")?.trim() ?? "" : ""
    if (name !== "" || !names.has(id)) names.set(id, name)
  }
  return names
}

const member = (field: string, text: string) =>
  text === "" ? [] : [`"${field}":${JSON.stringify(text)}`]

/** Problems of bikes, or of shoes, that no id can be found for. */
const unjoined = (
  kind: string,
  named: ReadonlyArray<NamedGear>,
  names: ReadonlySet<string>,
): ReadonlyArray<string> => {
  const unnamed = named.filter(({ name }) => name === "").length
  const unused = named.filter(({ name }) => name !== "" && !names.has(name))
  return [
    ...(unnamed > 0 ? [`${kind} without a name, not imported: ${unnamed}`] : []),
    ...(unused.length > 0
      ? [
        `${kind} without an activity, so without an id, not imported: ${
          listed(unused.map(({ name }) => quoted(name)))
        }`,
      ]
      : []),
  ]
}

/**
 * Returns the gear whose id a row has, with brand and model if exactly one bike, or pair of shoes,
 * has its name. All others are problems.
 */
export const readGear = (
  files: { readonly bikes: Uint8Array | undefined; readonly shoes: Uint8Array | undefined },
  rows: Iterable<ExportRow>,
): ReadGear => {
  const kinds = { b: readNamed(files.bikes), g: readNamed(files.shoes) }
  const names = namesOf(rows)
  const gear = [...names].map(([id, name]) => {
    const same = name === ""
      ? []
      : kinds[id[0] === "b" ? "b" : "g"].filter((one) => one.name === name)
    const [only] = same.length === 1 ? same : []
    const members = [
      `"id":"${id}"`,
      ...member("name", name),
      ...member("brand_name", only?.brand ?? ""),
      ...member("model_name", only?.model ?? ""),
      '"source":"export"',
    ]
    return { id, text: `{${members.join(",")}}` }
  })
  const namesBy = (letter: string) =>
    new Set([...names].filter(([id]) => id[0] === letter).map(([, name]) => name))
  return {
    gear,
    problems: [
      ...unjoined("bikes", kinds.b, namesBy("b")),
      ...unjoined("shoes", kinds.g, namesBy("g")),
    ],
  }
}
