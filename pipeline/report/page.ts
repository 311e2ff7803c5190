/**
 * The page of the report: one file that loads nothing, sends nothing, and runs only its own few
 * lines, which its content security policy enforces. The same facts lead to the same bytes.
 */
import { createHash } from "node:crypto"
import { calendar } from "./panels/calendar.ts"
import { cumulativePanel } from "./panels/cumulative.ts"
import { dataPanel } from "./panels/data.ts"
import { form } from "./panels/form.ts"
import { heatmap } from "./panels/heatmap.ts"
import { latest } from "./panels/latest.ts"
import { pace } from "./panels/pace.ts"
import { power } from "./panels/power.ts"
import { routes } from "./panels/routes.ts"
import { streamsPanel } from "./panels/streams.ts"
import { totals } from "./panels/totals.ts"
import { tracksOf } from "./drawing/tracks.ts"
import { weeklyPanel } from "./panels/weekly.ts"
import { zonesPanel } from "./panels/zones.ts"
import type { ReportFacts } from "./Facts.ts"
import { Html, markup } from "./html.ts"
import { shortDate, yearOf } from "../metrics/days.ts"
import { type Panel, section } from "./Panel.ts"
import { script } from "./script.ts"
import { style } from "./style.ts"
import { minuteTime } from "../output/kit/times.ts"
import { quantity } from "../output/kit/plurals.ts"

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`

const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; ` +
  "base-uri 'none'; form-action 'none'"

/** Panels in the order of the page. */
const panelsOf = (facts: ReportFacts): ReadonlyArray<Panel> => {
  const tracks = tracksOf(facts)
  return [
    totals(facts),
    weeklyPanel(facts),
    cumulativePanel(facts),
    calendar(facts),
    heatmap(tracks, facts.maps, new Set(facts.entries.map(({ day }) => yearOf(day))).size),
    zonesPanel(facts),
    power(facts),
    pace(facts),
    form(facts),
    routes(tracks, facts.maps),
    streamsPanel(facts),
    latest(facts),
    dataPanel(facts),
  ]
}

const span = ({ entries }: ReportFacts): string => {
  const [newest, oldest] = [entries[0], entries.at(-1)]
  return newest === undefined || oldest === undefined
    ? "no activities yet"
    : `${quantity(entries.length, "activity", "activities")}, ${
      oldest.day === newest.day ? "" : `${shortDate(oldest.day)} to `
    }${shortDate(newest.day)}`
}

const asOf = ({ asOf: { day, sync }, state }: ReportFacts): string =>
  sync === undefined
    ? `as of ${shortDate(day)}`
    : `last ${state?.onlyExport === true ? "import" : "sync"} ${minuteTime(sync)}`

const footer = ({ maps }: ReportFacts): Html =>
  markup`Made by <code>deno task report</code> from the data on this machine. This file loads nothing and sends nothing. ${
    maps
      ? markup`It shows where you were: between 200 and 900 m are cut off each end of every track, but many tracks together still show where they begin. Without maps: <code>--no-maps</code>.`
      : "It has no maps."
  }`

/** Returns the whole page as HTML. */
export const reportPage = (facts: ReportFacts): string => {
  const panels = panelsOf(facts)
  const year = yearOf(facts.asOf.day)
  return markup`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="generator" content="Paceline">
        <meta name="color-scheme" content="light dark">
        <title>Training report ${year}</title>
        <style>${new Html(style)}</style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the report</a>
        <header>
          <h1>Training report</h1>
          <p>${span(facts)} · ${asOf(facts)}</p>
        </header>
        <nav aria-label="Panels">
          <ul>${panels.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}</ul>
        </nav>
        <main id="main" tabindex="-1">
    ${panels.map(section)}</main>
        <footer><p>${footer(facts)}</p></footer>
        <script>${new Html(script)}</script>
      </body>
    </html>
  `.text.trimStart()
}
