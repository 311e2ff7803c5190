/**
 * The file of a site: it loads nothing, sends nothing, and runs only its own program, which its content
 * security policy enforces. The same data leads to the same bytes.
 */
import { createHash } from "node:crypto"
import { minuteTime } from "../../output/kit/times.ts"
import { quantity } from "../../output/kit/plurals.ts"
import { shortDate } from "../../metrics/days.ts"
import { empty, Html, markup } from "../html.ts"
import type { Site, Tracks } from "../model/Site.ts"
import { siteText, tracksText } from "../model/siteText.ts"
import type { SiteView } from "../model/SiteView.ts"
import { pageContents } from "../pages/frame.ts"
import { base64Of, deflated } from "../pack/packedBlock.ts"
import { navigationOf, pages } from "../pages/pages.ts"
import { otherFiles, partOf } from "./parts.ts"
import script from "./client.js" with { type: "text" }
import overview from "./overview.css" with { type: "text" }
import review from "./review.css" with { type: "text" }
import base from "./style.css" with { type: "text" }

const style = `${base}${overview}${review}`

/** Runs before the page is drawn: marks that programs run, and applies the stored theme. */
const early = `document.documentElement.classList.add("js");` +
  `try{const t=localStorage.getItem("theme");` +
  `if(t&&t!=="system")document.documentElement.dataset.theme=t}catch{}`

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`

const packed = (text: string): Html => new Html(base64Of(deflated(text)))

/** `, 20 Nov 2025 to 3 Dec 2026`; one date if both are the same, and nothing without activities. */
const periodOf = ({ activities }: Site): string => {
  const dates = new Set([activities.at(-1), activities[0]].flatMap((each) => each?.day ?? []))
  return dates.size === 0 ? "" : `, ${Array.from(dates, shortDate).join(" to ")}`
}

const footer = (site: Site, hasTracks: boolean): Html => {
  const { activities, asOf, onlyExport } = site
  return markup`<p>${quantity(activities.length, "activity", "activities")}${periodOf(site)}. ${
    asOf.sync !== undefined && `Last ${onlyExport ? "import" : "sync"} ${minuteTime(asOf.sync)}. `
  }This file loads nothing and sends nothing.${
    hasTracks &&
    " It shows where you were: between 200 and 900 m are cut off each end of every track."
  } <button type="button" class="link" id="keys-open">Keys</button></p>`
}

/** Keys with their actions, and the switch for those that are single letters. */
const keys: ReadonlyArray<readonly [keys: string, action: string]> = [
  ["/", "search"],
  ["j k or ↓ ↑", "next and previous activity"],
  ["Enter", "open"],
  ["Esc", "back"],
  ["← →", "move along a chart; with Shift in larger steps"],
  ["1 to 5", "pages"],
  ["u", "kilometers or miles"],
  ["?", "this list"],
]

const help = markup`<dialog id="keys" aria-labelledby="keys-h"><h2 id="keys-h">Keys</h2><dl>${
  keys.map(([key, action]) => markup`<dt><kbd>${key}</kbd></dt><dd>${action}</dd>`)
}</dl><label class="check"><input type="checkbox" checked> Single letters and digits are keys</label><p class="more"><button type="button" class="btn" id="keys-close">Close</button></p></dialog>`

/** Icons of the three themes; style.css shows the one that is chosen. */
const themeIcons =
  markup`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><g class="system"><circle cx="8" cy="8" r="6"/><path class="full" d="M8 2a6 6 0 0 1 0 12z"/></g><g class="light"><circle cx="8" cy="8" r="3"/><path d="M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.5 1.5M11.5 11.5 13 13M3 13l1.5-1.5M11.5 4.5 13 3"/></g><g class="dark"><path d="M13.5 9.6A6 6 0 1 1 6.4 2.5a5 5 0 0 0 7.1 7.1z"/></g></svg>`

/** Number of the newest tracks on the written map; the program draws all, from a tenth of the bytes. */
const writtenTracks = 120

const withoutScript =
  markup`<noscript><p class="nojs">JavaScript is off, so this page has the overview only, with its numbers as tables and at most ${writtenTracks} tracks. Other pages, links to activities, sports and units need JavaScript.</p></noscript>`

/** Content security policy: only the style and the programs of the file. */
export const policy = `default-src 'none'; style-src ${hash(style)}; ` +
  `script-src ${hash(early)} ${hash(script)}; ` +
  "img-src data:; base-uri 'none'; form-action 'none'"

interface SiteContents {
  readonly site: Site
  readonly tracks: Tracks
  /** Text of the element with each activity's block. */
  readonly blocks: ReadonlyMap<string, string>
}

/** Returns the whole file as HTML. */
export const sitePage = ({ blocks, site, tracks }: SiteContents): string => {
  const view: SiteView = {
    site,
    units: site.units,
    part: "",
    query: new URLSearchParams(),
    tracks: new Map([...tracks].slice(0, writtenTracks)),
    block: undefined,
  }
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Paceline">${
    site.part !== undefined && markup`\n<meta name="paceline-part" content="year">`
  }
<meta name="color-scheme" content="light dark">
<title>Training report</title>
<script>${new Html(early)}</script>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top"><div class="bar"><a class="mark" href="#/"><svg viewBox="0 0 28 20" width="28" height="20" aria-hidden="true"><path d="M1 15 8 8l4 4L20 3l7 7"/></svg><span>Paceline</span></a><nav aria-label="Pages" id="nav">${
    navigationOf(view, "")
  }</nav><div class="tools" id="tools"><div class="seg" role="group" aria-label="Units"><button type="button" data-units="metric" aria-pressed="${
    String(site.units === "metric")
  }">km</button><button type="button" data-units="imperial" aria-pressed="${
    String(site.units === "imperial")
  }">mi</button></div><button type="button" class="btn sm" id="theme" data-shown="system" aria-label="Theme: as the system">${themeIcons}</button></div></div></header>
<main id="main" tabindex="-1">${
    site.part === undefined ? pageContents(pages[0]!, view, true) : partOf(site.part)
  }</main>
<footer>${withoutScript}${footer(site, tracks.size > 0)}${otherFiles(site)}</footer>
<p class="sr" id="live" role="status"></p>
${help}
<script type="text/plain" id="index">${packed(siteText(site))}</script>
<script>${new Html(script)}</script>
${
    tracks.size === 0
      ? empty
      : markup`<script type="text/plain" id="tracks">${packed(tracksText(tracks, site))}</script>`
  }
${
    [...blocks].map(([id, block]) =>
      markup`<script type="text/plain" id="a${id}">${new Html(block)}</script>\n`
    )
  }
</body>
</html>
`.text
}
