/** `paceline fleet forget`: deletes an athlete with all data. */
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { print } from "../../base/runMain.ts"
import { eraseAthlete } from "../../fleet/work/revoke.ts"
import { NotConfigured } from "../../strava/errors.ts"
import { commandDatabase } from "./database.ts"

export const forgetCommand = Command.make(
  "forget",
  {
    athlete: Argument.Int("athlete").pipe(Argument.withDescription("Id of the athlete")),
    yes: Flag.Boolean("yes").pipe(
      Flag.withDescription("Confirm the deletion"),
      Flag.withDefault(false),
    ),
  },
  Effect.fnUntraced(function* ({ athlete, yes }) {
    if (!yes) {
      return yield* new NotConfigured({
        missing: `This deletes the tokens and all data of athlete ${athlete}`,
        remedy: `Confirm it: deno task fleet forget ${athlete} --yes`,
      })
    }
    yield* eraseAthlete(AthleteId.make(athlete))
    yield* print(`Deleted the tokens and all data of athlete ${athlete}.`)
  }, Effect.provide(commandDatabase)),
).pipe(
  Command.withDescription("Delete the tokens and all data of an athlete"),
  Command.withExamples([
    { command: "paceline fleet forget 1000001 --yes", description: "Delete an athlete" },
  ]),
)
