/** File systems of the data directory, and backups before migrations. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { errorExitCode } from "../../pipeline/base/exit.ts"
import { classifyFileSystem, refuseNetworkFileSystem } from "../../pipeline/state/file/network.ts"
import { migrations } from "../../pipeline/state/file/migrations.ts"
import { StateError } from "../../pipeline/state/StateError.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { test } from "../testing.ts"

const types = { NFS: 0x6969, SMB: 0x517b, CIFS: 0xff534d42, SMB2: 0xfe534d42, local: 0xef53 }

test("fault 15: a network file system is refused with its name, and FUSE is noted", () =>
  Effect.sync(() => {
    for (const [name, type] of Object.entries(types)) {
      const refused = name === "local" ? undefined : `it is on a network file system (${name})`
      assert.deepEqual(classifyFileSystem(type), refused === undefined ? {} : { refused })
    }
    assert.match(classifyFileSystem(types.CIFS | 0).refused ?? "", /CIFS/)
    assert.match(classifyFileSystem(0x65735546).note ?? "", /FUSE/)
    const error = new StateError({ path: "/share", reason: "network", detail: "it is on NFS" })
    assert.equal(error[errorExitCode], 78)
    assert.match(error.message, /it is on NFS\. .*Nothing was changed\. .*--data DIR/)
  }))

test("fault 15: a local folder is accepted without a note", () =>
  Effect.gen(function* () {
    const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    assert.deepEqual(yield* refuseNetworkFileSystem(data), [])
  }))

test("fault 5: a migration keeps a copy of the old file, readable by its owner only", () =>
  Effect.gen(function* () {
    const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    const path = `${data}/state.db`
    const old = new DatabaseSync(path)
    old.exec(`${migrations[0]}; pragma user_version = 1;
      insert into item values (7, 'streams', '5', 'listed', 0, null, null, 0, null, 0)`)
    old.close()
    yield* Effect.provide(
      StateFile.use((state) =>
        Effect.map(
          state.counts,
          ({ items }) =>
            assert.deepEqual(items, [{ resource: "streams", status: "listed", count: 1 }]),
        )
      ),
      StateFile.layer(data, ["json"]),
    )
    const backup = new DatabaseSync(`${path}.v1.bak`, { readOnly: true })
    assert.deepEqual(Object.values(backup.prepare("pragma user_version").get() ?? {}), [1])
    assert.deepEqual(Object.values(backup.prepare("select id from item").get() ?? {}), ["5"])
    backup.close()
    assert.equal(Deno.statSync(`${path}.v1.bak`).mode! & 0o777, 0o600)
  }))
