/** Program that a test runs with permission to read and write only. It stores one activity. */
import { Effect, Option } from "effect"
import { postgresSink } from "../../sinks/postgres/PostgresSink.ts"
import { activity } from "../sinks/items.ts"

const dataDir = Deno.args[0] ?? ""

await Effect.runPromise(Effect.scoped(Effect.gen(function* () {
  const source = yield* postgresSink({ dataDir, url: Option.none() })
  const sink = yield* source.open
  yield* sink.write({ resource: "activities", items: [activity(1)] })
})))
