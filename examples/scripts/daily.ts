/** The standard pipeline without zones and stats, to JSON only, once a day and again after a rate limit. */
import { Pipeline, Stage } from "@paceline/paceline"
import { Console, Effect, Schedule } from "effect"

const { stats: _, zones: __, ...chosen } = Stage.builtIn

export const pipeline = Pipeline.make({ stages: chosen })

/** One run; while it ends at a rate limit (code 75), it continues in the next window. */
export const daily = (settings: Pipeline.RunSettings) =>
  Pipeline.run(pipeline, settings).pipe(
    Effect.tap(({ code, requests }) => Console.log(`${requests} requests, code ${code}`)),
    Effect.repeat({ schedule: Schedule.spaced("15 minutes"), while: ({ code }) => code === 75 }),
  )

if (import.meta.main) {
  const forever = Effect.repeat(daily({ sinks: ["json"] }), Schedule.cron("0 6 * * *"))
  await Effect.runPromise(forever)
}
