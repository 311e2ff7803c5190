/** Every page of every command has at most 80 columns, with the data of a run and of an import. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"
import { widthOf } from "../../pipeline/output/kit/terminal.ts"
import { command, commandFolder } from "../commands/driver/inProcess.ts"
import { simulatedServer, small } from "../commands/driver/program.ts"
import { live } from "../testing.ts"

/** Words of command lines for each command; none for those that ask a person or run until they are stopped. */
const lines: Readonly<Record<string, ReadonlyArray<string>>> = {
  setup: [""],
  demo: [],
  doctor: [""],
  auth: [],
  import: ["nothing.zip"],
  pipeline: ["--sink json --sink csv", "--sink json --force", "--sink nothing"],
  plan: ["", "--with details,activity_zones", "--activities 4000", "--only sweep"],
  status: ["", "--verbose"],
  report: [""],
  show: [
    ...["activities", "weekly", "daily", "gear", "zones", "streams", "nothing"],
    ...["activities --where nothing=1", "activities --units imperial"],
  ],
  sql: ["select"],
  verify: ["", "--verbose", "--full --verbose", "--repair"],
  purge: ["", "--older-than 1d", "--older-than 1d --yes"],
  keep: ["save"],
  athlete: [""],
  streams: ["--retry-quarantined"],
  simulator: [],
}

live(
  "pages have at most 80 columns, except for paths and addresses",
  () =>
    Effect.gen(function* () {
      const data = yield* commandFolder
      const env = { ...(yield* simulatedServer()), COLUMNS: "80" }
      yield* command(["pipeline", "--data", data, "--sink", "json", "--sink", "csv"], env)
      const names = pacelineCommand.subcommands.flatMap(({ commands }) =>
        commands.map(({ name }) => name)
      )
      const wide: Array<string> = []
      for (const name of names) {
        for (const line of lines[name] ?? []) {
          const words = [name, ...line.split(" ").filter((word) => word !== ""), "--data", data]
          const { stderr, stdout } = yield* command(words, env)
          assert.notEqual(stdout + stderr, "", words.join(" "))
          // Errors on stderr are unwrapped by the driver.
          const found = stdout.split("\n").filter((text) =>
            widthOf(text) > 80 && !text.includes(data) && !text.includes("http://")
          )
          wide.push(...found.map((text) => `${words.join(" ")}: ${text}`))
        }
      }
      assert.deepEqual(wide, [])
    }).pipe(Effect.provide(small())),
)
