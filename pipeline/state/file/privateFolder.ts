/** Permissions of a data directory: only its owner can enter it. */
import { Effect } from "effect"
import { join } from "node:path"
import { isDamagedName, leftover } from "../../../sinks/files/atomic.ts"
import { close } from "../../../sinks/files/privacy.ts"
import type { SinkTraits } from "../../../sinks/Sink.ts"
import { SinkRegistry } from "../../../sinks/SinkKind.ts"
import { isReportFile } from "./reports.ts"
import { isStateFile, isTrackFolder } from "./files.ts"

const isOfSink = (name: string, sinks: ReadonlyArray<SinkTraits>) =>
  sinks.some(({ outsideFiles = [], name: folder }) =>
    name === folder || isDamagedName(name, folder) || outsideFiles.includes(name)
  )

/** `TokenFile` makes these private itself, and warns that others could read them. */
const isOfTokens = (name: string) => /^tokens(\.other)?\.json$/.test(name)

const isOurs = (name: string, sinks: ReadonlyArray<SinkTraits>) =>
  isStateFile(name) || isOfTokens(name) || isOfSink(name, sinks) || leftover.test(name) ||
  isTrackFolder(name) ||
  isReportFile(name) || name === ".paceline-demo"

/**
 * Removes the permissions of other users from `directory` and from Paceline's files in it. A directory with
 * any other file keeps its permissions, because it could be shared on purpose. Ignores errors of the system.
 */
export const makePrivate = Effect.fnUntraced(function* (directory: string) {
  const sinks = yield* SinkRegistry
  yield* Effect.ignore(Effect.try(() => {
    const entries = [...Deno.readDirSync(directory)]
    if (entries.every(({ name }) => isOurs(name, sinks))) close(directory)
    for (const { isFile, name } of entries) {
      if (!isFile || !isOurs(name, sinks) || isOfTokens(name)) continue
      close(join(directory, name), isStateFile(name) ? 0o077 : undefined)
    }
  }))
})
