/** Folders that are shared over a network, where neither the lock nor SQLite's log can be trusted. */
import { Effect } from "effect"
import { statfsSync } from "node:fs"
import { StateError } from "../StateError.ts"

/** `f_type` of Linux's statfs, from its `linux/magic.h`. */
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

/** What a folder on a file system of this type is good for. */
export const classifyFileSystem = (
  type: number,
): { readonly refused?: string; readonly note?: string } => {
  // Some systems tell it as a signed number of 32 bits.
  const name = shared[type >>> 0]
  if (name !== undefined) return { refused: `it is on a network file system (${name})` }
  return type >>> 0 === fuse
    ? {
      note: "The folder is on a file system in user space (FUSE): if it is shared with another " +
        "machine, let only one of them run at a time",
    }
    : {}
}

const typeOf = (directory: string) =>
  Effect.try(() => statfsSync(directory).type).pipe(Effect.orElseSucceed(() => 0))

/** Fail where `directory` is shared over a network; gives what is to be said otherwise. Linux only. */
export const refuseNetworkFileSystem = Effect.fn("refuseNetwork")(function* (directory: string) {
  if (Deno.build.os !== "linux") return []
  const { note, refused } = classifyFileSystem(yield* typeOf(directory))
  if (refused !== undefined) {
    return yield* new StateError({ path: directory, reason: "network", detail: refused })
  }
  return note === undefined ? [] : [note]
})
