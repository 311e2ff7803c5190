/** The page of gear: distances, use, age, and the reason if there is none. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Html } from "../../pipeline/report/html.ts"
import { gearChart } from "../../pipeline/report/pages/gear/gearChart.ts"
import {
  distanceSource,
  gearPage,
  noGear,
  withoutGearText,
} from "../../pipeline/report/pages/gear/gearPage.ts"
import {
  ageText,
  countedMeters,
  durationOfDays,
  gearUses,
  monthNumber,
} from "../../pipeline/report/pages/gear/GearUse.ts"
import { pageContents } from "../../pipeline/report/pages/frame.ts"
import { test } from "../testing.ts"
import { htmlText } from "./landed.ts"
import { dayNamed, siteActivity, siteShoes, siteWith, viewOf } from "./sites.ts"

const site = siteWith([
  siteActivity("2026-11-01", { gear: "g2" }),
  siteActivity("2026-10-31", { gear: "g2", meters: 4_000 }),
  siteActivity("2026-10-01", { gear: "g2", meters: 6_000 }),
  siteActivity("2024-06-01", { gear: "g1" }),
  siteActivity("2023-06-01", { gear: "g1" }),
  siteActivity("2026-11-30"),
  siteActivity("2026-11-29", { gear: "b4" }),
], {
  gear: [
    siteShoes("g1", { retired: true, meters: 812_345 }),
    siteShoes("g2", { meters: undefined, weight: .25 }),
    siteShoes("b3", { kind: "bike", name: "Gravel" }),
    siteShoes("b4", { kind: "bike", name: "Sold", retired: true }),
  ],
})

test("gear in use comes first, and its months count the activities that name it", () =>
  Effect.sync(() => {
    const [second, first] = gearUses(site, "shoes")
    assert.deepEqual([second?.gear.id, first?.gear.id], ["g2", "g1"])
    const bikes = gearUses(site, "bike").map(({ gear }) => gear.name)
    assert.deepEqual(bikes, ["Gravel", "Sold"], "although the retired one was used last")
    assert.deepEqual([...second!.months], [
      [monthNumber(dayNamed("2026-11-15")), { activities: 1, meters: 10_000 }],
      [monthNumber(dayNamed("2026-10-15")), { activities: 2, meters: 10_000 }],
    ])
    assert.equal(countedMeters(first!), 812_345, "Strava's count")
    assert.equal(countedMeters(second!), 20_000, "the activities, without Strava's count")
  }))

test("retired gear ages until its last use", () =>
  Effect.sync(() => {
    const [second, first] = gearUses(site, "shoes")
    assert.equal(ageText(first!, site.asOf.day), "12 months in use")
    assert.equal(ageText(second!, site.asOf.day), "2 months old")
    assert.equal(ageText(gearUses(site, "bike")[0]!, site.asOf.day), "not used")
    assert.deepEqual([0, 1, 59, 60, 730, 731].map(durationOfDays), [
      "0 days",
      "1 day",
      "59 days",
      "2 months",
      "24 months",
      "2.0 years",
    ])
  }))

test("the page names the source of the distances, and counts activities without gear", () =>
  Effect.sync(() => {
    assert.equal(
      distanceSource(site),
      "Distance by Strava’s count, or of your activities if that is not stored",
    )
    assert.match(distanceSource({ gear: [siteShoes("g1")] }), /by Strava’s count; use by month/)
    assert.match(distanceSource({ gear: [site.gear[1]!] }), /Strava’s own count is not stored/)
    assert.equal(withoutGearText(site), "1 activity names no gear.")
    assert.equal(
      withoutGearText({ activities: [siteActivity("2026-01-01", { gear: "g1" })] }),
      "Every activity names its gear.",
    )
  }))

test("each step of the chart is a month of one item, which opens the list of its activities", () =>
  Effect.sync(() => {
    const uses = gearUses(site, "shoes")
    for (const width of [358, 1_152]) {
      const { cursor, svg } = gearChart(viewOf(site), uses, width)
      const months = 42
      assert.equal(cursor!.count, 2 * months, "June 2023 to November 2026")
      assert.equal(cursor!.down, months, "the same month of the next item")
      assert.equal(
        htmlText(cursor!.read(months - 2).text),
        "Shoes g2, October 2026: 10.0 km · 2 activities",
      )
      assert.equal(htmlText(cursor!.read(months).text), "Shoes g1, June 2023: 10.0 km · 1 activity")
      assert.equal(htmlText(cursor!.read(months + 1).text), "Shoes g1, July 2023: not used")
      assert.equal(cursor!.open!(months), "#/activities?gear=g1")
      const [, x = "", y = ""] = /x="([\d.-]+)" y="([\d.-]+)"/.exec(cursor!.mark(months).text) ?? []
      assert.equal(cursor!.near(Number(x) + 2, Number(y) + 2), months)
      assert.match(svg.text, /<g class="shoes retired">/)
      assert.match(
        htmlText(svg.text),
        /Shoes g1 retired Sohle 812 km 2 activities 12 months in use/,
      )
    }
  }))

test("the table behind the chart has every item with a link to its activities", () =>
  Effect.sync(() => {
    const html = pageContents(gearPage, viewOf(site), true).text
    assert.match(html, /<td class="r">812<\/td><td class="r">1 Jun 2023<\/td>/)
    assert.match(htmlText(html), /Shoes g2 Sohle 3 20 1 Oct 2026 1 Nov 2026 2 months old 0\.3 kg/)
    assert.match(htmlText(html), /Gravel Sohle 0 500 – – not used – in use/)
    assert.match(html, /<h2 id="bikes-h">Bikes/)
    assert.equal(html.match(/href="#\/activities\?gear=g1"/g)?.length, 2)
  }))

test("without gear the page says why, and names a command only if it helps", () =>
  Effect.sync(() => {
    const none = siteWith([siteActivity("2026-01-01")])
    const text = (fields: Parameters<typeof siteWith>[1]) => {
      const reason = noGear(siteWith(none.activities, fields))
      return reason instanceof Html ? htmlText(reason.text) : reason
    }
    assert.match(text({}), /^No activity names a bike or shoes\..*the next run fetches them\.$/)
    assert.equal(
      text({ ledger: { ...none.ledger, asksGear: false, command: "paceline" } }),
      "Gear is off. To fetch it: paceline pipeline --with gear",
    )
    assert.equal(text({ onlyExport: true }), "Your export names no bike and no shoes.")
    assert.equal(
      text({ ledger: { ...none.ledger, none: "No activity is listed yet: deno task pipeline" } }),
      "No activity is listed yet: deno task pipeline",
    )
    assert.doesNotMatch(pageContents(gearPage, viewOf(none), true).text, /<section/)
  }))
