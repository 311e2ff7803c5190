/** Sites of seven years with gear, and pages of them in the browser. */
import { Effect, Schema } from "effect"
import type { Position } from "../../pipeline/metrics/track.ts"
import { groupOf } from "../../pipeline/metrics/sports.ts"
import { isoOf } from "../../pipeline/metrics/days.ts"
import type { Site } from "../../pipeline/report/model/Site.ts"
import { sitePage } from "../../pipeline/report/site/sitePage.ts"
import { dayNamed, shares, siteActivity, siteShoes, siteWith } from "../report/sites.ts"
import { Browser } from "./driver/Browser.ts"
import type { PageView } from "./driver/Page.ts"
import { pageOf } from "./testing.ts"

/** Number of activities of each year: from few to more than one a day. */
export const activitiesByYear = [
  [2020, 1],
  [2021, 12],
  [2022, 95],
  [2023, 200],
  [2024, 400],
  [2025, 1_500],
  [2026, 137],
] as const

const sports = ["Run", "Ride", "Swim", "Walk", "AlpineSki", "Yoga"] as const

const activitiesOf = ([year, count]: readonly [number, number]) =>
  Array.from({ length: count }, (_, i) => {
    const day = dayNamed(`${year}-01-01`) + Math.floor(i * 330 / count)
    return siteActivity(isoOf(day), {
      id: `${year}${String(i).padStart(5, "0")}`,
      name: `A long name of an activity, number ${i}`,
      sport: sports[i % sports.length]!,
      group: groupOf(sports[i % sports.length]!),
      meters: 5_000 + i * 37 % 20_000,
      load: i % 90,
      gear: i % 3 === 0 ? undefined : i % 2 === 0 ? "g1" : "b2",
      streams: ["heartrate"],
    })
  })

const circle = (turn: number): ReadonlyArray<Position> =>
  Array.from({ length: 24 }, (_, i) => {
    const angle = (i + turn) / 24 * 2 * Math.PI
    return [10 + Math.cos(angle) / 100, 50 + Math.sin(angle * (1 + turn % 3)) / 100]
  })

/** Site of more than 2,000 activities, all of which have a track. */
export const sevenYears = (): Site => {
  const activities = activitiesByYear.flatMap(activitiesOf)
  return siteWith(activities, {
    coverage: activitiesByYear.toReversed().map(([year, listed]) => ({
      year,
      listed,
      streams: shares({ here: listed - 1, absent: 1 }),
      details: shares({ toFetch: listed }),
      imported: 0,
    })),
    gear: [
      siteShoes("g1", { name: "Shoes with a long name that does not fit its column at all" }),
      siteShoes("b2", { kind: "bike", name: "Gravel", retired: true, weight: 9.4 }),
    ],
    quota: [{ window: "15-minute window", used: 20, limit: 100, from: "2026-11-30 06:00 UTC" }],
    samples: 100_000,
    steps: 300,
  })
}

/** Waits until the program has drawn the page of the address. */
export const whenReady = `new Promise((done) => {
  const look = () =>
    document.documentElement.classList.contains("ready") ? done() : requestAnimationFrame(look)
  look()
})`

/** Opens a page of a site, such as `year/2025`. */
export const openSite = Effect.fnUntraced(
  function* (site: Site, address: string, view: PageView = {}) {
    const tracks = new Map(
      site.maps ? site.activities.map(({ id }, i) => [id, circle(i)] as const) : [],
    )
    const url = yield* pageOf(sitePage({ site, tracks, blocks: new Map() }))
    const page = yield* (yield* Browser).open(`${url}#/${address}`, view)
    // The data is decompressed after the page has loaded.
    yield* page.evaluate(Schema.Unknown, whenReady)
    return page
  },
)
