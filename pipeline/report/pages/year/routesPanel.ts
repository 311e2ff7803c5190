/** Every route of a year, small, in a grid that fits the sheet. */
import { shortDate } from "../../../metrics/days.ts"
import { quantity } from "../../../output/kit/plurals.ts"
import { glyphPath } from "../../charts/glyph.ts"
import { distanceText } from "../../charts/quantities.ts"
import { pixel, sentence, svg } from "../../charts/svg.ts"
import { decimal } from "../../format.ts"
import { markup, named } from "../../html.ts"
import type { Panel } from "../../model/Panel.ts"
import { addressOf, type SiteView } from "../../model/SiteView.ts"
import { commandHtml } from "../hint.ts"
import { routesHeight } from "./sheet.ts"
import { chosenYear, sportsOfYear, yearFacts } from "./YearFacts.ts"

/** Pixels between routes, and height of a cell for one pixel of width. */
const [gap, aspect] = [3, .85]
const fewest = 8
const onPhones = 8
const narrow = 500

const gridHeight = (count: number, width: number, columns: number): number =>
  Math.ceil(count / columns) * (width / columns * aspect + gap)

/** Returns the least number of columns, from `least`, whose grid is at most `height` pixels high. */
export const routeColumns = (
  count: number,
  width: number,
  height: number,
  least: number = fewest,
): number => {
  let columns = least
  while (columns < count && gridHeight(count, width, columns) > height) columns++
  return columns
}

/** Returns the activities with a track, oldest first. */
const routesOf = ({ part, site, tracks }: SiteView) => {
  const { activities } = yearFacts(site, chosenYear(site, part))
  const withTrack = activities.filter(({ id }) => (tracks.get(id)?.length ?? 0) > 1).toReversed()
  return { activities, withTrack }
}

export const routesPanel: Panel = {
  id: "routes",
  span: 12,
  tracks: true,
  title: () => "Every route",
  subtitle: (view) => {
    const { activities, withTrack } = routesOf(view)
    return view.site.maps && withTrack.length > 0
      ? `${decimal(withTrack.length)} of ${
        quantity(activities.length, "activity", "activities")
      }, in order, each to its own scale`
      : ""
  },
  draw: (view, width) => {
    const { site, tracks, units } = view
    if (!site.maps) {
      return sentence(
        markup`Maps are left out of this file. To include them: ${
          commandHtml(site, "report --maps")
        }`,
      )
    }
    const { activities, withTrack } = routesOf(view)
    if (withTrack.length === 0) return sentence("No activity of this year has a track.")
    const room = routesHeight(sportsOfYear(activities).length)
    const columns = width < narrow ? onPhones : routeColumns(withTrack.length, width, room)
    const wide = width / columns
    const high = wide * aspect + gap
    const corner = (i: number) => [i % columns * wide, Math.floor(i / columns) * high] as const
    return {
      svg: svg(
        width,
        Math.ceil(gridHeight(withTrack.length, width, columns)),
        withTrack.map(({ group, id }, i) => {
          const [x, y] = corner(i)
          return markup`<path class="route ${group}" transform="translate(${pixel(x)} ${
            pixel(y)
          })" d="${glyphPath(tracks.get(id)!, wide - gap, wide * aspect, 2)}"/>`
        }),
      ),
      cursor: {
        label: "Every route",
        count: withTrack.length,
        down: columns,
        near: (x, y) =>
          Math.floor(y / high) * columns + Math.max(0, Math.min(columns - 1, Math.floor(x / wide))),
        mark: (i) => {
          const [x, y] = corner(i)
          return markup`<rect class="ring" x="${pixel(x - 1)}" y="${pixel(y - 1)}" width="${
            pixel(wide - 1)
          }" height="${pixel(wide * aspect + 2)}" rx="3"/>`
        },
        read: (i) => {
          const { day, meters, name } = withTrack[i]!
          return markup`${shortDate(day)} · <b>${named(name)}</b>${
            meters > 0 && ` · ${distanceText(units, meters)}`
          }`
        },
        open: (i) => addressOf(`activity/${withTrack[i]!.id}`),
      },
    }
  },
}
