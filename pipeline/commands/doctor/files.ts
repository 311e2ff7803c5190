/** Checks that the data directory is writable, private and on a disk with enough space. */
import { namesOfSinks, SinkRegistry } from "../../../sinks/SinkKind.ts"
import { Effect, FileSystem, Option, Path } from "effect"
import { describeFileError, probeDirectory } from "../../../sinks/files/atomic.ts"
import { FreeSpace } from "../../../sinks/postgres/connection/freeSpace.ts"
import { exitCodes } from "../../base/exit.ts"
import { formatSize } from "../../output/kit/sizes.ts"
import { refuseNetworkFileSystem } from "../../state/file/network.ts"
import { isOpenToOthers, openToOthers } from "./configuration.ts"
import { type Finding, ok, trouble, unknown, warning } from "./Finding.ts"

const megabyte = 2 ** 20
/** Bytes below which nothing can be written safely, and below which a first run might not fit. */
const [least, comfortable] = [64 * megabyte, 1024 * megabyte]

const space = Effect.fnUntraced(function* (folder: string) {
  const free = yield* FreeSpace
  const bytes = yield* Effect.option(Effect.tryPromise(() => free(folder)))
  if (Option.isNone(bytes)) return unknown("space", "the free space is unknown")
  const says = `${formatSize(bytes.value)} free on the disk of ${folder}`
  return bytes.value < least
    ? trouble(
      "space",
      says,
      "Free some space, or use another data directory: --data DIR",
      exitCodes.disk,
    )
    : bytes.value < comfortable
    ? warning("space", says, "Free some disk space: 700 activities need about 350 MB in total")
    : ok("space", says)
})

/** Returns the folder itself, or its nearest parent that exists. */
const nearest = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  let at = path.resolve(folder)
  while (Option.isNone(yield* Effect.option(fs.stat(at))) && path.dirname(at) !== at) {
    at = path.dirname(at)
  }
  return at
})

/** Returns the problem of the first directory that is not writable; ignores missing ones. */
const writable = Effect.fnUntraced(function* (folders: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  for (const folder of folders) {
    const found = yield* Effect.option(fs.stat(folder))
    if (Option.isNone(found)) continue
    if (found.value.type !== "Directory") {
      return `${folder} is not a directory; move it away, or use another directory`
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
          `${folder} cannot be used: ${detail}. Two runs could damage the state file there`,
          "Use a directory on a local disk: --data DIR",
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
          "Fix this, or use another data directory: --data DIR",
          exitCodes.disk,
        )
        : !isThere
        ? ok("folder", `${folder} does not exist yet; the first run creates it`)
        : isOpenToOthers(mode)
        ? openToOthers("folder", `${folder}, including your locations`, mode, `chmod 700 ${folder}`)
        : ok("folder", `${folder} is writable, and only you can read it`))
    return [of, yield* space(there)]
  },
  Effect.catch((error) =>
    Effect.succeed([
      trouble(
        "folder",
        error instanceof Error ? error.message : String(error),
        "Use another data directory: --data DIR",
        exitCodes.disk,
      ),
    ])
  ),
)
