/** The overview: its figures, charts, readings and empty states, drawn without a browser. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Html } from "../../pipeline/report/html.ts"
import type { Chart } from "../../pipeline/report/model/Chart.ts"
import type { Panel } from "../../pipeline/report/model/Panel.ts"
import type { SiteActivity } from "../../pipeline/report/model/SiteActivity.ts"
import type { SiteView } from "../../pipeline/report/model/SiteView.ts"
import { overviewPage } from "../../pipeline/report/pages/overview/overviewPage.ts"
import { test } from "../testing.ts"
import { htmlText } from "./landed.ts"
import { dayNamed, drawnText, siteActivity, siteWith, viewOf } from "./sites.ts"

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

const panelOf = (view: SiteView, id: string): Panel => {
  const panel = overviewPage.panels(view).find((each) => each.id === id)
  assert.ok(panel !== undefined, `there is no panel ${id}`)
  return panel
}

const chartOf = (view: SiteView, id: string, width = 700): Chart => {
  const drawn = panelOf(view, id).draw(view, width)
  assert.ok(!(drawn instanceof Html), `${id} is not a chart`)
  return drawn
}

/** Returns the reading of a step; of the step where the keyboard begins if undefined. */
const readingOf = (view: SiteView, id: string, step?: number, width?: number): string => {
  const { cursor } = chartOf(view, id, width)
  assert.ok(cursor !== undefined)
  return htmlText(cursor.read(step ?? cursor.start ?? cursor.count - 1).text)
}

const textOf = (view: SiteView, id: string) => drawnText(panelOf(view, id).draw(view, 700))

const subtitleOf = (view: SiteView, id: string): string => {
  const subtitle = panelOf(view, id).subtitle(view)
  return subtitle instanceof Html ? htmlText(subtitle.text) : subtitle
}

const cellsOf = (view: SiteView, id: string, row: number): ReadonlyArray<string> =>
  panelOf(view, id).table!(view)!.rows[row]!.map((cell) =>
    cell instanceof Html ? htmlText(cell.text) : cell
  )

const headOf = (view: SiteView) => htmlText(overviewPage.head(view).text)

const filtered = (query: string) => ({ query: new URLSearchParams(query) })

const ride = (date: string, meters: number, fields: Partial<SiteActivity> = {}) =>
  siteActivity(date, { sport: "Ride", group: "ride", meters, ...fields })

/** Two years: 30 km of runs until 30 November 2025, 10 km after it, 45 km in 2026, and a swim without distance. */
const runs = siteWith([
  siteActivity("2025-03-10", { meters: 30_000 }),
  siteActivity("2025-12-10"),
  siteActivity("2026-02-01", { meters: 40_000, moving: 7_200 }),
  siteActivity("2026-11-20", { meters: 5_000, moving: 1_800 }),
  siteActivity("2026-11-21", { sport: "Swim", group: "swim", meters: 0, climb: 0, moving: 600 }),
])

holds("the headline compares this year with the same days of last year", () => {
  assert.match(
    headOf(viewOf(runs)),
    /^2026 is 50 % ahead of 2025 Mara Muster · 1 Jan to 30 Nov 2026/,
  )
  const behind = siteWith([
    siteActivity("2025-03-10", { meters: 20_000 }),
    siteActivity("2026-03-01"),
  ])
  assert.match(headOf(viewOf(behind)), /^2026 is 50 % behind 2025/)
  const level = siteWith([siteActivity("2025-03-10"), siteActivity("2026-03-01")])
  assert.match(headOf(viewOf(level)), /^2026 is level with 2025/)
  const late = siteWith([siteActivity("2025-12-24"), siteActivity("2026-03-01")])
  assert.match(headOf(viewOf(late)), /^2026 so far .*none by this day of 2025/)
})

holds("without distance, the headline compares time", () => {
  const yoga = (date: string, moving: number) =>
    siteActivity(date, { sport: "Yoga", group: "other", meters: 0, moving })
  const site = siteWith([yoga("2025-01-02", 1_000), yoga("2026-01-02", 3_000)])
  assert.match(headOf(viewOf(site)), /^2026 is 200 % ahead .*time against the same days of 2025/)
})

