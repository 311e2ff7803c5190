/** Small JSON files in the data directory that only their owner can read. */
import { Effect, FileSystem, Option, Path, Schema } from "effect"
import { syncDirectory, writeFileAtomic } from "../../sinks/files/atomic.ts"

/** Reads and writes the file `name` of a data directory, whose content has this schema. */
export const jsonFile = <S extends Schema.ConstraintCodec<unknown>>(name: string, schema: S) => {
  const Text = Schema.fromJsonString(schema)
  return {
    /** `exists` is true also if the content cannot be decoded; then `value` is undefined. */
    read: Effect.fn("jsonFile.read")(function* (directory: string) {
      const fs = yield* FileSystem.FileSystem
      const text = yield* fs.readFileString((yield* Path.Path).join(directory, name)).pipe(
        Effect.asSome,
        Effect.catchReason("PlatformError", "NotFound", () => Effect.succeedNone),
      )
      const value = Option.flatMap(text, (text) => Schema.decodeOption(Text)(text))
      return { exists: Option.isSome(text), value: Option.getOrUndefined(value) }
    }),
    /** Durable when it succeeds. */
    write: Effect.fn("jsonFile.write")(function* (directory: string, value: S["Type"]) {
      const content = new TextEncoder().encode(`${JSON.stringify(value)}\n`)
      yield* writeFileAtomic((yield* Path.Path).join(directory, name), content, { mode: 0o600 })
      yield* syncDirectory(directory)
    }),
  }
}
