/** Network file systems, on which neither file locks nor SQLite's write-ahead log are reliable. */
import { Effect } from "effect"
import { statfsSync } from "node:fs"
import { StateError } from "../StateError.ts"

/** Values of `f_type` of Linux's statfs, from its `linux/magic.h`. */
const shared: Readonly<Record<number, string>> = {
  0x6969: "NFS",
  0x517b: "SMB",
  0xff534d42: "CIFS",
  0xfe534d42: "SMB2",
  0x01021997: "9P",
  0x5346414f: "AFS",
  0x00c36400: "Ceph",
}

const fuse = 0x65735546

/** Returns why a file system of this type is refused, or the note for the user; neither if it is local. */
export const classifyFileSystem = (
  type: number,
): { readonly refused?: string; readonly note?: string } => {
  // Some systems return it as a signed 32-bit integer.
  const name = shared[type >>> 0]
  if (name !== undefined) return { refused: `it is on a network file system (${name})` }
  return type >>> 0 === fuse
    ? {
      note:
        "The data directory is on a FUSE file system. If it is shared with another machine, run " +
        "Paceline on only one of them at a time",
    }
    : {}
}

const typeOf = (directory: string) =>
  Effect.try(() => statfsSync(directory).type).pipe(Effect.orElseSucceed(() => 0))

/** Fails with `network` if `directory` is on a network file system; else returns notes for the user. Linux only. */
export const refuseNetworkFileSystem = Effect.fn("refuseNetwork")(function* (directory: string) {
  if (Deno.build.os !== "linux") return []
  const { note, refused } = classifyFileSystem(yield* typeOf(directory))
  if (refused !== undefined) {
    return yield* new StateError({ path: directory, reason: "network", detail: refused })
  }
  return note === undefined ? [] : [note]
})
