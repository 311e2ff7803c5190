/**
 * Files in a data directory: those that Paceline created, by part, and all others. Changes nothing. Links to files
 * are not followed, because Paceline creates none.
 */
import { Effect, FileSystem, Option, Path, type PlatformError } from "effect"
import { isDamagedName, leftover } from "../../sinks/files/atomic.ts"
import { isOriginalName, originalsFolder } from "../export/archive/originalNames.ts"
import { Sinks, type SinkSource, type SinkTraits } from "../../sinks/Sink.ts"
import { sinkNames } from "../../sinks/SinkKind.ts"
import { isStateFile, isTrackFile, isTrackFolder, trackFormats } from "../state/file/files.ts"
import { findReports, isReportFile, readReports } from "../state/file/reports.ts"

/**
 * Returns the names of all parts in the order in which they are deleted: the files that say whose data it
 * was are last.
 */
const partsOf = (sinks: ReadonlyArray<SinkTraits>): ReadonlyArray<string> => [
  "report",
  ...trackFormats,
  "recordings",
  originalsFolder,
  ...sinks.toSorted((a, b) => b.rank - a.rank).map(({ name }) => name),
  "demo",
  "tokens",
  "state",
]

interface Part {
  readonly name: string
  /** Location for people. */
  readonly location: string
  /** Paths, grouped by folder. */
  readonly files: ReadonlyArray<string>
  readonly bytes: number
}

export interface Inventory {
  readonly parts: ReadonlyArray<Part>
  /** Folders that Paceline created, deepest first; they are deleted when they are empty. */
  readonly folders: ReadonlyArray<string>
  /** Paths of other files, and of folders without files of ours, relative to the data directory. */
  readonly foreign: ReadonlyArray<string>
  /** Absolute paths of reports elsewhere that cannot be reached now. */
  readonly unreachable: ReadonlyArray<string>
}

const ofRoot = (name: string, sinks: ReadonlyArray<SinkTraits>): string | undefined =>
  isStateFile(name)
    ? "state"
    : /^tokens(\.other)?\.json$/.test(name)
    ? "tokens"
    : isReportFile(name)
    ? "report"
    : name === ".paceline-demo"
    ? "demo"
    : sinkOf(name, sinks) ??
      (recorded.test(name) ? "recordings" : leftover.test(name) ? "state" : undefined)

/** Returns the sink that makes a file of this name next to its folder. */
const sinkOf = (file: string, sinks: ReadonlyArray<SinkTraits>): string | undefined =>
  sinks.find(({ outsideFiles = [] }) => outsideFiles.includes(file))?.name

/** Returns the path of the sink's folder if `file` is a renamed damaged one, otherwise `file`. */
const asideFrom = (file: string): string => {
  const of = file.split(".damaged-")[0] ?? file
  return isDamagedName(file, of) ? of : file
}

/** Names that `Recorder` writes for exchanges: `00012.GET-athlete.200.json`. */
const recorded = /^\d{5,}\.[A-Z]+[\w-]*\.\d{1,3}\.json(\.part)?$/

/** Returns a function for the part of a file in a folder that is no sink's; undefined if it is not ours. */
const partsIn = (folder: string) => {
  const isOwn = folder === originalsFolder
    ? isOriginalName
    : (name: string) => isTrackFile(folder, name)
  const isPart = folder === originalsFolder || isTrackFolder(folder)
  return (name: string): string | undefined =>
    isPart && (isOwn(name) || leftover.test(name))
      ? folder
      : recorded.test(name)
      ? "recordings"
      : undefined
}

type Kind = "file" | "folder" | "other"

/** Returns the kind of the file at `path`; with `follow`, that of the target of a link to a folder. */
const kindOf = Effect.fnUntraced(function* (path: string, follow: boolean) {
  const fs = yield* FileSystem.FileSystem
  const own = yield* fs.lstat(path)
  const seen = own.type === "SymbolicLink" && follow
    ? Option.getOrElse(yield* Effect.option(fs.stat(path)), () => own)
    : own
  // Paceline creates no links to files.
  const kind: Kind = own.type === "File" ? "file" : seen.type === "Directory" ? "folder" : "other"
  return { kind, bytes: Number(own.size), linked: own.type === "SymbolicLink" }
})

/** Depth in a sink's folder down to which a folder can be a link. */
const deepestLink = 1

