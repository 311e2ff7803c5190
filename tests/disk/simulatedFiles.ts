/**
 * Effect's `FileSystem` on a `SimulatedDisk`: the calls of the file sinks and of the token file, with the behavior
 * and errors of the platform. Any other call dies, so that no test depends on an unsimulated one.
 */
import { ByteSize, Effect, FileSystem, Option, PlatformError, Stream } from "effect"
import { fail } from "./errno.ts"
import { FileBytes, FolderEntries, Inode } from "./Inode.ts"
import type { SimulatedDisk } from "./SimulatedDisk.ts"

const umask = 0o022

const lacking = (what: string) =>
  Effect.die(new Error(`the simulated disk has no ${what}: model it before it is used`))

const infoOf = ({ body, mode, number, uid }: Inode): FileSystem.File.Info => {
  const [type, bits, size] = body instanceof FileBytes
    ? ["File", 0o100000, body.seen.length] as const
    : body instanceof FolderEntries
    ? ["Directory", 0o040000, 4096] as const
    : ["SymbolicLink", 0o120000, body.target.length] as const
  return {
    type,
    mode: bits | mode,
    size: ByteSize.bytes(size),
    uid: Option.some(uid),
    ino: Option.some(BigInt(number)),
    dev: 1n,
    gid: Option.none(),
    nlink: Option.none(),
    rdev: Option.none(),
    mtime: Option.none(),
    atime: Option.none(),
    birthtime: Option.none(),
    blksize: Option.none(),
    blocks: Option.none(),
  }
}

/** Returns an open file or folder with its own position. It is dead once its program has ended. */
const handleOf = (
  disk: SimulatedDisk,
  inode: Inode,
  { fd, path, flag }: { fd: number; path: string; flag: FileSystem.OpenFlag },
): FileSystem.File => {
  const { life } = disk
  const { body } = inode
  let position = 0
  const call = <A>(
    method: string,
    kind: "read" | "stat" | "sync" | "write",
    run: (most: number) => A,
  ) =>
    Effect.suspend(() =>
      disk.life === life
        ? disk.call({ method, kind, path, fd, inode, changes: kind === "write", run })
        : Effect.die(new Error(`${path} was opened before the program was started`))
    )
  const write = (method: string, bytes: Uint8Array) =>
    call(method, "write", (most) => {
      if (!(body instanceof FileBytes) || flag === "r") return fail("EBADF")
      const written = bytes.subarray(0, most)
      body.write(position, written)
      position += written.length
      return written.length
    })
  const writeAll = (bytes: Uint8Array): Effect.Effect<void, PlatformError.PlatformError> =>
    bytes.length === 0
      ? Effect.void
      : Effect.flatMap(write("writeAll", bytes), (written) =>
        written > 0 ? writeAll(bytes.subarray(written)) : Effect.fail(
          PlatformError.systemError({
            module: "FileSystem",
            method: "writeAll",
            _tag: "WriteZero",
            pathOrDescriptor: fd,
            description: "write returned 0 bytes written",
          }),
        ))
  return {
    [FileSystem.FileTypeId]: FileSystem.FileTypeId,
    stat: call("stat", "stat", () => infoOf(inode)),
    sync: call("sync", "sync", () => {
      if (body instanceof FileBytes || body instanceof FolderEntries) body.sync()
    }),
    readAlloc: (size, options) =>
      options !== undefined ? lacking("position to read from") : call("readAlloc", "read", () => {
        if (!(body instanceof FileBytes)) return fail("EISDIR")
        const bytes = body.seen.slice(position, position + size)
        position += bytes.length
        return bytes.length === 0 ? Option.none() : Option.some(bytes)
      }),
    write: (bytes) => write("write", bytes),
    writeAll,
    read: () => lacking("File.read"),
    seek: () => lacking("File.seek"),
    truncate: () => lacking("File.truncate"),
  }
}

let descriptors = 2

/** Returns the inode that `open` leads to, created or emptied as `flag` says. */
const opened = (disk: SimulatedDisk, path: string, flag: FileSystem.OpenFlag, mode: number) => {
  if (disk.openNow >= disk.mostOpen) return fail("EMFILE")
  if (flag !== "r" && !disk.hasEntry(path)) {
    const { entries, name } = disk.locate(path)
    const made = new Inode(new FileBytes(), mode & ~umask, disk.uid)
    entries.change([[name, made]])
    return made
  }
  if (flag === "wx") return fail("EEXIST")
  const inode = disk.follow(path)
  if (flag === "w" && inode.body instanceof FolderEntries) return fail("EISDIR")
  disk.demand(inode, flag === "r" ? 4 : 2)
  if (flag === "w" && inode.body instanceof FileBytes) inode.body.truncate()
  return inode
}

const open = (disk: SimulatedDisk): FileSystem.FileSystem["open"] => (path, options = {}) => {
  const { flag = "r", mode = 0o666, noFollow } = options
  if (noFollow === true || !["r", "w", "wx"].includes(flag)) return lacking(`open with "${flag}"`)
  return Effect.acquireRelease(
    disk.call({
      method: "open",
      kind: "open",
      path,
      changes: flag !== "r",
      run: () => {
        const inode = opened(disk, path, flag, mode)
        disk.openPeak = Math.max(disk.openPeak, ++disk.openNow)
        return { handle: handleOf(disk, inode, { fd: ++descriptors, path, flag }), life: disk.life }
      },
    }),
    ({ life }) =>
      Effect.sync(() => {
        if (disk.life === life) disk.openNow--
      }),
  ).pipe(Effect.map(({ handle }) => handle))
}

