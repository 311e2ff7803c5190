/**
 * Replaces files atomically, also if the program is stopped or the disk is full: a file is written under
 * another name in the same folder, synced and renamed. A rename is durable once its folder is synced.
 */
import { Clock, Effect, FileSystem, Path, type PlatformError, Stream } from "effect"
import { createHash } from "node:crypto"
import { failpoint } from "../failpoints.ts"
import { fileMode, folderMode } from "./privacy.ts"
import { notRegular } from "./regularFile.ts"
import { SinkError, type SinkName } from "../Sink.ts"
import { describeCode, notAFile, systemCodeOf } from "../systemError.ts"
import { formatTime } from "../../schemas/time.ts"

/** New content of a file. */
type Content<E = never, R = never> = Uint8Array | Stream.Stream<Uint8Array, E, R>

interface Mode {
  /** Permissions, such as 0o600; those of `privacy.ts` if absent. */
  readonly mode?: number
}

/** Returns the name of a file in its folder. */
export const fileName = (file: string): string => file.split(/[\\/]/).at(-1) ?? file

/** Name of a file that a crash left half-written, which `openDirectory` deletes. */
export const leftover = /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/

const chunksOf = <E, R>(content: Content<E, R>): Stream.Stream<Uint8Array, E, R> =>
  content instanceof Uint8Array ? Stream.make(content) : content

/** Computes length and SHA-256 of the bytes that are written. */
const makeDigest = () => {
  const hash = createHash("sha256")
  let length = 0
  return {
    add: (chunk: Uint8Array) => {
      hash.update(chunk)
      length += chunk.length
    },
    get length() {
      return length
    },
    hash: () => hash.digest("hex"),
  }
}

/** Content that a file is compared with. */
interface Expected {
  readonly length: number
  /** SHA-256 in hexadecimal; computed only if a file has this length. */
  hash(): string
}

/** True if `file` holds exactly these bytes. False if it cannot be read, so that it is replaced. */
const holds = Effect.fnUntraced(function* (file: string, { hash, length }: Expected) {
  const fs = yield* FileSystem.FileSystem
  if (Number((yield* fs.stat(file)).size) !== length) return false
  const digest = makeDigest()
  yield* Stream.runForEach(fs.stream(file), (chunk) => Effect.sync(() => digest.add(chunk)))
  return digest.hash() === hash()
}, Effect.orElseSucceed(() => false))

/** Calls `use` with a durable temporary file next to `file` that holds `content`; deletes it if that fails. */
const withTemporary = Effect.fnUntraced(function* <A, E2, R2, E = never, R = never>(
  file: string,
  content: Content<E, R>,
  options: Mode,
  use: (temporary: string) => Effect.Effect<A, E2, R2>,
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const name = `.${path.basename(file)}.${crypto.randomUUID()}.tmp`
  const temporary = path.join(path.dirname(file), name)
  const write = Effect.scoped(Effect.gen(function* () {
    const handle = yield* fs.open(temporary, { flag: "wx", mode: fileMode(), ...options })
    yield* failpoint("file.opened")
    yield* Stream.runForEach(chunksOf(content), (chunk) => handle.writeAll(chunk))
    yield* failpoint("file.written")
    yield* handle.sync
    yield* failpoint("file.synced")
  }))
  return yield* write.pipe(
    Effect.andThen(() => use(temporary)),
    Effect.onError(() => Effect.ignore(fs.remove(temporary, { force: true }))),
  )
})

const rename = (fs: FileSystem.FileSystem, from: string, to: string) =>
  Effect.andThen(fs.rename(from, to), failpoint("file.renamed"))

/**
 * Makes `file` hold `content`: it is the old file or the new one, never a mix. It is durable only
 * after `syncDirectory` of its folder.
 */
export const writeFileAtomic = Effect.fn("writeFileAtomic")(
  <E = never, R = never>(file: string, content: Content<E, R>, options: Mode = {}) =>
    Effect.flatMap(
      FileSystem.FileSystem,
      (fs) => withTemporary(file, content, options, (temporary) => rename(fs, temporary, file)),
    ),
)

/** Like `writeFileAtomic`, but does not touch a file that holds `content` already: then it returns false. */
export const replaceFile = Effect.fn("replaceFile")(
  function* <E = never, R = never>(file: string, content: Content<E, R>, options: Mode = {}) {
    const digest = makeDigest()
    if (content instanceof Uint8Array) {
      const hash = () => {
        digest.add(content)
        return digest.hash()
      }
      if (yield* holds(file, { length: content.length, hash })) return false
      yield* writeFileAtomic(file, content, options)
      return true
    }
    const fs = yield* FileSystem.FileSystem
    const passed = Stream.tap(content, (chunk) => Effect.sync(() => digest.add(chunk)))
    return yield* withTemporary(
      file,
      passed,
      options,
      (temporary) =>
        Effect.flatMap(
          holds(file, digest),
          (same) =>
            same
              ? Effect.as(Effect.ignore(fs.remove(temporary)), false)
              : Effect.as(rename(fs, temporary, file), true),
        ),
    )
  },
)

