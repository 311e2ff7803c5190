/** This year so far, compared with last year to the same day. */
import { decimal, hoursMinutes, kilometers } from "../format.ts"
import type { ReportActivity, ReportFacts } from "../Facts.ts"
import { type Html, markup } from "../html.ts"
import { isoOf, sameDayIn, shortDate, yearOf } from "../../metrics/days.ts"
import { eddington, weekStreak, yearToDateOf } from "../../metrics/totals.ts"
import { notYet, type Panel } from "../Panel.ts"
import { noEntries } from "../reasons.ts"
import { quantity } from "../../output/kit/plurals.ts"

const change = (now: number, before: number, year: number): Html => {
  if (before === 0) {
    return markup`<span>${now === 0 ? "as in" : "none by this day in"} ${year}</span>`
  }
  const percent = Math.round((now - before) / before * 100)
  const word = percent === 0 ? "as much as" : percent > 0 ? "over" : "under"
  return markup`
    <span
      class="${percent < 0 ? "down" : "up"}"><span aria-hidden="true">${
    percent === 0 ? "=" : percent > 0 ? "▲" : "▼"
  } </span>${percent === 0 ? "" : `${decimal(Math.abs(percent))} % `}${word} ${year}</span>
  `
}

const tile = (name: string, value: string, unit: string, note: Html | string) =>
  markup`
    <div>
      <dt>${name}</dt>
      <dd><b>${value}</b>${
    unit === "" ? "" : markup`
        <small>${unit}</small>
      `
  }</dd>
      <dd class="note">${note}</dd>
    </div>
  `

const eddingtonTile = (name: string, entries: ReadonlyArray<ReportActivity>) => {
  const { missing, number } = eddington(entries)
  return tile(
    name,
    decimal(number),
    "",
    markup`<span>${quantity(missing, "day", "days")} of ${decimal(number + 1)} km to go</span>`,
  )
}

/** Returns the panel. A tiny total is compared too, and its numbers show that it is tiny. */
export const totals = (facts: ReportFacts): Panel => {
  const { asOf, entries } = facts
  const year = yearOf(asOf.day)
  const { before, now } = yearToDateOf(entries, asOf.day)
  const head = {
    id: "totals",
    title: `${year} so far`,
    subtitle: `to ${shortDate(asOf.day)}, against ${year - 1} to ${
      shortDate(sameDayIn(year - 1, asOf.day))
    }`,
    span: 12 as const,
  }
  if (entries.length === 0) {
    return { ...head, body: notYet(noEntries(facts)) }
  }
  const rides = entries.filter(({ group }) => group === "ride" || group === "indoor")
  const runs = entries.filter(({ group }) => group === "run")
  const streak = weekStreak(entries.map(({ day }) => day), asOf.day)
  return {
    ...head,
    body: markup`<dl class="tiles">${[
      tile(
        "Activities",
        decimal(now.activities),
        "",
        change(now.activities, before.activities, year - 1),
      ),
      tile("Distance", kilometers(now.meters), "km", change(now.meters, before.meters, year - 1)),
      tile(
        "Moving time",
        hoursMinutes(now.seconds),
        "h",
        change(now.seconds, before.seconds, year - 1),
      ),
      tile("Climb", decimal(now.climb), "m", change(now.climb, before.climb, year - 1)),
      tile(
        "Weeks in a row",
        decimal(streak),
        "",
        markup`<span>with an activity</span>`,
      ),
      rides.length > 0 ? eddingtonTile("Eddington, rides", rides) : "",
      runs.length > 0 ? eddingtonTile("Eddington, runs", runs) : "",
    ]}</dl>`,
    table: {
      caption: `${year} and ${year - 1}, each to the same day (${isoOf(asOf.day).slice(5)})`,
      head: ["", String(year), String(year - 1)],
      rows: [
        ["Activities", decimal(now.activities), decimal(before.activities)],
        ["Kilometers", decimal(now.meters / 1_000, 1), decimal(before.meters / 1_000, 1)],
        ["Hours", hoursMinutes(now.seconds), hoursMinutes(before.seconds)],
        ["Meters climbed", decimal(now.climb), decimal(before.climb)],
      ],
    },
  }
}
