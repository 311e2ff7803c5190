/** `paceline fleet invite`: an address with which one athlete can connect. */
import { Effect, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { createInvite } from "../../fleet/invites.ts"
import { print } from "../../base/runMain.ts"
import { count } from "../flags/valueFlags.ts"
import { commandDatabase } from "./database.ts"

export const inviteCommand = Command.make(
  "invite",
  {
    url: Flag.String("url").pipe(
      Flag.withDescription("Public address of the web port (default http://127.0.0.1:8080)"),
      Flag.withMetavar("URL"),
      Flag.withDefault("http://127.0.0.1:8080"),
    ),
    hours: count("hours").pipe(
      Flag.withDescription("Hours until it expires (default 72)"),
      Flag.withDefault(72),
    ),
    most: Flag.Int("most").pipe(
      Flag.withDescription("Athletes that Strava allows your application (default 10)"),
      Flag.withMetavar("N"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9_999 }))),
      Flag.withDefault(10),
    ),
    note: Flag.String("note").pipe(
      Flag.withDescription("For whom it is; stored with it"),
      Flag.withMetavar("TEXT"),
      Flag.withDefault(""),
    ),
  },
  Effect.fnUntraced(function* ({ hours, most, note, url }) {
    const secret = yield* createInvite(hours, most, note)
    yield* print(`${url.replace(/\/+$/, "")}/connect/${secret}`)
  }, Effect.provide(commandDatabase)),
).pipe(
  Command.withDescription("Print an address with which one athlete can connect, once"),
  Command.withExamples([
    {
      command: "paceline fleet invite --url https://paceline.example.org --note Ada",
      description: "Invite an athlete",
    },
  ]),
)
