/** `paceline purge`: deletes all data that Paceline stores, or data that was received long ago. */
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
      Flag.withDescription("Only data received longer ago than this, such as 7d"),
      Flag.withMetavar("TIME"),
      Flag.withSchema(Age),
      Flag.optional,
    ),
    yes: Flag.Boolean("yes").pipe(
      Flag.withDescription("Delete without asking; required without a terminal"),
      Flag.withDefault(false),
    ),
    revoke: Flag.Boolean("revoke").pipe(
      Flag.withDescription("First withdraw access at Strava, for all copies"),
      Flag.withDefault(false),
    ),
    leaveDatabase: Flag.Boolean("leave-database").pipe(
      Flag.withDescription("Keep the rows in the PostgreSQL server"),
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
  Command.withDescription("Delete all data, or data received before a given age"),
  Command.withExamples([
    { command: "paceline purge", description: "List all data, ask, then delete it" },
    { command: "paceline purge --yes", description: "Delete all data without asking (scripts)" },
    {
      command: "paceline purge --older-than 7d",
      description: "Delete data received over 7 days ago; never refetch it",
    },
  ]),
)
