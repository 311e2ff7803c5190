/** Each kind of change edits as few files as CONTRIBUTING.md says. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { files, read } from "../../tools/files.ts"
import { test } from "../testing.ts"
import { changes, edited, pathsOf } from "./changes.ts"

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

/** Files by kind of change, as the table in CONTRIBUTING.md lists them. */
const documented = new Map(
  [...read("CONTRIBUTING.md").matchAll(/^\| (stage|sink|column|report panel|limit) +\|(.*)\|$/gm)]
    .map(([, kind = "", cells = ""]) => [
      kind,
      [...cells.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path),
    ]),
)

/** True if `names` has the path or its folder. A new file is documented by its folder. */
const isDocumented = (path: string, names: ReadonlyArray<string>) =>
  names.some((name) => path === name || (name.endsWith("/") && path.startsWith(name)))

for (const [kind, change] of Object.entries(changes)) {
  holds(`a change of the kind "${kind}" edits at most ${change.most} files`, () => {
    const texts = new Map(
      pathsOf(change).filter((path) => files().includes(path)).map((path) => [path, read(path)]),
    )
    for (const edit of change.edits) texts.set(edit.path, edited(texts.get(edit.path), edit))
    assert.ok(texts.size <= change.most, [...texts.keys()].join(", "))
  })

  holds(`CONTRIBUTING.md lists the files of a change of the kind "${kind}"`, () => {
    const names = documented.get(kind) ?? []
    assert.ok(names.length > 0 && names.length <= change.most, names.join(", "))
    for (const path of pathsOf(change)) assert.ok(isDocumented(path, names), path)
  })
}
