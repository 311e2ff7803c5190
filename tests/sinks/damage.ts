/** What somebody may do to the files of a sink: shared by the sinks of files. */
import { Effect, FileSystem, Path } from "effect"
import type { Resource } from "../../schemas/Item.ts"
import type { Damage } from "./Subject.ts"

/** The names of a format's files, and how the line of an activity begins. */
interface Names {
  readonly athlete: string
  readonly activities: string
  readonly extension: string
  lineOf(id: string): (line: string) => boolean
  /** A word of the activity's line or of the profile that may become another. */
  readonly word: RegExp
}

export const damageFiles = (names: Names) => (directory: string): Damage => {
  const fileOf = Effect.fnUntraced(function* (resource: Resource, id: string) {
    const path = yield* Path.Path
    return resource === "streams"
      ? path.join(directory, "streams", id + names.extension)
      : path.join(directory, names[resource as "athlete" | "activities"])
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
      if (resource === "activities") yield* rewrite(resource, id, lines(id, () => []))
      else yield* fs.remove(yield* fileOf(resource, id))
    }),
    edit: (resource, id) =>
      rewrite(
        resource,
        id,
        resource === "activities"
          ? lines(id, (line) => [line.replace(names.word, "Walk")])
          : resource === "athlete"
          ? (text) => text.replace("York", "Hull")
          : (text) => text.replace("1.5", "1.6"),
      ),
  }
}
