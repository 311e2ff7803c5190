/** Names that a resource of a script cannot have, because something else would be replaced. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"
import { Resource } from "../../pipeline/mod.ts"
import { isBuiltIn, isResource } from "../../schemas/resources.ts"
import { entries } from "../../sinks/postgres/schema/detailColumns.ts"
import { localName } from "../../sinks/postgres/connection/schemaName.ts"
import { allTables } from "../../sinks/postgres/write/tables.ts"
import { test } from "../testing.ts"

const make = (name: string) => () =>
  Resource.make({
    name,
    counted: ["one", "several"],
    about: "One row per thing",
    per: "other",
    schema: Schema.Struct({}),
    columns: [],
  })

/** Built-in resources are refused when the script runs. */
const isRefusedLater = (name: string) => isResource(name) && isBuiltIn(name)

test("a resource cannot have the name of a command, a stage, or a table", () =>
  Effect.sync(() => {
    const commands = pacelineCommand.subcommands.flatMap(({ commands }) =>
      commands.map(({ name }) => name)
    )
    const tables = [...allTables(), ...entries].map(({ name }) => localName(name))
    const names = [...commands, ...tables, "missing"].filter((name) => !isRefusedLater(name))
    assert.ok(names.includes("segment_efforts") && names.includes("plan"))
    for (const name of names) assert.throws(make(name), /Paceline uses this name/, name)
    for (const name of ["user", "Plan", "1a", ""]) assert.throws(make(name), /its name/, name)
    assert.equal(make("segments")().name, "segments")
  }))
