/** Tests the columns of the table `export`. */
import assert from "node:assert/strict"
import { Effect } from "effect"
import { exportColumns } from "../../../schemas/exportColumns.ts"
import { test } from "../../testing.ts"

test("columns of the table export have distinct names, headers and a comment", () =>
  Effect.sync(() => {
    for (const part of ["name", "header", "comment"] as const) {
      const texts = exportColumns.map((column) => column[part])
      assert.equal(new Set(texts).size, texts.length, part)
    }
    for (const { name } of exportColumns) assert.match(name, /^[a-z][a-z_]+$/)
  }))