/** Returns the recordings in the data directory, or in a folder of it that is not a sink's. */
export const recordingsIn = Effect.fn("recordingsIn")(function* (data: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const sinks = yield* sinkNames
  const found: Array<string> = []
  for (const name of yield* fs.readDirectory(data)) {
    const file = path.join(data, name)
    const { kind } = yield* kindOf(file, false)
    if (kind === "file" && recorded.test(name)) found.push(file)
    if (kind !== "folder" || sinks.includes(name)) continue
    for (const below of yield* fs.readDirectory(file)) {
      if (recorded.test(below)) found.push(path.join(file, below))
    }
  }
  return found
})

export const inventoryOf = Effect.fn("inventoryOf")(
  function* (data: string): Effect.fn.Return<
    Inventory,
    PlatformError.PlatformError,
    FileSystem.FileSystem | Path.Path | Sinks
  > {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const sinks = yield* Sinks
    const sources = new Map(sinks.map((source) => [source.location, source]))
    const found = new Map<string, { files: Array<string>; bytes: number }>()
    const folders: Array<string> = []
    const foreign: Array<string> = []
    const add = (part: string, file: string, bytes: number) => {
      const entry = found.get(part) ?? { files: [], bytes: 0 }
      entry.files.push(file)
      entry.bytes += bytes
      found.set(part, entry)
    }
    const names = (folder: string) => Effect.map(fs.readDirectory(folder), (all) => all.toSorted())

    /** Adds the files of a sink below `folder`, whose path counted from the sink's own is `below`. */
    const walk: (
      source: SinkSource,
      folder: string,
      below: string,
      depth: number,
    ) => Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem | Path.Path> =
      Effect.fnUntraced(function* (source, folder, below, depth) {
        const { isDatabase = false, name: part, owns } = source
        for (const name of yield* names(folder)) {
          const file = path.join(folder, name)
          const { bytes, kind, linked } = yield* kindOf(
            file,
            !isDatabase && depth < deepestLink,
          )
          if (kind === "folder") {
            yield* walk(source, file, `${below}${name}/`, depth + 1)
            folders.push(...(linked ? [] : [file]))
          } else if (kind === "file" && owns?.(below + name)) add(part, file, bytes)
          else foreign.push(path.relative(data, file))
        }
      })

    /** Adds the recordings, original files or tracks in a folder that is no sink's. */
    const others = Effect.fnUntraced(function* (folder: string) {
      const partOf = partsIn(path.relative(data, folder))
      let ours = false
      const rest: Array<string> = []
      for (const name of yield* names(folder)) {
        const file = path.join(folder, name)
        const { bytes, kind } = yield* kindOf(file, false)
        const part = kind === "file" ? partOf(name) : undefined
        if (part !== undefined) {
          add(part, file, bytes)
          ours = true
        } else rest.push(path.relative(data, file) + (kind === "folder" ? "/" : ""))
      }
      if (ours) folders.push(folder)
      foreign.push(...(ours ? rest : [`${path.relative(data, folder)}/`]))
    })

    for (const name of yield* names(data)) {
      const file = path.join(data, name)
      const { bytes, kind, linked } = yield* kindOf(file, sources.has(file))
      const source = sources.get(asideFrom(file))
      const part = ofRoot(name, sinks)
      if (kind === "folder" && source?.owns !== undefined) {
        yield* walk(source, file, "", 0)
        if (!linked) folders.push(file)
      } else if (kind === "folder") yield* others(file)
      else if (kind === "file" && part !== undefined) add(part, file, bytes)
      else foreign.push(name)
    }
    const { own: reports, unreachable } = yield* findReports(yield* readReports(data))
    for (const { bytes, path } of reports) add("report", path, bytes)
    const isReport = (name: string) => reports.some((one) => one.path === path.resolve(data, name))
    return {
      parts: partsOf(sinks).flatMap((name): ReadonlyArray<Part> => {
        const entry = found.get(name)
        if (entry === undefined) return []
        const isFolder = name === originalsFolder || isTrackFolder(name) ||
          sinks.some((sink) => sink.name === name)
        const location = isFolder
          ? path.join(data, name)
          : name === "report"
          ? entry.files.join(", ")
          : data
        return [{ name, location, ...entry }]
      }),
      folders,
      foreign: foreign.filter((name) => !isReport(name)),
      unreachable,
    }
  },
)
