/** A shelf that is a table in CSV, with further tables for the lists in its items. */
import { Effect, Path, Result, Stream } from "effect"
import type { Item } from "../../schemas/Item.ts"
import type { Accepted } from "../validate.ts"
import { type CsvTable, mergeInto } from "./csvTable.ts"
import { countRecords, damageOf, differencesIn, heldIn } from "./csvTableReadBack.ts"
import { exists, isAside, putAside, syncDirectory } from "../files/atomic.ts"
import { allProven, provenOf, versionOf } from "../files/fileVersion.ts"
import type { Shelf } from "../files/Format.ts"
import type { Held, Refusal } from "../Sink.ts"
import { mapInTurns } from "../files/cooperative.ts"

/** Reads `table` and the `others` back. */
const makeReader = (
  fileOf: (table: CsvTable) => string,
  table: CsvTable,
  others: ReadonlyArray<CsvTable>,
) => {
  /** Adds the name of the table if there are several. */
  const named = ({ file }: CsvTable, detail: string) =>
    others.length > 0 ? `${file}: ${detail}` : detail

  const heldOnly = (one: CsvTable, is: (held: Held) => boolean) =>
    heldIn(one, fileOf(one)).pipe(
      Stream.filter(is),
      Stream.map((held): Held =>
        held.fault === undefined ? held : { ...held, fault: named(one, held.fault) }
      ),
    )

  /** Rows of one of the other tables whose items are not in `ids`, each item once. */
  const straysIn = (one: CsvTable, ids: ReadonlySet<string>) => {
    const seen = new Set<string>()
    return heldOnly(one, ({ id }) => {
      if (id === undefined) return true
      const isNew = !ids.has(id) && !seen.has(id)
      seen.add(id)
      return isNew
    }).pipe(Stream.map((held): Held => ({
      id: undefined,
      fault: held.fault ?? named(one, `rows of ${held.id}, which is not in ${table.file}`),
    })))
  }

  /** First difference of each item, by its id. */
  const differences = Effect.fnUntraced(function* (accepted: Parameters<typeof differencesIn>[2]) {
    const details = new Map<string, string>()
    for (const one of [table, ...others]) {
      const found = yield* differencesIn(one, fileOf(one), accepted)
      for (const [id, detail] of [...found].filter(([id]) => !details.has(id))) {
        const whole = one === table && detail === "missing"
        details.set(id, whole ? detail : named(one, detail))
      }
    }
    return details
  })

  return { heldOnly, straysIn, differences }
}

/** The `others` are written before `table`, so that every item in `table` is complete. */
export const csvShelf = Effect.fnUntraced(function* <A>(
  directory: string,
  accept: (item: Item) => Result.Result<Accepted<A>, Refusal>,
  table: CsvTable,
  others: ReadonlyArray<CsvTable> = [],
) {
  const path = yield* Path.Path
  const fileOf = ({ file }: CsvTable) => path.join(directory, file)
  const acceptAll = (items: ReadonlyArray<Item>) =>
    Effect.map(mapInTurns(items, 20, accept), (results) => ({
      accepted: results.filter(Result.isSuccess).map(({ success }) => success.item),
      refused: results.filter(Result.isFailure).map(({ failure }) => failure),
    }))
  const { differences, heldOnly, straysIn } = makeReader(fileOf, table, others)

  const shelf: Shelf = {
    whole: true,
    owns: (path) => [table, ...others].some(({ file }) => path === file || isAside(path, file)),
    write: Effect.fnUntraced(function* (items, gone) {
      const { accepted, refused } = yield* acceptAll(items)
      for (const one of [...others, table]) {
        const file = fileOf(one)
        if (accepted.length > 0 || (gone.size > 0 && (yield* exists(file)))) {
          yield* mergeInto(one, file, accepted, gone)
        }
      }
      yield* syncDirectory(directory)
      return refused
    }),

    // Without one of its tables no item is whole.
    count: Effect.gen(function* () {
      for (const one of others) if (!(yield* exists(fileOf(one)))) return 0
      return yield* countRecords(fileOf(table))
    }),

    held: (proven) =>
      Stream.unwrap(Effect.gen(function* () {
        const version = yield* versionOf([table, ...others].map(fileOf))
        if (allProven(proven, version)) return provenOf(proven, version)
        const ids = new Set<string>()
        const own = heldOnly(table, ({ id }) => {
          if (id !== undefined) ids.add(id)
          return true
        })
        const strays = others.map((one) => straysIn(one, ids))
        return strays.reduce((all, more) => Stream.concat(all, more), own).pipe(
          Stream.map((held): Held => ({ ...held, version })),
        )
      })),

    kept: () => Effect.succeed([]),

    differing: Effect.fnUntraced(function* (items) {
      const { accepted } = yield* acceptAll(items)
      const details = yield* differences(accepted)
      return accepted.flatMap((item) => {
        const detail = details.get(item.id)
        return detail === undefined ? [] : [{ item, detail }]
      })
    }),

    putAside: Effect.gen(function* () {
      const names: Array<string> = []
      for (const one of [table, ...others]) {
        const file = fileOf(one)
        if ((yield* damageOf(one, file)) !== undefined) names.push(yield* putAside(file))
      }
      return names
    }),
  }
  return shelf
})
