/** `.paceline` in the folder of a sink: the number of runs that have written there. */
import { Effect, FileSystem, Option, Path, Schema } from "effect"
import { syncDirectory, writeFileAtomic } from "./atomic.ts"

export const markName = ".paceline"

const Mark = Schema.fromJsonString(Schema.Struct({ generation: Schema.Int }))
const decode = Schema.decodeUnknownOption(Mark)

const fileIn = (directory: string) =>
  Effect.map(Path.Path, (path) => path.join(directory, markName))

/** Returns the number that the mark holds; 0 if it is missing or cannot be read. */
export const readMark = Effect.fnUntraced(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.option(fs.readFileString(yield* fileIn(directory)))
  return Option.match(Option.flatMap(text, decode), {
    onNone: () => 0,
    onSome: ({ generation }) => generation,
  })
})

/** Makes the mark hold `generation`, durably. */
export const writeMark = Effect.fnUntraced(function* (directory: string, generation: number) {
  const text = `${JSON.stringify({ generation })}\n`
  yield* writeFileAtomic(yield* fileIn(directory), new TextEncoder().encode(text))
  yield* syncDirectory(directory)
})
