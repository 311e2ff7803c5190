/** The item of resource `export`: one row of activities.csv and the origin of what it became. */
import { exportColumns } from "../../../schemas/exportColumns.ts"
import { secondsText } from "./dates/readDate.ts"
import type { ExportRow } from "./ExportRow.ts"
import { booleanOf, exactInteger, exactNumber } from "./numbers.ts"

type Column = typeof exportColumns[number]

/** An imported row with its origin. */
interface ExportItem {
  readonly row: ExportRow
  /** The activity as `activityText` returns it. */
  readonly activity: string
  /** File name of the archive. */
  readonly archive: string
  /** Time of the export in milliseconds since 1970. */
  readonly exportedAt: number
  /** Entry of the activity's file; undefined if it has none. */
  readonly file:
    | {
      readonly name: string
      readonly size: number
      readonly version: string
      /** CRC-32 in hexadecimal, if the file is kept. */
      readonly crc32: string | undefined
    }
    | undefined
  /** Types of the imported streams, and of those among them that were computed. */
  readonly streams: ReadonlyArray<string>
  readonly derived: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
}

const valueOf = (type: Column["type"], cell: string | undefined): string | undefined => {
  if (cell === undefined) return undefined
  switch (type) {
    case "boolean":
      return booleanOf(cell)?.toString()
    case "integer":
      return exactInteger(cell)
    case "number":
      return exactNumber(cell)
    case "text":
      return JSON.stringify(cell)
  }
}

/**
 * Returns the item as JSON. A typed column is absent if its cell is empty or not of its type; `row`
 * has every cell that is not empty as text.
 */
export const exportText = (imported: ExportItem): string => {
  const { activity, archive, derived, exportedAt, file, notes, row, streams } = imported
  const typed = exportColumns.flatMap(({ header, name, type }) => {
    const value = valueOf(type, row.cells.get(header))
    return value === undefined ? [] : [`"${name}":${value}`]
  })
  const members = [
    `"activity_id":${row.id}`,
    `"archive":${JSON.stringify(archive)}`,
    `"exported_at":"${secondsText(exportedAt)}"`,
    `"file":${
      file === undefined ? "null" : JSON.stringify({
        name: file.name,
        size: file.size,
        version: file.version,
        crc32: file.crc32,
      })
    }`,
    `"streams":${JSON.stringify(streams)}`,
    `"derived":${JSON.stringify(derived)}`,
    `"notes":${JSON.stringify([...row.problems, ...notes])}`,
    ...typed,
    `"activity":${activity}`,
    `"row":{${
      [...row.cells].map(([name, cell]) => `${JSON.stringify(name)}:${JSON.stringify(cell)}`)
    }}`,
  ]
  return `{${members.join(",")}}`
}
