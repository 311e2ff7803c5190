/** The list of activities: search, filters, order, months, rows. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { listOf } from "../../../pipeline/report/pages/activities/ActivityList.ts"
import { activitiesPage } from "../../../pipeline/report/pages/activities/activitiesPage.ts"
import { blockOfRows, rowsOf } from "../../../pipeline/report/pages/activities/rows.ts"
import { sortColumns } from "../../../pipeline/report/pages/activities/order.ts"
import { test } from "../../testing.ts"
import { dayNamed, siteActivity, siteShoes, siteWith, viewOf } from "../sites.ts"
import { htmlText } from "../landed.ts"

const site = siteWith([
  siteActivity("2026-07-05", { name: "Über den Berg", sport: "TrailRun", gear: "g1" }),
  siteActivity("2026-07-01", { name: "Commute <b>home</b>", sport: "Ride", group: "ride" }),
  siteActivity("2025-07-09", { name: "Marathon trail", device: "Uhrwerk 55", meters: 42_195 }),
  siteActivity("2025-03-01", { name: "Swim", sport: "Swim", group: "swim", meters: 0, beats: 120 }),
], { gear: [siteShoes("g1", { name: "Wolke 5" })] })

const found = (address: string) =>
  listOf(site, new URLSearchParams(address)).activities.map(({ name }) => name)

const check = (cases: Readonly<Record<string, ReadonlyArray<string>>>) => () =>
  Effect.sync(() => {
    for (const [address, names] of Object.entries(cases)) {
      assert.deepEqual(found(address), names, address)
    }
  })

const [berg, commute, marathon, swim] = site.activities.map(({ name }) => name) as [
  string,
  string,
  string,
  string,
]

test(
  "all words must be in the name, sport, gear, device or date, without case and accents",
  check({
    "": [berg, commute, marathon, swim],
    "q=trail+jul": [berg, marathon],
    "q=UBER": [berg],
    "q=trail run": [berg, marathon],
    "q=wolke": [berg],
    "q=uhrwerk": [marathon],
    "q=2025": [marathon, swim],
    "q=2026-07-01": [commute],
    "q=1+jul+2026": [commute],
    "q=wednesday": [commute, marathon],
    "q=trail+2024": [],
    "q=%20%20": [berg, commute, marathon, swim],
  }),
)

test(
  "filters by sport, group, year, gear and days hold together",
  check({
    "sport=TrailRun": [berg],
    "group=ride": [commute],
    "year=2025": [marathon, swim],
    "gear=g1": [berg],
    "from=2025-07-09&to=2026-07-01": [commute, marathon],
    "from=2026-07-05": [berg],
    "to=2025-03-01": [swim],
    "from=nonsense": [berg, commute, marathon, swim],
    "year=2025&group=swim&q=swim": [swim],
    "year=2025&group=ride": [],
  }),
)

test(
  "unknown values are last in both directions, and equal ones stay newest first",
  check({
    "sort=distance": [marathon, berg, commute, swim],
    "sort=distance&dir=up": [berg, commute, marathon, swim],
    "sort=beats": [swim, berg, commute, marathon],
    "sort=beats&dir=up": [swim, berg, commute, marathon],
    "sort=name": [commute, marathon, swim, berg],
    "sort=name&dir=down": [berg, swim, marathon, commute],
    "sort=date&dir=up": [swim, marathon, commute, berg],
    "sort=nonsense": [berg, commute, marathon, swim],
  }),
)

test.prop(
  "every column sorts all activities, and the other direction is another order of the same",
  Schema.Struct({
    meters: Schema.Array(Schema.Literals([0, 5_000, 10_000, 42_195])),
    column: Schema.Literals(sortColumns.map(({ key }) => key)),
  }),
  ({ column, meters }) => {
    const some = siteWith(
      meters.map((each, i) =>
        siteActivity("2026-01-01", { id: String(i), meters: each, moving: each / 3 })
      ),
    )
    const ids = (direction: string) =>
      listOf(some, new URLSearchParams({ sort: column, dir: direction })).activities
        .map(({ id }) => id)
    const all = some.activities.map(({ id }) => id).sort()
    return [ids("up"), ids("down")].every((each) => each.toSorted().join() === all.join())
  },
)

test("months have totals only in the order of the dates", () =>
  Effect.sync(() => {
    const { months, totals } = listOf(site, new URLSearchParams())
    assert.deepEqual([...months.values()].map(({ count, meters }) => [count, meters]), [
      [2, 20_000],
      [1, 42_195],
      [1, 0],
    ])
    assert.deepEqual(totals, { count: 4, meters: 62_195, moving: 14_400, climb: 400 })
    assert.equal(listOf(site, new URLSearchParams("sort=distance")).months.size, 0)
  }))

const page = (address: string, units: "metric" | "imperial" = "metric") =>
  activitiesPage.head(viewOf(site, { query: new URLSearchParams(address), units }))

test("the page shows totals, month headings and rows in the chosen units, and names as text", () =>
  Effect.sync(() => {
    const { text } = page("")
    const shown = htmlText(text)
    assert.match(shown, /4 activities 62 km 4:00 h 400 m climb/)
    assert.match(shown, /July 2026 2 activities · 20\.0 km · 2:00 h/)
    assert.match(shown, /Commute <b>home<\/b>/)
    assert.doesNotMatch(text, /<b>home/)
    assert.match(htmlText(page("", "imperial").text), /July 2026 2 activities · 12\.4 mi/)
  }))

test("a filter is in the address of every activity and heading, and can be removed", () =>
  Effect.sync(() => {
    const { text } = page("from=2026-07-01&to=2026-07-05&sort=time&color=heart")
    assert.match(htmlText(text), /1 Jul 2026 to 5 Jul 2026 ×/)
    assert.match(text, /href="#\/activities\?sort=time&amp;color=heart"/)
    assert.match(
      text,
      /href="#\/activity\/20260705\?from=2026-07-01&amp;to=2026-07-05&amp;sort=time"/,
      "only filters of the list are kept",
    )
    assert.match(text, /aria-sort="descending"><a id="sort-time"[^>]*dir=up/)
  }))

test("a list without activities says so, and how to see all", () =>
  Effect.sync(() => {
    assert.match(htmlText(page("q=nothing").text), /No activity matches\. Show all 4/)
    const none = siteWith([])
    const reason = { ...none, ledger: { ...none.ledger, none: "Nothing is fetched yet." } }
    assert.match(htmlText(activitiesPage.head(viewOf(reason)).text), /Nothing is fetched yet\./)
  }))

test("rows come in blocks, and a month that continues has one heading", () =>
  Effect.sync(() => {
    const many = siteWith(Array.from({ length: 200 }, (_, i) =>
      siteActivity("2026-01-01", { id: String(i), day: dayNamed("2026-01-31") - i % 31 })))
    const view = viewOf(many)
    const list = listOf(many, view.query)
    const blocks = [0, 1, 2].map((i) =>
      rowsOf(view, list, i * blockOfRows).text
    )
    assert.deepEqual(blocks.map((block) => block.split("data-id").length - 1), [80, 80, 40])
    assert.deepEqual(blocks.map((block) => block.split("January 2026").length - 1), [1, 0, 0])
  }))

test("an activity in another file is a plain link to it", () =>
  Effect.sync(() => {
    const split = { ...site, files: [{ year: 2025, name: "report-2025.html" }] }
    const { text } = activitiesPage.head(viewOf(split))
    assert.match(text, /href="report-2025\.html#\/activity\/20250709"/)
    assert.match(text, /href="#\/activity\/20260705"/)
  }))
