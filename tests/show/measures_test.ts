/** Units and weeks: their conversions, and the flag, variable or preference that chooses them. */
import { ConfigProvider, Effect } from "effect"
import { Command } from "effect/cli"
import { TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { measureFlags, measuresOf } from "../../pipeline/commands/process/measures.ts"
import { dayOf, isoOf, weekdayOf, weekOf, weekStarts } from "../../pipeline/metrics/days.ts"
import { groupOf, speedMeasureOf } from "../../pipeline/metrics/sports.ts"
import { weekStreak } from "../../pipeline/metrics/totals.ts"
import {
  distanceIn,
  heightIn,
  metersPer,
  paceIn,
  speedIn,
  swimPaceIn,
  unitNames,
} from "../../pipeline/metrics/units.ts"
import { print } from "../../pipeline/base/runMain.ts"
import { archiveOf, folderOf } from "../report/landed.ts"
import { activity, athleteItem } from "../sinks/items.ts"
import { test } from "../testing.ts"

test("units convert by exact factors", () =>
  Effect.sync(() => {
    assert.equal(distanceIn("imperial", 42_195).toFixed(4), "26.2188")
    assert.equal(distanceIn("metric", 42_195), 42.195)
    assert.equal(heightIn("imperial", 8_848.86).toFixed(2), "29031.69")
    assert.equal(heightIn("metric", 8_848.86), 8_848.86)
    // A mile has 1,760 yards of 3 feet.
    assert.equal((metersPer.mi / metersPer.yd).toFixed(9), "1760.000000000")
    assert.equal((metersPer.yd / metersPer.ft).toFixed(9), "3.000000000")
    assert.equal(speedIn("metric", 10), 36)
    assert.equal(speedIn("imperial", 10).toFixed(4), "22.3694")
    assert.equal(paceIn("metric", 4), 250)
    assert.equal(paceIn("imperial", 4), 402.336)
    assert.equal(swimPaceIn("metric", 1.25), 80)
    assert.equal(swimPaceIn("imperial", 1.25).toFixed(3), "73.152")
    assert.equal(paceIn("metric", 0), Infinity)
    assert.equal(unitNames.imperial[speedMeasureOf(groupOf("TrailRun"))], "min/mi")
    assert.equal(unitNames.imperial[speedMeasureOf(groupOf("Swim"))], "/100 yd")
    assert.equal(unitNames.metric[speedMeasureOf(groupOf("Kitesurf"))], "km/h")
  }))

test("a week begins on the chosen day, also before 1970 and over the turn of a year", () =>
  Effect.sync(() => {
    const day = (text: string) => dayOf(text) ?? NaN
    for (const iso of ["1969-12-31", "2025-12-28", "2026-01-03", "2026-03-29"]) {
      for (const [i, name] of weekStarts.entries()) {
        const first = weekOf(day(iso), name)
        assert.equal(new Date(isoOf(first)).getUTCDay(), [1, 0, 6][i], `${iso} ${name}`)
        assert.equal(day(iso) - first, weekdayOf(day(iso), name))
        assert.ok(weekdayOf(day(iso), name) >= 0 && weekdayOf(day(iso), name) < 7)
      }
    }
    // A Sunday ends a week from Monday, and begins one from Sunday.
    const days = ["2026-11-15", "2026-11-22"].map(day)
    assert.equal(weekStreak(days, day("2026-11-23"), "monday"), 2)
    assert.equal(weekStreak(days, day("2026-11-29"), "sunday"), 2)
    assert.equal(weekStreak(days, day("2026-11-29"), "monday"), 2)
    assert.equal(weekStreak([day("2026-11-21"), day("2026-11-22")], day("2026-11-23")), 1)
    assert.equal(weekStreak([day("2026-11-21"), day("2026-11-22")], day("2026-11-23"), "sunday"), 2)
  }))

const chosen = Effect.fnUntraced(function* (
  preference: string | null,
  env: Readonly<Record<string, string>>,
  ...args: ReadonlyArray<string>
) {
  const data = yield* folderOf([
    { resource: "activities", items: [activity(1)] },
    { resource: "athlete", items: [athleteItem({ measurement_preference: preference })] },
  ])
  const command = Command.make("measures", measureFlags, (flags) =>
    Effect.gen(function* () {
      const { units, weekStart } = yield* measuresOf(flags)
      yield* print(`${units} ${weekStart}`)
    }).pipe(Effect.provide(archiveOf(data))))
  yield* Command.runWith(command, { version: "0" })(args).pipe(
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env })), { local: true }),
  )
  return String((yield* TestConsole.logLines).at(-1))
})

test("a flag wins over the variable, and the variable over the athlete's preference", () =>
  Effect.gen(function* () {
    const variables = { PACELINE_UNITS: "metric", PACELINE_WEEK_START: "sunday" }
    assert.equal(yield* chosen(null, {}), "metric monday")
    assert.equal(yield* chosen("meters", {}), "metric monday")
    assert.equal(yield* chosen("feet", {}), "imperial monday")
    assert.equal(yield* chosen("feet", variables), "metric sunday")
    const flags = ["--units", "imperial", "--week-start", "saturday"]
    assert.equal(yield* chosen(null, variables, ...flags), "imperial saturday")
    const error = yield* Effect.flip(chosen(null, { PACELINE_UNITS: "miles" }))
    assert.match(JSON.stringify(error), /metric or imperial in PACELINE_UNITS/)
    const empty = { PACELINE_UNITS: "", PACELINE_WEEK_START: "" }
    assert.equal(yield* chosen("feet", empty), "imperial monday")
  }))
