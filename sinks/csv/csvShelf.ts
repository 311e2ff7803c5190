/** Stores one resource as a CSV table, with further tables for the lists in its items (laps, splits, …). */
import { Effect, Path, Stream } from "effect"
import { type CsvTable, mergeInto } from "./csvTable.ts"
import { countRecords, damageOf, differencesIn, heldIn } from "./csvTableReadBack.ts"
import { exists, isDamagedName, renameDamaged, syncDirectory } from "../files/atomic.ts"
import { allProven, provenOf, versionOf } from "../files/fileVersion.ts"
import type { ResourceFiles } from "../files/Format.ts"
import type { SinkEntry } from "../Sink.ts"

/** Reads `table` and the `listTables` back. */
const makeReader = (
  fileOf: (table: CsvTable) => string,
  table: CsvTable,
  listTables: ReadonlyArray<CsvTable>,
) => {
  /** Adds the name of the table if there are several. */
  const withFile = ({ file }: CsvTable, detail: string) =>
    listTables.length > 0 ? `${file}: ${detail}` : detail

  const entriesOf = (one: CsvTable, is: (held: SinkEntry) => boolean) =>
    heldIn(one, fileOf(one)).pipe(
      Stream.filter(is),
      Stream.map((held): SinkEntry =>
        held.fault === undefined ? held : { ...held, fault: withFile(one, held.fault) }
      ),
    )

  /** Returns rows of another table whose items are not in `ids`, each item once. */
  const orphansIn = (one: CsvTable, ids: ReadonlySet<string>) => {
    const seen = new Set<string>()
    return entriesOf(one, ({ id }) => {
      if (id === undefined) return true
      const isNew = !ids.has(id) && !seen.has(id)
      seen.add(id)
      return isNew
    }).pipe(Stream.map((held): SinkEntry => ({
      id: undefined,
      fault: held.fault ?? withFile(one, `rows of ${held.id}, which is not in ${table.file}`),
    })))
  }

  /** First difference of each item, by its id. */
  const differences = Effect.fnUntraced(function* (accepted: Parameters<typeof differencesIn>[2]) {
    const details = new Map<string, string>()
    for (const one of [table, ...listTables]) {
      const found = yield* differencesIn(one, fileOf(one), accepted)
      for (const [id, detail] of [...found].filter(([id]) => !details.has(id))) {
        const whole = one === table && detail === "missing"
        details.set(id, whole ? detail : withFile(one, detail))
      }
    }
    return details
  })

  return { entriesOf, orphansIn, differences }
}

/** The `listTables` are written before `table`, so that every item in `table` is complete. */
export const csvResourceFiles = Effect.fnUntraced(function* (
  directory: string,
  table: CsvTable,
  listTables: ReadonlyArray<CsvTable> = [],
) {
  const path = yield* Path.Path
  const fileOf = ({ file }: CsvTable) => path.join(directory, file)
  const { differences, entriesOf, orphansIn } = makeReader(fileOf, table, listTables)

  const shelf: ResourceFiles = {
    whole: true,
    owns: (path) =>
      [table, ...listTables].some(({ file }) => path === file || isDamagedName(path, file)),
    write: Effect.fnUntraced(function* (items, gone) {
      for (const one of [...listTables, table]) {
        const file = fileOf(one)
        if (items.length > 0 || (gone.size > 0 && (yield* exists(file)))) {
          yield* mergeInto(one, file, items, gone)
        }
      }
      yield* syncDirectory(directory)
    }),

    // If one of its tables is missing, no item is complete.
    count: Effect.gen(function* () {
      for (const one of listTables) if (!(yield* exists(fileOf(one)))) return 0
      return yield* countRecords(fileOf(table))
    }),

    held: (proven) =>
      Stream.unwrap(Effect.gen(function* () {
        const version = yield* versionOf([table, ...listTables].map(fileOf))
        if (allProven(proven, version)) return provenOf(proven, version)
        const ids = new Set<string>()
        const own = entriesOf(table, ({ id }) => {
          if (id !== undefined) ids.add(id)
          return true
        })
        const orphans = listTables.map((one) => orphansIn(one, ids))
        return orphans.reduce((all, more) => Stream.concat(all, more), own).pipe(
          Stream.map((held): SinkEntry => ({ ...held, version })),
        )
      })),

    kept: () => Effect.succeed([]),

    differing: Effect.fnUntraced(function* (items) {
      const details = yield* differences(items)
      return items.flatMap((item) => {
        const detail = details.get(item.id)
        return detail === undefined ? [] : [{ item, detail }]
      })
    }),

    putAside: Effect.gen(function* () {
      const names: Array<string> = []
      for (const one of [table, ...listTables]) {
        const file = fileOf(one)
        if ((yield* damageOf(one, file)) !== undefined) names.push(yield* renameDamaged(file))
      }
      return names
    }),
  }
  return shelf
})
