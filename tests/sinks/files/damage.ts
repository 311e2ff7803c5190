/** Damage to the files of a sink, for all file sinks. */
import { Effect, FileSystem, Path } from "effect"
import type { Resource } from "../../../schemas/Item.ts"
import type { BuiltInResource } from "../../../schemas/resources.ts"
import type { Damage } from "../Subject.ts"

/** File names of a format, and the beginning of an item's line. */
interface Names {
  /** Files that have a line for each item. */
  readonly tables: Partial<Record<Resource, string>>
  readonly extension: string
  lineOf(id: string): (line: string) => boolean
  /** Word of the item's line that can be replaced by another. */
  readonly word: RegExp
}

/** Text in the file of an item, and its replacement. */
const edits: Record<BuiltInResource, readonly [found: RegExp, instead: string]> = {
  athlete: [/York/, "Hull"],
  zones: [/115/, "116"],
  stats: [/150000/, "150001"],
  gear: [/Ride/, "Walk"],
  activities: [/Ride/, "Walk"],
  details: [/Ride(?= )/, "Walk"],
  activity_zones: [/656/, "657"],
  streams: [/1\.5/, "1.6"],
  export: [/export_1/, "export_2"],
}

export const damageFiles = (names: Names) => (directory: string): Damage => {
  const fileOf = Effect.fnUntraced(function* (resource: Resource, id: string) {
    const path = yield* Path.Path
    const table = names.tables[resource]
    if (table !== undefined) return path.join(directory, table)
    return resource === "athlete" || resource === "zones" || resource === "stats"
      ? path.join(directory, resource + names.extension)
      : path.join(directory, resource, id + names.extension)
  })
  const rewrite = Effect.fnUntraced(
    function* (resource: Resource, id: string, change: (text: string) => string) {
      const fs = yield* FileSystem.FileSystem
      const file = yield* fileOf(resource, id)
      yield* fs.writeFileString(file, change(yield* fs.readFileString(file)))
    },
  )
  const lines = (id: string, change: (line: string) => ReadonlyArray<string>) => (text: string) =>
    text.split("\n").flatMap((line) => names.lineOf(id)(line) ? change(line) : [line]).join("\n")
  return {
    lose: Effect.fnUntraced(function* (resource, id) {
      const fs = yield* FileSystem.FileSystem
      if (resource in names.tables) yield* rewrite(resource, id, lines(id, () => []))
      else yield* fs.remove(yield* fileOf(resource, id))
    }),
    edit: (resource, id) =>
      rewrite(
        resource,
        id,
        resource in names.tables
          ? lines(id, (line) => [line.replace(names.word, "Walk")])
          : (text) => text.replace(...edits[resource as BuiltInResource]),
      ),
  }
}
