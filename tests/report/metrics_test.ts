/** Figures of the report, compared with results calculated by hand. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { bestMeans, leastTimes } from "../../pipeline/metrics/curves.ts"
import { dayOf, isoOf, sameDayIn, weekdayOf, weekOf } from "../../pipeline/metrics/days.ts"
import {
  beatsOf,
  secondsInZones,
  trimp,
  trimpOfMean,
  zoneOf,
} from "../../pipeline/metrics/heartRate.ts"
import { formOf } from "../../pipeline/metrics/load.ts"
import { periodsOf } from "../../pipeline/metrics/spans.ts"
import { groupOf, sportName } from "../../pipeline/metrics/sports.ts"
import { eddington, weekStreak, yearToDateOf } from "../../pipeline/metrics/totals.ts"
import { ticks } from "../../pipeline/report/format.ts"
import { spread } from "../../pipeline/report/charts/spread.ts"
import { test } from "../testing.ts"

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

const day = (iso: string): number => dayOf(iso) ?? NaN
const effort = (iso: string, km: number, hours = 1) => ({
  day: day(iso),
  meters: km * 1_000,
  seconds: hours * 3_600,
  climb: 10,
  group: "run" as const,
})

holds("a day is the local day, at any hour and in any season", () => {
  assert.equal(dayOf("1970-01-01T23:59:59"), 0)
  assert.equal(isoOf(day("2026-03-29T02:30:00")), "2026-03-29")
  // The days on which Europe's clocks change have 23 and 25 hours, but count as one day each.
  assert.equal(day("2026-03-30") - day("2026-03-29"), 1)
  assert.equal(day("2026-10-26") - day("2026-10-25"), 1)
  assert.equal(dayOf("2026-1-1"), undefined)
  assert.equal(dayOf(null), undefined)
})

holds("weeks begin on Monday, over the turn of a year and before 1970 too", () => {
  assert.equal(isoOf(weekOf(day("2026-01-01"))), "2025-12-29")
  assert.equal(isoOf(weekOf(day("2027-01-03"))), "2026-12-28")
  assert.equal(isoOf(weekOf(day("2026-03-29T23:30:00"))), "2026-03-23")
  assert.equal(isoOf(weekOf(day("2026-03-30"))), "2026-03-30")
  assert.equal(isoOf(weekOf(day("1969-12-31"))), "1969-12-29")
  assert.equal(weekdayOf(day("2026-11-22")), 6)
})

holds("the same day of another year; 29 February becomes 28 February", () => {
  assert.equal(isoOf(sameDayIn(2025, day("2026-11-14"))), "2025-11-14")
  assert.equal(isoOf(sameDayIn(2023, day("2024-02-29"))), "2023-02-28")
  assert.equal(isoOf(sameDayIn(2028, day("2027-02-28"))), "2028-02-28")
})

holds("the year to date is compared with last year up to and including the same day", () => {
  const efforts = [
    effort("2026-01-01", 5),
    effort("2026-11-14", 10, .5),
    effort("2026-11-15", 100),
    effort("2025-11-14", 7),
    effort("2025-11-15", 100),
    effort("2024-12-31", 100),
  ]
  const { before, now } = yearToDateOf(efforts, day("2026-11-14"))
  assert.deepEqual(now, { activities: 2, meters: 15_000, seconds: 5_400, climb: 20 })
  assert.deepEqual(before, { activities: 1, meters: 7_000, seconds: 3_600, climb: 10 })
})

holds("a streak continues during the current week, and ends with an empty week", () => {
  const days = ["2026-11-03", "2026-11-12", "2026-11-15", "2026-10-20"].map(day)
  assert.equal(weekStreak(days, day("2026-11-15")), 2)
  assert.equal(weekStreak(days, day("2026-11-18")), 2)
  assert.equal(weekStreak(days, day("2026-11-25")), 0)
  assert.equal(weekStreak([], day("2026-11-25")), 0)
  // The streak spans the turn of the year.
  assert.equal(
    weekStreak(["2025-12-28", "2025-12-29", "2026-01-05"].map(day), day("2026-01-06")),
    3,
  )
})

holds("Eddington's number counts days, with the number of missing days", () => {
  // 5, 4 (two rides of 2), 3 and 1 km: three days have at least 3 km, two have at least 4 km.
  const rides = [
    effort("2026-01-01", 5),
    effort("2026-01-02", 2),
    effort("2026-01-02", 2),
    effort("2026-01-03", 3),
    effort("2026-01-04", 1),
  ]
  assert.deepEqual(eddington(rides), { number: 3, missing: 2 })
  assert.deepEqual(eddington([]), { number: 0, missing: 1 })
  assert.deepEqual(eddington([effort("2026-01-01", .9)]), { number: 0, missing: 1 })
  assert.deepEqual(eddington([effort("2026-01-01", 50)]), { number: 1, missing: 1 })
})

holds("a long gap between periods is not filled, and shorter ones are", () => {
  const days = ["1969-12-29", "2026-03-02", "2026-03-16"].map(day)
  const found = periodsOf(days, (start) => start + 7, day("2026-03-23"))
  assert.deepEqual(found.map(isoOf), [
    "1969-12-29",
    "2026-03-02",
    "2026-03-09",
    "2026-03-16",
    "2026-03-23",
  ])
  assert.equal(periodsOf([day("2020-01-06")], (start) => start + 7, day("2022-01-03")).length, 105)
  assert.equal(periodsOf([day("2020-01-06")], (start) => start + 7, day("2022-01-10")).length, 2)
  assert.equal(periodsOf([day("0011-05-04")], (start) => start + 1, day("9998-12-31")).length, 2)
})

holds("a sample of the heart rate counts for the time before it; long gaps do not count", () => {
  assert.deepEqual(
    beatsOf([0, 5, 10, 12, 100, 130, 130], [100, 120, 120.9, null, 150, 160, 170]),
    [[120, 10], [160, 30]],
  )
  assert.deepEqual(beatsOf([0, 1], [0, 0]), [])
  assert.deepEqual(beatsOf([], []), [])
})

holds("a zone includes its lower bound; no zone is below the first", () => {
  const lower = [100, 120, 140]
  assert.deepEqual([99, 100, 119, 120, 140, 250].map((bpm) => zoneOf(bpm, lower)), [
    0,
    1,
    1,
    2,
    3,
    3,
  ])
  const seconds = secondsInZones([[90, 60], [100, 60], [130, 30], [139, 30], [200, 120]], lower)
  assert.deepEqual(seconds, [60, 60, 120])
  // One minute in zone 1, one in 2, two in 3: 1 + 2 + 6.
  assert.equal(trimp(seconds), 9)
  assert.equal(trimpOfMean(130, 1_800, lower), 60)
  assert.equal(trimpOfMean(90, 1_800, lower), 0)
})

holds("fitness and fatigue follow a load by 1 - 1/e of the way in their time", () => {
  const from = day("2026-01-01")
  const steady = new Map(Array.from({ length: 100 }, (_, i) => [from + i, 100]))
  const form = formOf(steady, from + 99)
  const reached = 100 * (1 - 1 / Math.E)
  assert.ok(Math.abs(form[41]!.fitness - reached) < 1e-9)
  assert.ok(Math.abs(form[6]!.fatigue - reached) < 1e-9)
  // One day with a load of 100, then rest: after 7 days 1/e of the fatigue remains.
  const once = formOf(new Map([[from, 100]]), from + 7)
  assert.equal(once.length, 8)
  assert.ok(Math.abs(once[7]!.fatigue / once[0]!.fatigue - 1 / Math.E) < 1e-12)
  assert.deepEqual(formOf(new Map(), from), [])
})

holds("a load of long ago has no effect, and adds no days", () => {
  const from = day("2026-01-01")
  const recent = new Map(Array.from({ length: 3_000 }, (_, i) => [from - i, 100 + i % 7]))
  const old = new Map([...recent, [day("0011-05-04"), 1e6]])
  const form = formOf(old, from)
  assert.ok(form.length < 2_200, String(form.length))
  assert.equal(form.at(-1)?.fitness, formOf(recent, from).at(-1)?.fitness)
})

holds(
  "the best mean power is found also between samples, and a pause is no power",
  () => {
    // 100 W for 10 s, 200 W for 5 s, 100 W for 10 s; each sample covers the 5 s before it.
    const time = [0, 5, 10, 15, 20, 25]
    const watts = [0, 100, 100, 200, 100, 100]
    assert.deepEqual(bestMeans(time, watts, [1, 5, 10, 25, 26]), [200, 200, 150, 120, null])
    // The best window of 8 s ends at the second peak: 1 s of 300 W, 5 s of 0 W, 2 s of 300 W.
    assert.deepEqual(bestMeans([0, 1, 6, 8], [0, 300, 0, 300], [8, 7]), [112.5, 600 / 7])
    // 100 W for 10 s, a pause of 90 s, 100 W for 10 s.
    assert.deepEqual(bestMeans([0, 10, 100, 110], [0, 100, 100, 100], [10, 110]), [
      100,
      2_000 / 110,
    ])
    assert.deepEqual(bestMeans([0, 1, null, 3], [0, 10, 999, null], [1]), [10])
    assert.deepEqual(bestMeans([], [], [5]), [null])
  },
)

holds("the least time of a distance is searched between samples too", () => {
  // 3 m/s for 100 s, then 5 m/s for 100 s.
  const time = [0, 100, 200]
  const meters = [0, 300, 800]
  assert.deepEqual(leastTimes(time, meters, [500, 530, 800, 801]), [
    100,
    110,
    200,
    null,
  ])
  // Time at standstill counts between two stretches, but not before or after them.
  assert.deepEqual(leastTimes([0, 50, 100, 150, 200], [0, 0, 100, 100, 200], [100, 200]), [50, 150])
  assert.deepEqual(leastTimes([0, 10, 20], [0, 50, 40], [50]), [10])
  assert.deepEqual(leastTimes([], [], [400]), [null])
})

holds("a jump of the GPS is no record, and the window begins again after it", () => {
  const steady = (count: number, speed: number) =>
    Array.from({ length: count }, (_, i) => Math.round(i * speed * 10) / 10)
  const time = steady(1_001, 1)
  const slow = steady(1_001, 3)
  assert.deepEqual(leastTimes(time, slow, [400, 1_000])[1], 1_000 / 3)
  // 2 km in one second: neither a record nor part of a distance. 1,200 m and 1,797 m stay.
  const jumped = slow.map((meters, i) => i > 400 ? meters + 2_000 : meters)
  const [short, long] = leastTimes(time, jumped, [1_500, 1_800])
  assert.ok(Math.abs(short! - 500) < 1e-9)
  assert.equal(long, null)
  // One wrong sample, after which the distance is right again.
  const spike = slow.map((meters, i) => i === 400 ? meters + 9_000 : meters)
  assert.ok(Math.abs(leastTimes(time, spike, [1_500])[0]! - 500) < 1e-9)
  // A small step back is noise, and does not end the window.
  const noisy = slow.map((meters, i) => i === 400 ? meters - 6 : meters)
  assert.ok(Math.abs(leastTimes(time, noisy, [2_900])[0]! - 2_900 / 3) < 1e-9)
})

holds("a result that beats a world record is dropped, and one just behind it is not", () => {
  const run = (speed: number, distance: number) =>
    leastTimes([0, 10_000], [0, 10_000 * speed], [distance])[0]
  for (const [meters, seconds] of [[400, 43.03], [1_000, 131.96], [42_195, 7_180]] as const) {
    assert.equal(run(meters / seconds * 1.001, meters), null)
    assert.ok(run(meters / seconds * .999, meters)! > seconds)
  }
  // A distance between two records is bounded by the shorter one, and a sprint by the step.
  assert.equal(run(1_000 / 131, 1_200), null)
  assert.equal(run(1_000 / 133, 1_200)?.toFixed(1), "159.6")
  assert.equal(run(11.9, 100)?.toFixed(1), "8.4")
})

holds("an unknown sport counts as other, whatever its name", () => {
  assert.equal(groupOf("GravelRide"), "ride")
  assert.equal(groupOf("constructor"), "other")
  assert.equal(groupOf(null), "other")
  assert.equal(sportName("EMountainBikeRide"), "EMountain bike ride")
  assert.equal(sportName(null), "Activity")
})

holds("ticks are round, and labels keep their distance", () => {
  assert.deepEqual(ticks(0, 23, 5), [0, 5, 10, 15, 20])
  assert.deepEqual(ticks(.12, .31, 4), [.15, .2, .25, .3])
  assert.deepEqual(ticks(7, 7, 4), [7])
  assert.deepEqual(spread([50, 10, 52, 51], 10, 0, 100), [50, 10, 70, 60])
  assert.deepEqual(spread([98, 99], 10, 0, 100), [90, 100])
})
