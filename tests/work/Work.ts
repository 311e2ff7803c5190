/**
 * Counts of the program's work that are the same on every machine: calls of its functions, as V8
 * counts them for coverage, and bytes that native code processes.
 */
import { Effect, FileSystem } from "effect"
import { createHash } from "node:crypto"
import { Session } from "node:inspector/promises"

export interface WorkDone {
  /** Number of calls of each function of the program, by `path name`. */
  readonly calls: ReadonlyMap<string, number>
  /** Number of bytes or UTF-16 units that were hashed, decoded as UTF-8, and parsed as JSON. */
  readonly hashed: number
  readonly decoded: number
  readonly parsed: number
  /**
   * Number of syncs of files, without those of folders and of SQLite, and of bytes written to
   * files.
   */
  readonly syncs: number
  readonly written: number
}

interface Coverage {
  readonly result: ReadonlyArray<{
    readonly url: string
    readonly functions: ReadonlyArray<{
      readonly functionName: string
      readonly ranges: ReadonlyArray<{ readonly count: number }>
    }>
  }>
}

const root = new URL("../../", import.meta.url).href

/**
 * Returns the path of a module of the program; undefined for the simulated Strava and all other
 * modules.
 */
const pathOf = (url: string): string | undefined => {
  const path = url.startsWith(root) ? url.slice(root.length) : ""
  return /^(schemas|sinks|pipeline(?!\/simulator))\//.test(path) ? path : undefined
}

const callsIn = ({ result }: Coverage): ReadonlyMap<string, number> => {
  const calls = new Map<string, number>()
  for (const { functions, url } of result) {
    const path = pathOf(url)
    if (path === undefined) continue
    for (const { functionName, ranges } of functions) {
      const name = `${path} ${functionName}`
      calls.set(name, (calls.get(name) ?? 0) + (ranges[0]?.count ?? 0))
    }
  }
  return calls
}

const sizeOf = (value: unknown): number =>
  typeof value === "string" ? value.length : ArrayBuffer.isView(value) ? value.byteLength : 0

type Method = (this: unknown, ...given: ReadonlyArray<unknown>) => unknown

/** Calls `seen` with the first argument of each call of `owner[name]`, until the scope closes. */
const watch = (owner: object, name: string, seen: (given: unknown) => void) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const original: Method = Reflect.get(owner, name)
      Reflect.set(owner, name, function (this: unknown, ...given: ReadonlyArray<unknown>) {
        seen(given[0])
        return Reflect.apply(original, this, given)
      })
      return original
    }),
    (original) => Effect.sync(() => void Reflect.set(owner, name, original)),
  )

interface FileCounts {
  syncs: number
  written: number
}

/** Returns `file`, wrapped so that its syncs and written bytes are added to `counts`. */
const countedFile = (file: FileSystem.File, counts: FileCounts): FileSystem.File =>
  new Proxy(file, {
    get: (target, name) => {
      const found: unknown = Reflect.get(target, name, target)
      if (name === "sync") {
        counts.syncs++
        return found
      }
      return typeof found !== "function" ? found : (...given: ReadonlyArray<unknown>) => {
        if (name === "write" || name === "writeAll") counts.written += sizeOf(given[0])
        return Reflect.apply(found, target, given)
      }
    },
  })

const countedFiles = (fs: FileSystem.FileSystem, counts: FileCounts): FileSystem.FileSystem =>
  FileSystem.make({
    ...fs,
    open: (path, options) =>
      Effect.map(
        fs.open(path, options),
        (file) => (options?.flag ?? "r") === "r" ? file : countedFile(file, counts),
      ),
  })

const session = Effect.acquireRelease(
  Effect.promise(async () => {
    const session = new Session()
    session.connect()
    await session.post("Profiler.enable")
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false })
    return session
  }),
  (session) => Effect.sync(() => session.disconnect()),
)

/** Runs `effect` and returns its result with the work that this process did meanwhile. */
export const workOf = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<{ readonly result: A; readonly work: WorkDone }, E, FileSystem.FileSystem | R> =>
  Effect.gen(function* () {
    const counts = { hashed: 0, decoded: 0, parsed: 0, syncs: 0, written: 0 }
    const hash = Object.getPrototypeOf(createHash("sha256"))
    yield* watch(hash, "update", (given) => counts.hashed += sizeOf(given))
    yield* watch(TextDecoder.prototype, "decode", (given) => counts.decoded += sizeOf(given))
    yield* watch(JSON, "parse", (given) => counts.parsed += sizeOf(given))
    const fs = countedFiles(yield* FileSystem.FileSystem, counts)
    const profiler = yield* session
    const result = yield* Effect.provideService(effect, FileSystem.FileSystem, fs)
    const coverage = yield* Effect.promise(() => profiler.post("Profiler.takePreciseCoverage"))
    return { result, work: { ...counts, calls: callsIn(coverage as Coverage) } }
  }).pipe(Effect.scoped)
