/** All tracks, in areas that are each drawn to their own scale. */
import { type Html, markup } from "../../html.ts"
import { areaMap } from "../../charts/areaMap.ts"
import { choice, sentence } from "../../charts/svg.ts"
import { decimal } from "../../format.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { commandHtml } from "../hint.ts"
import { type Area, areasOf } from "../../../metrics/area.ts"
import { yearOf } from "../../../metrics/days.ts"
import type { Position } from "../../../metrics/track.ts"
import { nounFor, quantity } from "../../../output/kit/plurals.ts"
import { overviewAddress, shownActivities } from "./figures/filters.ts"

/** Areas that are drawn without a choice, and on a phone. */
const usualAreas = 9
const fewerAreas = 5
const gap = 14
/** Pixels of a drawing below which two maps stand in a row. */
const narrow = 640
/** Pixels under a map for its name. */
const caption = 25

interface Tracked {
  readonly activity: SiteActivity
  readonly track: ReadonlyArray<Position>
}

const trackedIn = (view: SiteView): ReadonlyArray<Tracked> =>
  shownActivities(view).flatMap((activity) => {
    const track = view.tracks.get(activity.id)
    return track === undefined || track.length < 2 ? [] : [{ activity, track }]
  })

const showsAll = ({ query }: SiteView) => query.get("areas") === "all"

const degrees = (value: number, letters: string): string =>
  `${decimal(Math.abs(value), 1)}° ${letters[value < 0 ? 1 : 0]}`

/** `49.3° N, 10.1° E` */
const areaName = ({ center: [lng, lat] }: Area): string =>
  `${degrees(lat, "NS")}, ${degrees(lng, "EW")}`

/** `2021–26`, or `2024`. */
const yearsIn = ({ tracks }: Area, all: ReadonlyArray<Tracked>): string => {
  const years = tracks.map((i) => yearOf(all[i]!.activity.day))
  const [first, last] = [Math.min(...years), Math.max(...years)]
  return first === last ? String(first) : `${first}–${String(last).slice(2)}`
}

/** Returns the size of a map: the first has the room of four. */
const sizeOf = (i: number, width: number): readonly [width: number, height: number] => {
  const isNarrow = width < narrow
  const column = isNarrow ? (width - gap) / 2 : (width - 3 * gap) / 4
  const height = Math.round(column * .78)
  if (i > 0) return [Math.round(column), height]
  return isNarrow
    ? [width, Math.round(width * .9)]
    : [Math.round(2 * column + gap), 2 * (height + caption) + gap - caption]
}

const figure = (
  area: Area,
  i: number,
  all: ReadonlyArray<Tracked>,
  view: SiteView,
  width: number,
): Html => {
  const [mapWidth, height] = sizeOf(i, width)
  const map = areaMap(area, all.map(({ track }) => track), {
    width: mapWidth,
    height,
    units: view.units,
    outliers: i === 0 ? .012 : 0,
  })
  return markup`<figure>${map}<figcaption><b>${areaName(area)}</b> <span>${
    quantity(area.tracks.length, "track")
  }${i > 0 && `, ${yearsIn(area, all)}`}</span></figcaption></figure>`
}

export const mapPanel: Panel = {
  id: "map",
  span: 12,
  tracks: true,
  title: () => "Everywhere you went",
  subtitle: (view) => {
    const all = trackedIn(view)
    const { length } = areasOf(all.map(({ track }) => track))
    return length === 0
      ? ""
      : markup`<b>${decimal(all.length)}</b> ${nounFor(all.length, "track")} in <b>${
        decimal(length)
      }</b> ${nounFor(length, "area")}, each to its own scale; ends are cut, no tiles are loaded`
  },
  draw: (view, width) => {
    const all = trackedIn(view)
    const areas = areasOf(all.map(({ track }) => track))
    if (areas.length === 0) {
      return sentence(
        view.site.maps
          ? "None of these activities has a track."
          : markup`Maps are left out of this report. To include them: ${
            commandHtml(view.site, "report --maps")
          }`,
      )
    }
    const count = showsAll(view) ? areas.length : width < narrow ? fewerAreas : usualAreas
    return markup`<div class="maps${width < narrow && " narrow"}">${
      areas.slice(0, count).map((area, i) => figure(area, i, all, view, width))
    }${
      showsAll(view) || areas.length > count
        ? markup`<p class="more">${
          choice(
            showsAll(view) ? "Fewer areas" : quantity(areas.length - count, "more area"),
            overviewAddress(view, { areas: showsAll(view) ? undefined : "all" }),
          )
        }</p>`
        : ""
    }</div>`
  },
  table: (view) => {
    const all = trackedIn(view)
    const areas = areasOf(all.map(({ track }) => track))
    return areas.length === 0 ? undefined : {
      head: ["Area", "Tracks", "Years"],
      rows: areas.map((area) => [
        areaName(area),
        decimal(area.tracks.length),
        yearsIn(area, all),
      ]),
    }
  },
}
