/** `paceline purge`: everything that Paceline keeps is deleted, or what was received long ago. */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { dataFlag, jsonFlag } from "./process/flags.ts"
import { purgeAged } from "./purge/purgeAged.ts"
import { purgeAll } from "./purge/purgeAll.ts"
import { Age, ageIn } from "./process/times.ts"

export const purge = Command.make(
  "purge",
  {
    data: dataFlag,
    json: jsonFlag,
    olderThan: Flag.String("older-than").pipe(
      Flag.withDescription("Only what was received longer ago than this, such as 7d"),
      Flag.withMetavar("TIME"),
      Flag.withSchema(Age),
      Flag.optional,
    ),
    yes: Flag.Boolean("yes").pipe(
      Flag.withDescription("Delete without a question; needed where there is no terminal"),
      Flag.withDefault(false),
    ),
    revoke: Flag.Boolean("revoke").pipe(
      Flag.withDescription("First withdraw the permission at Strava; other copies lose it too"),
      Flag.withDefault(false),
    ),
    leaveDatabase: Flag.Boolean("leave-database").pipe(
      Flag.withDescription("Leave what was written to a PostgreSQL server where it is"),
      Flag.withDefault(false),
    ),
  },
  Effect.fnUntraced(function* ({ data: folder, olderThan, ...flags }) {
    yield* Option.match(olderThan, {
      onNone: () => purgeAll({ folder, ...flags }),
      onSome: (age) => purgeAged({ folder, age: ageIn(age), ...flags }),
    })
  }),
).pipe(
  Command.withDescription("Delete what Paceline keeps: files, rows, state, tokens; or what is old"),
  Command.withExamples([
    { command: "paceline purge", description: "Say what there is, ask, and delete it" },
    { command: "paceline purge --yes", description: "The same without a question, for scripts" },
    {
      command: "paceline purge --older-than 7d",
      description: "What was received more than seven days ago; it is not asked for again",
    },
  ]),
)
