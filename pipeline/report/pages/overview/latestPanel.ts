/** The four latest activities, which open by a click. */
import { empty, type Html, markup, named } from "../../html.ts"
import { glyphPath } from "../../charts/glyph.ts"
import { distanceText, rateOf } from "../../charts/quantities.ts"
import { svg } from "../../charts/svg.ts"
import { clock } from "../../format.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import { activityAddress, type SiteView } from "../../model/SiteView.ts"
import { shortDay, shortWeekday } from "../../charts/dates.ts"
import { shownActivities } from "./figures/filters.ts"

const count = 4
const size = { width: 56, height: 50 }

/** `20.9 km · 39:05 · 32.0 km/h` */
const figuresOf = ({ group, meters, moving }: SiteActivity, { units }: SiteView): string => {
  const rate = rateOf(group, units)
  const speed = moving > 0 ? rate.format(meters / moving) : "–"
  return [
    ...(meters > 0 ? [distanceText(units, meters)] : []),
    clock(moving),
    ...(meters > 0 && speed !== "–" ? [`${speed} ${rate.unit}`] : []),
  ].join(" · ")
}

const card = (view: SiteView, activity: SiteActivity): Html => {
  const path = glyphPath(view.tracks.get(activity.id) ?? [], size.width, size.height)
  return markup`<a class="lt ${activity.group}" href="${activityAddress(view.site, activity)}">${
    path === ""
      ? markup`<span class="nog"><i class="dot"></i></span>`
      : svg(size.width, size.height, markup`<path d="${path}"/>`)
  }<span><b>${named(activity.name)}</b> <span class="mut">${shortWeekday(activity.day)} ${
    shortDay(activity.day)
  }</span> <span class="fg">${figuresOf(activity, view)}</span></span></a>`
}

export const latestPanel: Panel = {
  id: "latest",
  span: 12,
  bare: true,
  tracks: true,
  title: () => "Latest activities",
  subtitle: () => empty,
  draw: (view) =>
    markup`<div class="latest">${
      shownActivities(view).slice(0, count).map((activity) => card(view, activity))
    }</div>`,
}