/** Concatenates `parts`. */
export const concat = (parts: ReadonlyArray<Uint8Array>): Uint8Array<ArrayBuffer> => {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Streams the bytes of `file`; none if it does not exist. */
export const readFile = (file: string) =>
  Stream.unwrap(FileSystem.FileSystem.use((fs) =>
    Effect.map(
      fs.stat(file),
      ({ type }) => type === "File" ? fs.stream(file) : Stream.fail(notRegular(file, "readFile")),
    )
  )).pipe(
    Stream.catchIf((error) => error.reason._tag === "NotFound", () => Stream.empty),
  )

const asName = (now: number) => formatTime(now).slice(0, 19).replaceAll(":", "-")

/** Yields names for a damaged `file` next to its old place, of which the first is usually free. */
export function* damagedNames(file: string, now: number): Generator<string, never> {
  const name = `${file}.damaged-${asName(now)}Z`
  yield name
  for (let n = 2;; n++) yield `${name}-${n}`
}

/** Returns an unused name for a damaged `file`, next to its old place. */
export const damagedNameOf = Effect.fn("asideOf")(function* (file: string) {
  const names = damagedNames(file, yield* Clock.currentTimeMillis)
  for (;;) {
    const { value } = names.next()
    if (!(yield* exists(value))) return value
  }
})

/** True if `name` is one that `damagedNameOf` returns for the file `of`. */
export const isDamagedName = (name: string, of: string): boolean =>
  name.startsWith(`${of}.damaged-`) &&
  /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-\d+)?$/.test(name.slice(of.length + ".damaged-".length))

/** Renames a damaged `file`; returns its new name. */
export const renameDamaged = Effect.fn("putAside")(function* (file: string) {
  const path = yield* Path.Path
  const aside = yield* damagedNameOf(file)
  yield* (yield* FileSystem.FileSystem).rename(file, aside)
  yield* syncDirectory(path.dirname(file))
  return path.basename(aside)
})

const isOf = (codes: ReadonlySet<string>) => (error: PlatformError.PlatformError) =>
  codes.has(systemCodeOf(error) ?? "")

const forbidden: ReadonlySet<string> = new Set(["EACCES", "EPERM", "NotCapable"])

/** Codes of file systems that cannot sync a folder, such as network ones; PostgreSQL ignores them too. */
const unsyncable: ReadonlySet<string> = new Set(["EBADF", "EINVAL"])

/** Makes the renames and deletions in `directory` durable. Windows has no such call and needs none. */
export const syncDirectory = Effect.fn("syncDirectory")(function* (directory: string) {
  if (Deno.build.os === "windows") return
  const fs = yield* FileSystem.FileSystem
  const sync = Effect.flatMap(
    fs.open(directory, { flag: "r" }),
    (handle) => Effect.catchIf(handle.sync, isOf(unsyncable), () => Effect.void),
  )
  yield* Effect.scoped(sync)
  yield* failpoint("folder.synced")
})

/**
 * Creates `directory` and the missing folders above it, each durable in its parent. The first existing one
 * is made durable too, because a run that was killed might have just created it.
 */
export const makeDirectory = (
  directory: string,
  options: Mode = {},
): Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const parent = path.dirname(directory)
    const make = makeDirectory(parent, options).pipe(
      Effect.andThen(
        fs.makeDirectory(directory, { mode: folderMode(), ...options, recursive: true }),
      ),
      Effect.andThen(failpoint("folder.made")),
      Effect.andThen(syncDirectory(parent)),
    )
    // If we cannot read the parent, we did not create the folder, so there is nothing to sync.
    const keep = Effect.catchIf(
      syncDirectory(parent),
      isOf(forbidden),
      () => Effect.void,
    )
    const there = yield* fs.stat(directory).pipe(
      Effect.as(true),
      Effect.catchIf(
        ({ reason }) => reason._tag === "NotFound" && parent !== directory,
        () => Effect.succeed(false),
      ),
    )
    yield* there ? keep : make
  })

/** Writes a block to an existing `directory` and deletes it, to detect a full or read-only disk. */
export const probeDirectory = Effect.fn("probeDirectory")(function* (directory: string) {
  const probe = (yield* Path.Path).join(directory, "probe")
  const fs = yield* FileSystem.FileSystem
  yield* withTemporary(
    probe,
    new Uint8Array(4096),
    {},
    (temporary) => Effect.ignore(fs.remove(temporary)),
  )
})

/**
 * Creates `directory` if it is missing, deletes files that a crash left half-written, and writes a block to it,
 * so that a full or read-only disk is detected before it is used.
 */
export const openDirectory = Effect.fn("openDirectory")(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  yield* makeDirectory(directory)
  const names = yield* fs.readDirectory(directory)
  yield* Effect.forEach(
    names.filter((name) => leftover.test(name)),
    (name) => fs.remove(path.join(directory, name), { force: true }),
  )
  yield* probeDirectory(directory)
})

const pathOf = ({ reason }: PlatformError.PlatformError) =>
  "pathOrDescriptor" in reason ? reason.pathOrDescriptor : undefined

/** Returns the cause of `error` at `location` and the fix, in words for the user. */
export const describeFileError = (error: PlatformError.PlatformError, location: string): string => {
  const code = systemCodeOf(error) ?? "unknown"
  return describeCode(code, String(code === notAFile ? pathOf(error) ?? location : location))
}

/** True if `path` exists. (`FileSystem.exists` asks Deno for the user, which needs a permission.) */
export const exists = (path: string) =>
  FileSystem.FileSystem.use((fs) => fs.stat(path)).pipe(
    Effect.as(true),
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed(false)),
  )

/** Returns the error of a sink in `location` for a disk error. */
export const sinkDiskError =
  (sink: SinkName, location: string) => (error: PlatformError.PlatformError) =>
    new SinkError({
      sink,
      reason: "disk",
      detail: describeFileError(error, location),
      cause: error,
    })
