/**
 * `deno task fleet:chaos -- KILLS`: three runners, of which one is killed every two seconds while they fetch the
 * histories of forty athletes. Prints the figures, and exits with 1 if something was lost.
 */
import { Effect } from "effect"
import { freshDatabase, postgresServer } from "../postgres/server.ts"
import { chaos } from "./chaos.ts"
import { untilStopped } from "./untilStopped.ts"

const [kills = 100] = Deno.args.map(Number)

const program = Effect.gen(function* () {
  const report = yield* chaos({
    databaseUrl: yield* freshDatabase(yield* postgresServer),
    runners: 3,
    athletes: 40,
    activities: Math.max(50, kills * 5),
    kills,
    pause: 2_000,
    latency: 100,
  })
  for (const [name, value] of Object.entries(report)) {
    Deno.stdout.writeSync(new TextEncoder().encode(`${name.padEnd(12)} ${value}\n`))
  }
  const { lost, lostEvents, odd, uncounted } = report
  return lost + lostEvents + odd > 0 || uncounted < 0 ? 1 : 0
})

await untilStopped(program)
