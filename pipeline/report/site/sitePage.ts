/**
 * The file of a site: it loads nothing, sends nothing, and runs only its own program, which its content
 * security policy enforces. The same data leads to the same bytes.
 */
import { createHash } from "node:crypto"
import { minuteTime } from "../../output/kit/times.ts"
import { quantity } from "../../output/kit/plurals.ts"
import { shortDate } from "../../metrics/days.ts"
import type { SiteData } from "../collect.ts"
import { empty, Html, markup } from "../html.ts"
import type { Site } from "../model/Site.ts"
import { siteText, tracksText } from "../model/siteText.ts"
import type { SiteView } from "../model/SiteView.ts"
import { pageContents } from "../pages/frame.ts"
import { base64Of, deflated } from "../pack/packedBlock.ts"
import { navigationOf, pages } from "../pages/pages.ts"
import script from "./client.js" with { type: "text" }
import style from "./style.css" with { type: "text" }

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`

const packed = (text: string): Html => new Html(base64Of(deflated(text)))

const footer = ({ activities, asOf, maps, onlyExport }: Site): Html => {
  const [newest, oldest] = [activities[0], activities.at(-1)]
  return markup`<p>${quantity(activities.length, "activity", "activities")}${
    newest !== undefined && oldest !== undefined &&
    `, ${shortDate(oldest.day)} to ${shortDate(newest.day)}`
  }. ${
    asOf.sync !== undefined && `Last ${onlyExport ? "import" : "sync"} ${minuteTime(asOf.sync)}. `
  }This file loads nothing and sends nothing.${
    maps &&
    " It shows where you were: between 200 and 900 m are cut off each end of every track."
  }</p>`
}

/** Returns the whole file as HTML. */
export const sitePage = ({ blocks, site, tracks }: SiteData): string => {
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; ` +
    "img-src data:; base-uri 'none'; form-action 'none'"
  const view: SiteView = {
    site,
    units: site.units,
    part: "",
    query: new URLSearchParams(),
    tracks,
    block: undefined,
  }
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Paceline">
<meta name="color-scheme" content="light dark">
<title>Training report</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top"><div class="bar"><a class="mark" href="#/"><svg viewBox="0 0 28 20" width="28" height="20" aria-hidden="true"><path d="M1 15 8 8l4 4L20 3l7 7"/></svg><span>Paceline</span></a><nav aria-label="Pages" id="nav">${
    navigationOf(view, "")
  }</nav><div class="tools" id="tools"><div class="seg" role="group" aria-label="Units"><button type="button" data-units="metric">km</button><button type="button" data-units="imperial">mi</button></div></div></div></header>
<main id="main" tabindex="-1">${pageContents(pages[0]!, view, true)}</main>
<footer>${footer(site)}</footer>
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
