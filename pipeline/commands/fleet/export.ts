/** `paceline fleet export`: files with all data of one athlete. */
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { declarationOf, isResource } from "../../../schemas/resources.ts"
import { registeredKinds } from "../../../sinks/registry.ts"
import { namesOfSinks } from "../../../sinks/SinkKind.ts"
import { print } from "../../base/runMain.ts"
import { exportAthlete } from "../../fleet/exportAthlete.ts"
import { quantity } from "../../output/kit/plurals.ts"
import { commandDatabase } from "./database.ts"

/** Sinks that write files. */
const files = registeredKinds.filter(({ isDatabase }) => isDatabase !== true)
const usual = namesOfSinks(files.filter(({ isOnRequest }) => isOnRequest !== true))

export const exportFleet = Command.make(
  "export",
  {
    athlete: Argument.Int("athlete").pipe(Argument.withDescription("Id of the athlete")),
    data: Flag.String("data").pipe(
      Flag.withDescription("Directory for the files; it is created"),
      Flag.withMetavar("DIR"),
    ),
    sink: Flag.Literals("sink", namesOfSinks(files)).pipe(
      Flag.withDescription(`Write this format; repeatable (default ${usual.join(" and ")})`),
      Flag.atLeast(0),
    ),
  },
  Effect.fnUntraced(function* ({ athlete, data, sink }) {
    const names = sink.length === 0 ? usual : sink
    const counts = yield* exportAthlete(AthleteId.make(athlete), data, names)
    const lines = Object.entries(counts).map(([name, count]) =>
      isResource(name) ? `  ${quantity(count ?? 0, ...declarationOf(name).counted)}` : ""
    )
    yield* print([`Wrote ${data}, without a request:`, ...lines].join("\n"))
  }, Effect.provide(commandDatabase)),
).pipe(
  Command.withDescription("Write all data of an athlete to files, without a request"),
  Command.withExamples([
    {
      command: "paceline fleet export 1000001 --data ./ada --sink json",
      description: "Give an athlete a copy of the data",
    },
  ]),
)
