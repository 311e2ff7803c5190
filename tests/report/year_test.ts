/** The page of a year: its figures, the days to remember, and its charts. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { calendarChart } from "../../pipeline/report/charts/calendar.ts"
import { Html } from "../../pipeline/report/html.ts"
import type { Chart } from "../../pipeline/report/model/Chart.ts"
import { monthFigures, monthsPanel } from "../../pipeline/report/pages/year/monthsPanel.ts"
import { rememberedDays } from "../../pipeline/report/pages/year/remembered.ts"
import { routeColumns, routesPanel } from "../../pipeline/report/pages/year/routesPanel.ts"
import {
  chosenYear,
  longestStreak,
  sportsOfYear,
  yearFacts,
} from "../../pipeline/report/pages/year/YearFacts.ts"
import {
  comparisonText,
  differenceText,
  yearPage,
} from "../../pipeline/report/pages/year/yearPage.ts"
import { pageContents } from "../../pipeline/report/pages/frame.ts"
import { decimal } from "../../pipeline/report/format.ts"
import { test } from "../testing.ts"
import { htmlText } from "./landed.ts"
import { dayNamed, drawnText, siteActivity, siteWith, viewOf } from "./sites.ts"

const some = siteWith([
  siteActivity("2026-11-29"),
  siteActivity("2026-11-30"),
  siteActivity("2026-03-01", { meters: 21_000, moving: 7_200, climb: 300 }),
  siteActivity("2025-11-30", { meters: 5_000 }),
  siteActivity("2025-12-01", { meters: 90_000, group: "ride", sport: "Ride", moving: 14_400 }),
  siteActivity("2023-05-01"),
])

const chart = (drawing: Chart | Html): Chart => {
  assert.ok(!(drawing instanceof Html), "it is a sentence")
  return drawing
}

const page = (part: string, site = some) =>
  htmlText(pageContents(yearPage, viewOf(site, { part }), true).text)

test("the address chooses the year; without one, it is the newest with activities", () =>
  Effect.sync(() => {
    assert.equal(chosenYear(some, "2023"), 2023)
    assert.equal(chosenYear(some, ""), 2026)
    assert.equal(chosenYear(some, "last"), 2026)
    assert.equal(chosenYear(siteWith([siteActivity("2024-05-01")]), ""), 2024)
    assert.equal(chosenYear(siteWith([]), ""), 2026)
  }))

test("the current year is compared with the same days of the year before, others with all of it", () =>
  Effect.sync(() => {
    const now = yearFacts(some, 2026)
    assert.deepEqual(now.totals, {
      activities: 3,
      meters: 41_000,
      seconds: 14_400,
      climb: 500,
      days: 3,
    })
    assert.equal(now.comparison?.meters, 5_000, "1 December 2025 is later in the year")
    assert.equal(comparisonText(some, now), "compared with 2025 to 30 Nov")
    const last = yearFacts(some, 2025)
    assert.equal(last.totals.meters, 95_000)
    assert.equal(last.comparison, undefined)
    assert.equal(comparisonText(some, last), "no activity in 2024")
    const over = siteWith(some.activities, {
      asOf: { day: dayNamed("2026-12-31"), sync: undefined },
    })
    assert.equal(yearFacts(over, 2026).comparison?.meters, 95_000, "the year is over")
    assert.equal(comparisonText(over, yearFacts(over, 2026)), "compared with 2025")
  }))

test("a difference has a direction and a word", () =>
  Effect.sync(() => {
    assert.equal(differenceText(2_105, 2_226, decimal), "▼ 121 less")
    assert.equal(differenceText(137, 128, decimal), "▲ 9 more")
    assert.equal(differenceText(137, 137, decimal), "the same")
  }))

test("the longest streak counts days, not activities, in any order", () =>
  Effect.sync(() => {
    assert.equal(longestStreak([]), 0)
    assert.equal(longestStreak([5, 3, 4, 4, 9]), 3)
  }))

test("sports are in order of their time, and those without time are left out", () =>
  Effect.sync(() => {
    const sports = sportsOfYear([
      siteActivity("2026-01-01", { group: "swim", moving: 600, meters: 1_000 }),
      siteActivity("2026-01-02", { group: "ride", moving: 3_600, meters: 30_000 }),
      siteActivity("2026-01-03", { group: "walk", moving: 0 }),
    ])
    assert.deepEqual(sports.map(({ group, meters }) => [group, meters]), [
      ["ride", 30_000],
      ["swim", 1_000],
    ])
  }))

test("the days to remember: the longest of the main sports, climb without lifts, time, load", () =>
  Effect.sync(() => {
    const rows = rememberedDays([
      siteActivity("2026-02-03", { name: "Alps", group: "snow", climb: 4_000, meters: 20_000 }),
      siteActivity("2026-02-02", { name: "Loop", meters: 12_000, load: 80 }),
      siteActivity("2026-02-01", { name: "First loop", meters: 12_000, moving: 9_000, climb: 120 }),
    ], "metric")
    assert.deepEqual(rows.map(({ activity, title, value }) => [title, activity.name, value]), [
      ["Longest run", "First loop", "12.0 km"],
      ["Longest snow", "Alps", "20.0 km"],
      ["Most climb", "First loop", "120 m"],
      ["Most time", "First loop", "2:30 h"],
      ["Hardest", "Loop", "load 80"],
    ])
    assert.deepEqual(
      rememberedDays([siteActivity("2026-01-01", {
        meters: 0,
        moving: 0,
        climb: 0,
      })], "metric"),
      [],
    )
  }))

test("months have distance, or time if there is none, next to the year before", () =>
  Effect.sync(() => {
    const { activities, before } = yearFacts(some, 2026)
    const figures = monthFigures(activities, before)
    assert.equal(figures.quantity, "meters")
    assert.deepEqual([figures.now[2], figures.now[10]], [21_000, 20_000])
    assert.deepEqual([figures.before[10], figures.before[11]], [5_000, 90_000])
    assert.equal(monthFigures([siteActivity("2026-01-01", { meters: 0 })], []).quantity, "moving")
    const view = viewOf(some, { part: "2026" })
    assert.equal(monthsPanel.subtitle(view), "km; line: 2025")
    const { cursor } = chart(monthsPanel.draw(view, 330))
    assert.equal(htmlText(cursor!.read(10).text), "November: 20.0 km · 2025: 5.0 km")
    assert.equal(htmlText(cursor!.read(11).text), "December: – · 2025: 90.0 km")
    assert.equal(cursor!.open!(1), "#/activities?from=2026-02-01&to=2026-02-28")
    assert.deepEqual(monthsPanel.table!(view)!.rows[2], ["March", "21.0 km", "–"])
  }))

test("the calendar reads out a day, and opens its activity or the list of several", () =>
  Effect.sync(() => {
    const site = siteWith([
      siteActivity("2026-01-02"),
      siteActivity("2026-01-03", { minute: 500 }),
      siteActivity("2026-01-03", { minute: 900, name: "Second" }),
    ])
    const of = (width: number) =>
      calendarChart(viewOf(site), site.activities, { years: [2026], width, named: true }).cursor!
    for (const width of [360, 700]) {
      const { count, open, read } = of(width)
      assert.equal(count, 334, "from 1 January to the last day of the report")
      assert.equal(htmlText(read(0).text), "Thu 1 Jan 2026: rest")
      assert.equal(htmlText(read(1).text), "Fri 2 Jan 2026: 1:00 h · 10.0 km · Morning run")
      assert.equal(htmlText(read(2).text), "Sat 3 Jan 2026: 2:00 h · 20.0 km · 2 activities")
      assert.equal(open!(0), undefined)
      assert.equal(open!(1), "#/activity/20260102")
      assert.equal(open!(2), "#/activities?from=2026-01-03&to=2026-01-03")
    }
  }))

test("each day of the calendar is its own nearest, from any first day of the week", () =>
  Effect.sync(() => {
    for (const weekStart of ["monday", "sunday", "saturday"] as const) {
      const site = siteWith([siteActivity("2026-01-02")], { weekStart })
      const { cursor } = calendarChart(viewOf(site), site.activities, {
        years: [2026, 2025],
        width: 360,
        named: false,
      })
      for (const step of [0, 100, 364, 365, 500]) {
        const [, x = "", y = ""] = /x="([\d.-]+)" y="([\d.-]+)"/.exec(cursor!.mark(step).text) ?? []
        assert.equal(cursor!.near(Number(x) + 5, Number(y) + 5), step, weekStart)
      }
      // 4 January 2026 is a Sunday, and the 3rd a Saturday.
      const rowOf = (step: number) => Number(/ y="([\d.-]+)"/.exec(cursor!.mark(step).text)?.[1])
      const first = { monday: 369, sunday: 368, saturday: 367 }[weekStart]
      assert.ok([367, 368, 369].every((step) => rowOf(step) >= rowOf(first)), weekStart)
    }
  }))

test("the grid of routes has as many columns as it needs to fit its height", () =>
  Effect.sync(() => {
    assert.equal(routeColumns(5, 688, 232), 8)
    for (const count of [95, 200, 500, 2_000]) {
      const columns = routeColumns(count, 688, 232)
      const height = (of: number) => Math.ceil(count / of) * (688 / of * .85 + 3)
      assert.ok(height(columns) <= 232, `${count} routes are ${height(columns)} pixels high`)
      assert.ok(columns === 8 || height(columns - 1) > 232, `${count} routes need fewer columns`)
    }
  }))

test("routes are in order, and a file without maps has none and says how to include them", () =>
  Effect.sync(() => {
    const track = [[10, 50], [10.01, 50.01], [10.02, 50]] as const
    const tracks = new Map([["20260301", track], ["20261130", track]])
    const view = viewOf(some, { part: "2026", tracks })
    assert.equal(
      routesPanel.subtitle(view),
      "2 of 3 activities, in order, each to its own scale",
    )
    const { cursor, svg } = chart(routesPanel.draw(view, 688))
    assert.equal(svg.text.match(/class="route run"/g)?.length, 2)
    assert.equal(htmlText(cursor!.read(0).text), "1 Mar 2026 · Morning run · 21.0 km")
    assert.equal(cursor!.open!(1), "#/activity/20261130")
    const without = viewOf(siteWith(some.activities, { maps: false }), { part: "2026" })
    assert.match(drawnText(routesPanel.draw(without, 688)), /deno task report --maps/)
    assert.doesNotMatch(pageContents(yearPage, without, true).text, /class="route/)
    assert.match(
      drawnText(routesPanel.draw(viewOf(some), 688)),
      /No activity of this year has a track/,
    )
  }))

test("the page of a year shows its figures; one without activities says so", () =>
  Effect.sync(() => {
    const text = page("2026")
    assert.match(text, /2026 Mara Muster to 30 Nov · 3 days active · longest streak 2 days/)
    assert.match(text, /Distance 41 km ▲ 36 more Moving time 4:00 h ▲ 3:00 more/)
    assert.match(text, /Made from 3 activities on this computer Paceline · data of 2026-11-30/)
    assert.match(page("2024"), /There is no activity in 2024\./)
    assert.match(page("2025"), /Distance 95 km Moving time 5:00 h Climb/)
    const none = siteWith([], {
      ledger: { ...some.ledger, none: "Strava lists no activities in this account yet." },
    })
    assert.equal(
      page("", none),
      "Year in review Strava lists no activities in this account yet.",
    )
  }))

test("the page of a year is in miles and feet if they are chosen", () =>
  Effect.sync(() => {
    const view = viewOf(some, { part: "2026", units: "imperial" })
    const text = htmlText(pageContents(yearPage, view, true).text)
    assert.match(text, /Distance 25 mi ▲ 22 more/)
    assert.match(text, /Climb 1,640 ft/)
    assert.doesNotMatch(text, /\bkm\b/)
  }))
