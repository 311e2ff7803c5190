/** The public API changes only on purpose. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { read } from "../../tools/files.ts"
import { live } from "../testing.ts"
import { apiFile, publicApi } from "./api.ts"

live("the public API is the recorded one", () =>
  Effect.gen(function* () {
    const now = yield* Effect.promise(publicApi)
    assert.equal(
      now,
      read(apiFile),
      "The public API changed. Removing or changing something needs a new major version. " +
        "To accept: deno run -A tests/scripts/api.ts",
    )
  }))
