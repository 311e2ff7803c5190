/** The files of a report: one, or one per year if it would be too large. */
import { yearOf } from "../../metrics/days.ts"
import type { SiteData } from "../collect.ts"
import { stepsWithin, withForm, writtenBlock } from "../pack/forms.ts"
import { base64Of } from "../pack/packedBlock.ts"
import { mostSteps } from "../pack/recording.ts"
import { policy, sitePage } from "./sitePage.ts"

interface SiteFile {
  readonly name: string
  readonly bytes: Uint8Array
}

interface FileNames {
  readonly main: string
  readonly nameOfYear: (year: number) => string
  /** Bytes of a file. */
  readonly limit?: number
}

interface SiteFiles {
  /** The first has all pages; the others the activities of a year. */
  readonly files: ReadonlyArray<SiteFile>
  /** Content security policy of each file. */
  readonly policy: string
  /** In the form in which they were written. */
  readonly recordings: SiteData["recordings"]
}

const encoder = new TextEncoder()

/** Share of the room for the blocks that an estimate may use. */
const share = .97

/**
 * Bytes up to which a report is light, so that it is sent and opened quickly. It has fewer steps then, but no
 * fewer than `lightSteps`.
 */
const lightOf = (activities: number): number => Math.max(1_000_000, 2_000 * activities)
const lightSteps = 200

/** Fewest steps, for a year that is too large all the same. */
const fewestSteps = 150

/** Returns the texts of the elements with the blocks: each deflated, then the ranks of its efforts. */
const blocksOf = ({ ranks, recordings, site: { activities, maps, steps } }: SiteData) =>
  new Map(activities.flatMap(({ id }) => {
    const recording = recordings.get(id)
    if (recording === undefined) return []
    const block = base64Of(writtenBlock(recording, { maps, steps }))
    return [[id, `${block} ${(ranks.get(id) ?? []).join()}`]]
  }))

const pageOf = (data: SiteData): Uint8Array =>
  encoder.encode(sitePage({ ...data, blocks: blocksOf(data) }))

const withSteps = ({ recordings, site, ...data }: SiteData, steps: number): SiteData => ({
  ...data,
  recordings: withForm(recordings, { maps: site.maps, steps }),
  site: { ...site, steps },
})

/** Returns the part of the data with the activities of a year. */
const yearPart = (data: SiteData, year: number, main: string): SiteData => {
  const activities = data.site.activities.filter(({ day }) => yearOf(day) === year)
  const recordings = activities.flatMap(({ id }) => {
    const found = data.recordings.get(id)
    return found === undefined ? [] : [[id, found] as const]
  })
  const site = { ...data.site, activities, part: { year, main } }
  return { ...data, site, tracks: new Map(), recordings: new Map(recordings) }
}

/** Returns the files of a report, each within the limit if that is possible. */
export const siteFiles = (
  data: SiteData,
  { limit = 6_000_000, main, nameOfYear }: FileNames,
): SiteFiles => {
  const { recordings, site: { activities, maps } } = data
  const empty = { ...data, recordings: new Map() }
  const index = pageOf(empty).length
  const steps = [Math.min(limit, lightOf(activities.length)), limit]
    .map((most) => stepsWithin(recordings, (most - index) * share, maps))
    .find((found, i) => found !== undefined && (i > 0 || found >= lightSteps))
  if (steps !== undefined) {
    const whole = withSteps(data, steps)
    const bytes = pageOf(whole)
    if (bytes.length <= limit) {
      return { files: [{ name: main, bytes }], policy, recordings: whole.recordings }
    }
  }
  const years = [...new Set(activities.map(({ day }) => yearOf(day)))]
  const parts = years.map((year) => yearPart(data, year, main))
  const most = Math.min(
    ...parts.map((part) => {
      const own = pageOf({ ...part, recordings: new Map() }).length
      return stepsWithin(part.recordings, (limit - own) * share, maps) ?? fewestSteps
    }),
    mostSteps,
  )
  const files = years.map((year) => ({ year, name: nameOfYear(year) }))
  const split = parts.map((part) => withSteps(part, most))
  const first = { ...empty, site: { ...data.site, steps: most, files } }
  return {
    files: [
      { name: main, bytes: pageOf(first) },
      ...split.map(({ site, ...part }, i) => ({
        name: files[i]!.name,
        bytes: pageOf({ ...part, site: { ...site, files } }),
      })),
    ],
    policy,
    recordings: new Map(split.flatMap((part) => [...part.recordings])),
  }
}
