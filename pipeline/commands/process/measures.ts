/** Conditions, units and first day of the week of a command: the single place that determines them. */
import { Config, Effect, Option } from "effect"
import { CliError, Flag } from "effect/cli"
import { StoredData } from "../../landed/StoredData.ts"
import { type WeekStart, weekStarts } from "../../metrics/days.ts"
import { listWords } from "../../output/kit/plurals.ts"
import { type Units, unitsOf, unitSystems } from "../../metrics/units.ts"
import { text } from "../../landed/values.ts"

/** Returns a flag with one of these words; a variable that is set to nothing counts as none. */
const oneOf = <const Word extends string>(
  name: string,
  variable: "PACELINE_UNITS" | "PACELINE_WEEK_START",
  words: ReadonlyArray<Word>,
) =>
  Flag.Literals(name, words).pipe(
    Flag.withFallbackConfig(Config.String(variable)),
    Flag.mapEffect((text) => {
      if (text === "") return Effect.succeed(Option.none<Word>())
      const word = words.find((one) => one === text)
      const expected = `${listWords(words, "or")} in ${variable}`
      return word === undefined
        ? Effect.fail(
          new CliError.InvalidValue({ option: name, value: text, expected, kind: "flag" }),
        )
        : Effect.succeed(Option.some(word))
    }),
    Flag.withDefault(Option.none<Word>()),
  )

/** Conditions on the columns of a table. */
export const whereFlag = Flag.String("where").pipe(
  Flag.withDescription("Filter: sport=Run, name~yoga, 'km>=20mi'; repeatable"),
  Flag.withMetavar("CONDITION"),
  Flag.atLeast(0),
)

/** Flags of commands that show distances and weeks. */
export const measureFlags = {
  units: oneOf("units", "PACELINE_UNITS", unitSystems).pipe(
    Flag.withDescription("Units on screen (default: your units at Strava)"),
  ),
  weekStart: oneOf("week-start", "PACELINE_WEEK_START", weekStarts).pipe(
    Flag.withDescription("First day of the week (default monday)"),
  ),
} as const

/** Returns the units and week start of these flags; without `--units`, the athlete's units. */
export const measuresOf = Effect.fn("measuresOf")(function* (flags: {
  readonly units: Option.Option<Units>
  readonly weekStart: Option.Option<WeekStart>
}) {
  const stored = yield* StoredData
  const preference = Option.isSome(flags.units) ? null : Option.match(yield* stored.athlete, {
    onNone: () => null,
    onSome: ({ measurement_preference }) => text(measurement_preference),
  })
  return {
    units: unitsOf(Option.getOrUndefined(flags.units), preference),
    weekStart: Option.getOrElse(flags.weekStart, () => "monday" as const),
  }
})