holds("key figures state the difference in units; miles and feet are converted exactly", () => {
  const metric = headOf(viewOf(runs))
  assert.match(metric, /Distance 45 km ▲ 15 km more than 2025/)
  assert.match(metric, /Moving time 2:40 h ▲ 1:40 h more than 2025/)
  assert.match(metric, /Climb 200 m ▲ 100 m more than 2025/)
  assert.match(metric, /Days active 3 ▲ 2 more than 2025/)
  const imperial = headOf(viewOf(runs, { units: "imperial" }))
  assert.match(imperial, /Distance 28 mi ▲ 9 mi more than 2025/)
  assert.match(imperial, /Climb 656 ft ▲ 328 ft more than 2025/)
})

holds("a sport is chosen by the address, and counts stay", () => {
  const view = viewOf(runs, filtered("sport=swim"))
  assert.match(headOf(view), /All sports 5 Run 4 Swim 1/)
  assert.match(headOf(view), /Moving time 0:10 h/)
  assert.match(overviewPage.head(view).text, /href="#\/\?sport=run"/)
  assert.match(overviewPage.head(view).text, /sport=swim" data-filter aria-current="true"/)
})

holds("years side by side are read out for each day, and in a table", () => {
  const view = viewOf(runs)
  assert.equal(readingOf(view, "years"), "By 30 Nov: 2026 45 · 2025 30 km")
  assert.equal(readingOf(view, "years", 365), "By 31 Dec: 2025 40 km")
  assert.deepEqual(cellsOf(view, "years", 10), ["November", "45", "30"])
  assert.deepEqual(cellsOf(view, "years", 11), ["December", "", "40"])
  assert.equal(
    readingOf(viewOf(runs, filtered("by=m")), "years"),
    "By 30 Nov: 2026 2:40 · 2025 1:00 h",
  )
  const none = viewOf(runs, filtered("sport=swim"))
  assert.match(textOf(none, "years"), /^No distance yet/)
  assert.equal(panelOf(none, "years").table!(none), undefined)
})

holds("weeks begin on the chosen day, and open the list of their activities", () => {
  const view = viewOf(runs)
  assert.match(
    readingOf(view, "weeks", 50),
    /^16 Nov to 22 Nov 2026: 0:40 h · 2 activities · 5\.0 km · run 0:30, swim 0:10$/,
  )
  assert.equal(
    chartOf(view, "weeks").cursor!.open!(50),
    "#/activities?from=2026-11-16&to=2026-11-22",
  )
  const sunday = viewOf({ ...runs, weekStart: "sunday" }, filtered("sport=run"))
  assert.match(readingOf(sunday, "weeks", 51), /^22 Nov to 28 Nov 2026: 0:00 h · 0 activities/)
  assert.equal(
    chartOf(sunday, "weeks").cursor!.open!(50),
    "#/activities?from=2026-11-15&to=2026-11-21&group=run",
  )
})

holds("a phone has fewer weeks, and a drawing has the width of its box", () => {
  const view = viewOf(runs)
  assert.equal(chartOf(view, "weeks", 358).cursor?.count, 27)
  assert.equal(chartOf(view, "weeks", 1_152).cursor?.count, 53)
  assert.match(chartOf(view, "weeks", 358).svg.text, /^<svg viewBox="0 0 358 220" width="358"/)
})

holds("labels of small axes have their decimals", () => {
  const view = viewOf(siteWith([siteActivity("2026-11-20")]))
  assert.match(textOf(view, "weeks"), /0\.5 1 h/)
})

holds("days open their activity, and hours are read out by weekday", () => {
  const view = viewOf(runs)
  assert.match(readingOf(view, "cal", dayNamed("2026-11-20") - dayNamed("2025-01-01")), /0:30 h/)
  assert.equal(
    chartOf(view, "cal").cursor!.open!(dayNamed("2026-11-20") - dayNamed("2025-01-01")),
    "#/activity/20261120",
  )
  // Weekdays are rows of 18 hours from 5 to 22; 20 November 2026 is a Friday.
  assert.equal(readingOf(view, "when", 4 * 18 + 3), "Fri, starts from 08:00: 0:30 h")
  const saturday = viewOf({ ...runs, weekStart: "saturday" })
  assert.equal(readingOf(saturday, "when", 6 * 18 + 3), "Fri, starts from 08:00: 0:30 h")
})

holds(
  "the load is Edwards' TRIMP from zones, else from the mean heart rate, else relative effort",
  () => {
    const days = Array.from({ length: 60 }, (_, i) => ({ minute: i }))
    const zones = [0, 120, 150, 170, 190]
    const daily = days.map((fields, i) =>
      siteActivity(new Date(Date.UTC(2026, 9, 2 + i)).toISOString().slice(0, 10), {
        ...fields,
        ...i === 59
          ? { zoneSeconds: [60, 120, 0, 0, 60] }
          : i === 58
          ? { beats: 155, moving: 600 }
          : i === 57
          ? { load: 44 }
          : {},
      })
    )
    const view = viewOf(siteWith(daily, { zones }))
    assert.match(readingOf(view, "fit"), /^30 Nov 2026: .* load of the day 10$/)
    assert.match(readingOf(view, "fit", 58), /load of the day 30$/)
    assert.match(readingOf(view, "fit", 57), /load of the day 44$/)
    const more = htmlText(panelOf(view, "fit").more!(view)!.text)
    assert.match(
      more,
      /1 activity from the heart rate stream .*, 1 from the mean heart rate, 1 from/,
    )
    const short = viewOf(siteWith(daily.slice(-30), { zones }))
    assert.equal(textOf(short, "fit"), "Needs 42 days of history with heart rate.")
  },
)

holds("zones are shares of each year", () => {
  const zoned = siteActivity("2026-01-02", { zoneSeconds: [1_800, 5_400] })
  const view = viewOf(siteWith([zoned], { zones: [0, 140] }))
  assert.match(textOf(view, "zon"), /2026 Z1 25 %, Z2 75 % 2 h/)
  assert.equal(textOf(viewOf(runs), "zon"), "No heart rate was recorded.")
  const lack = { reason: "not fetched yet", commands: ["zones"] }
  const unknown = siteWith([siteActivity("2026-01-02", { beats: 150 })])
  const lacking = viewOf({ ...unknown, ledger: { ...unknown.ledger, zones: lack } })
  assert.match(
    textOf(lacking, "zon"),
    /zones are unknown: not fetched yet\. To change that: deno task zones$/,
  )
})

holds("the Eddington number is computed again in miles, from the sums of days", () => {
  const rides = Array.from(
    { length: 20 },
    (_, i) => ride(`2026-01-${String(i + 1).padStart(2, "0")}`, 8_000, { minute: 1 }),
  ).flatMap((each) => [each, { ...each, id: `${each.id}2`, meters: 5_000 }])
  const view = viewOf(siteWith(rides))
  assert.equal(panelOf(view, "edd").title(view), "Eddington number 13")
  assert.match(subtitleOf(view, "edd"), /^On 20 days at least 13 km by ride; 14 more days of 14 km/)
  assert.equal(readingOf(view, "edd", 0), "20 days of at least 1 km")
  const miles = viewOf(siteWith(rides), { units: "imperial" })
  assert.equal(panelOf(miles, "edd").title(miles), "Eddington number 8")
})

holds("records show their steps, and lifts are no records of climb", () => {
  const site = siteWith([
    siteActivity("2026-01-02", { climb: 500 }),
    siteActivity("2026-02-02", { sport: "AlpineSki", group: "snow", climb: 4_000 }),
  ], {
    records: {
      run: [{
        key: 1_000,
        steps: [
          { value: 300, activity: "1", day: dayNamed("2025-05-05") },
          { value: 250, activity: "2", day: dayNamed("2026-05-05") },
        ],
      }],
      power: [{ key: 3_600, steps: [{ value: 200, activity: "3", day: dayNamed("2026-06-05") }] }],
    },
  })
  const view = viewOf(site)
  const text = textOf(view, "rec")
  assert.match(text, /1 km 4:10 4:10 \/km 5 May 2026/)
  assert.match(text, /1 h 200 W 5 Jun 2026/)
  assert.match(text, /Most climb 500 m Morning run 2 Jan 2026/)
  assert.deepEqual(cellsOf(view, "rec", 0), ["Run: 1 km", "5 May 2025", "5:00"])
  assert.match(textOf(viewOf(site, { units: "imperial" }), "rec"), /1 km 4:10 6:42 \/mi/)
})

holds("curves are read out for both periods, and left out without data", () => {
  const best = (key: number, value: number) => ({
    key,
    value,
    activity: "7",
    day: dayNamed("2026-05-05"),
  })
  const view = viewOf(siteWith([siteActivity("2026-01-02")], {
    curves: {
      run: { all: [best(400, 80), best(1_000, 240)], recent: [best(400, 90)] },
      power: { all: [], recent: [] },
    },
  }))
  assert.equal(
    readingOf(view, "pace"),
    "400 m in 1:20: all time 3:20 /km on 5 May 2026 · last 90 days 3:45 /km on 5 May 2026",
  )
  assert.equal(chartOf(view, "pace").cursor!.open!(0), "#/activity/7")
  assert.ok(!overviewPage.panels(view).some(({ id }) => id === "power"))
})

holds("areas are drawn with their tracks; without maps, the page says so", () => {
  const activities = [siteActivity("2026-01-02"), siteActivity("2025-01-02")]
  const track = [[10.1, 49.3], [10.2, 49.4], [10.15, 49.35]] as const
  const tracks = new Map(activities.map(({ id }) => [id, track]))
  const view = viewOf(siteWith(activities), { tracks })
  assert.match(subtitleOf(view, "map"), /^2 tracks in 1 area, each to its own scale/)
  assert.match(textOf(view, "map"), /49\.4° N, 10\.2° E 2 tracks$/)
  assert.match(textOf(view, "latest"), /^Morning run Fri 2 Jan 10\.0 km · 1:00:00 · 6:00 \/km/)
  const hidden = viewOf(siteWith(activities, { maps: false }))
  assert.match(textOf(hidden, "map"), /^Maps are left out .*deno task report --maps$/)
})

holds("without activities, the page says why and draws nothing", () => {
  const view = viewOf(siteWith([], {
    ledger: { ...runs.ledger, none: "Strava lists no activities in this account yet." },
  }))
  assert.match(headOf(view), /^No activities yet Strava lists no activities/)
  assert.deepEqual(overviewPage.panels(view), [])
})

holds("one activity has no bars, no comparison and no axes without data", () => {
  const view = viewOf(siteWith([siteActivity("2026-11-20")]))
  assert.match(headOf(view), /^2026 so far/)
  assert.doesNotMatch(overviewPage.head(view).text, /<svg/)
  for (const id of ["fit", "zon", "map", "edd"]) assert.doesNotMatch(textOf(view, id), /\d{3}/, id)
  assert.equal(textOf(view, "edd"), "A chart needs 5 days.")
})

holds("every chart has a table behind it", () => {
  const view = viewOf(runs)
  for (const panel of overviewPage.panels(view)) {
    const drawn = panel.draw(view, 700)
    if (!(drawn instanceof Html)) assert.ok(panel.table?.(view) !== undefined, panel.id)
  }
})

holds("every step of every cursor can be read, marked and reached by a point", () => {
  const view = viewOf(runs)
  for (const panel of overviewPage.panels(view)) {
    const drawn = panel.draw(view, 700)
    if (drawn instanceof Html || drawn.cursor === undefined) continue
    const { count, mark, near, read } = drawn.cursor
    for (let step = 0; step < count; step++) {
      for (const html of [read(step), mark(step)]) {
        assert.doesNotMatch(html.text, /NaN|undefined|Infinity/, `${panel.id}, step ${step}`)
      }
    }
    assert.ok(Number.isFinite(near(300, 100)), panel.id)
  }
})