const rename = (disk: SimulatedDisk, from: string, to: string) => {
  const source = disk.locate(from)
  const target = disk.locate(to)
  const moved = source.entries.seen.get(source.name) ?? fail("ENOENT")
  const replaced = target.entries.seen.get(target.name)
  if (replaced?.body instanceof FolderEntries && !(moved.body instanceof FolderEntries)) {
    return fail("EISDIR")
  }
  if (moved.body instanceof FolderEntries || source.entries !== target.entries) {
    throw new Error("the simulated disk renames files only, and only within their folder")
  }
  if (moved !== replaced) target.entries.change([[source.name, undefined], [target.name, moved]])
}

const remove = (disk: SimulatedDisk, path: string, force: boolean) => {
  if (force && disk.lacks(path)) return
  const { entries, name } = disk.locate(path, 0)
  const inode = entries.seen.get(name) ?? fail("ENOENT")
  if (inode.body instanceof FolderEntries) throw new Error("the simulated disk removes files only")
  disk.locate(path)
  entries.change([[name, undefined]])
}

const makeDirectory = (
  disk: SimulatedDisk,
  path: string,
  { mode = 0o777, recursive = false }: { mode?: number; recursive?: boolean },
): void => {
  const parent = path.slice(0, path.lastIndexOf("/")) || "/"
  if (recursive && disk.lacks(parent)) makeDirectory(disk, parent, { mode, recursive })
  const { entries, name } = disk.locate(path, 0)
  const there = entries.seen.has(name) ? disk.follow(path) : undefined
  if (there !== undefined) {
    if (recursive && there.body instanceof FolderEntries) return
    return fail("EEXIST")
  }
  disk.locate(path)
  entries.change([[name, new Inode(new FolderEntries(), mode & ~umask, disk.uid)]])
}

const readFile = (disk: SimulatedDisk, path: string): Uint8Array => {
  const inode = disk.follow(path)
  if (!(inode.body instanceof FileBytes)) return fail("EISDIR")
  disk.demand(inode, 4)
  return inode.body.seen
}

const readDirectory = (disk: SimulatedDisk, path: string): Array<string> => {
  const inode = disk.follow(path)
  if (!(inode.body instanceof FolderEntries)) return fail("ENOTDIR")
  disk.demand(inode, 4)
  return [...inode.body.seen.keys()]
}

/** Returns the `FileSystem` of the program that runs on `disk`. */
export const simulatedFiles = (disk: SimulatedDisk): FileSystem.FileSystem =>
  FileSystem.make({
    open: open(disk),
    stat: (path) =>
      disk.call({ method: "stat", kind: "stat", path, run: () => infoOf(disk.follow(path)) }),
    lstat: (path) =>
      disk.call({ method: "lstat", kind: "stat", path, run: () => infoOf(disk.lookUp(path)) }),
    rename: (from, to) =>
      disk.call({
        method: "rename",
        kind: "rename",
        path: from,
        changes: true,
        run: () => rename(disk, from, to),
      }),
    remove: (path, { force = false, recursive = false } = {}) =>
      recursive ? lacking("remove of whole folders") : disk.call({
        method: "remove",
        kind: "remove",
        path,
        changes: true,
        run: () => remove(disk, path, force),
      }),
    makeDirectory: (path, { mode, recursive } = {}) =>
      disk.call({
        method: "makeDirectory",
        kind: "makeDirectory",
        path,
        changes: true,
        run: () =>
          makeDirectory(disk, path, {
            ...(mode === undefined ? {} : { mode }),
            recursive: recursive ?? false,
          }),
      }),
    readDirectory: (path, { recursive = false } = {}) =>
      recursive ? lacking("readDirectory of whole trees") : disk.call({
        method: "readDirectory",
        kind: "readDirectory",
        path,
        run: () => readDirectory(disk, path),
      }),
    readFile: (path) =>
      disk.call({ method: "readFile", kind: "read", path, run: () => readFile(disk, path) }),
    access: () => lacking("access"),
    chmod: () => lacking("chmod"),
    chown: () => lacking("chown"),
    copy: () => lacking("copy"),
    copyFile: () => lacking("copyFile"),
    link: () => lacking("link"),
    makeTempDirectory: () => lacking("makeTempDirectory"),
    makeTempDirectoryScoped: () => lacking("makeTempDirectoryScoped"),
    makeTempFile: () => lacking("makeTempFile"),
    makeTempFileScoped: () => lacking("makeTempFileScoped"),
    readDirectoryEntries: () => lacking("readDirectoryEntries"),
    readLink: () => lacking("readLink"),
    realPath: () => lacking("realPath"),
    symlink: () => lacking("symlink"),
    truncate: () => lacking("truncate"),
    utimes: () => lacking("utimes"),
    watch: () => Stream.unwrap(lacking("watch")),
    writeFile: () => lacking("writeFile"),
  })
