/** The folder that all lands in: whether it can be written, by whom it can be read, how much room is left. */
import { namesOfSinks, SinkRegistry } from "../../../sinks/SinkKind.ts"
import { Effect, FileSystem, Option, Path } from "effect"
import { describeFileError, probeDirectory } from "../../../sinks/files/atomic.ts"
import { FreeSpace } from "../../../sinks/postgres/connection/freeSpace.ts"
import { exitCodes } from "../../base/exit.ts"
import { refuseNetworkFileSystem } from "../../state/file/network.ts"
import { isOpenToOthers, openToOthers } from "./configuration.ts"
import { type Finding, ok, trouble, unknown, warning } from "./Finding.ts"

const megabyte = 2 ** 20
/** Below this nothing can be written safely, and a first run of some hundred activities needs that much. */
const [least, comfortable] = [64 * megabyte, 1024 * megabyte]

const size = (bytes: number): string =>
  bytes < 1024 * megabyte
    ? `${Math.floor(bytes / megabyte)} MB`
    : `${(bytes / (1024 * megabyte)).toFixed(1)} GB`

const space = Effect.fnUntraced(function* (folder: string) {
  const free = yield* FreeSpace
  const bytes = yield* Effect.option(Effect.tryPromise(() => free(folder)))
  if (Option.isNone(bytes)) return unknown("space", "the system does not tell how much is free")
  const says = `${size(bytes.value)} free on the disk of ${folder}`
  return bytes.value < least
    ? trouble("space", says, "Make room, or choose another folder: --data FOLDER", exitCodes.disk)
    : bytes.value < comfortable
    ? warning("space", says, "Make room: 700 activities take about 300 MB with everything")
    : ok("space", says)
})

/** The folder itself, or the nearest one above it that is there. */
const nearest = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  let at = path.resolve(folder)
  while (Option.isNone(yield* Effect.option(fs.stat(at))) && path.dirname(at) !== at) {
    at = path.dirname(at)
  }
  return at
})

/** Whether each of these folders can be written; those that are not there are passed over. */
const writable = Effect.fnUntraced(function* (folders: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  for (const folder of folders) {
    const found = yield* Effect.option(fs.stat(folder))
    if (Option.isNone(found)) continue
    if (found.value.type !== "Directory") {
      return `${folder} is not a folder; move what has its name, or choose another folder`
    }
    const failed = yield* Effect.option(Effect.flip(probeDirectory(folder)))
    if (Option.isSome(failed)) return describeFileError(failed.value, folder)
  }
  return undefined
})

export const checkFiles = Effect.fn("files")(
  function* (folder: string) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const there = yield* nearest(folder)
    const folders = namesOfSinks(
      (yield* SinkRegistry).filter(({ isDatabase }) => isDatabase !== true),
    )
    const isThere = there === path.resolve(folder)
    const parts = isThere ? ["", ...folders].map((name) => path.join(folder, name)) : [there]
    const refused = yield* writable(parts)
    const network = yield* Effect.match(refuseNetworkFileSystem(there), {
      onFailure: ({ detail }): Finding =>
        trouble(
          "folder",
          `${folder} cannot be used: ${detail}, where two runs could spoil the state`,
          "Give a folder on a local disk: --data FOLDER",
          exitCodes.configuration,
        ),
      onSuccess: ([note]) =>
        note === undefined
          ? undefined
          : warning("folder", note, "Let only one machine at a time run on it"),
    })
    const { mode } = yield* fs.stat(there)
    const of = network ??
      (refused !== undefined
        ? trouble(
          "folder",
          refused,
          "Mend that, or choose another folder: --data FOLDER",
          exitCodes.disk,
        )
        : !isThere
        ? ok("folder", `${folder} is not there yet; the first run makes it`)
        : isOpenToOthers(mode)
        ? openToOthers("folder", `${folder}, and so where you were`, mode, `chmod 700 ${folder}`)
        : ok("folder", `${folder} can be written, and only you can read it`))
    return [of, yield* space(there)]
  },
  Effect.catch((error) =>
    Effect.succeed([
      trouble(
        "folder",
        error instanceof Error ? error.message : String(error),
        "Choose another folder: --data FOLDER",
        exitCodes.disk,
      ),
    ])
  ),
)
