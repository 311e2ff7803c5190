/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The data in the page. */
import { yearOf } from "../../metrics/days.ts"
import type { ActivityBlock } from "../model/ActivityBlock.ts"
import type { Site, Tracks } from "../model/Site.ts"
import { blockContentsFrom, rankedBlock } from "../model/blockText.ts"
import { fileAddress } from "../model/SiteView.ts"
import { siteFrom, tracksFrom } from "../model/siteText.ts"

/** Returns the text of an element. It can follow the script, and so might not have been read yet. */
const textOf = async (id: string): Promise<string | undefined> => {
  const found = document.getElementById(id)
  if (found !== null || document.readyState !== "loading") return found?.textContent
  await new Promise((resolve) => addEventListener("DOMContentLoaded", resolve, { once: true }))
  return document.getElementById(id)?.textContent
}

const inflate = (base64: string): Promise<string> => {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))
  return new Response(stream).text()
}

export const readSite = async (): Promise<Site> =>
  siteFrom(await inflate(document.getElementById("index")!.textContent))

let tracks: Promise<Tracks> | undefined

/** Decodes the tracks once; empty without maps. */
export const readTracks = (site: Site): Promise<Tracks> =>
  tracks ??= textOf("tracks").then(async (text) =>
    text === undefined || text === "" ? new Map() : tracksFrom(await inflate(text), site)
  )

/** Returns the block of an activity; undefined if there is none. */
export const readBlock = async (id: string, site: Site): Promise<ActivityBlock | undefined> => {
  const [packed = "", ranks = ""] = (await textOf(`a${id}`))?.split(" ") ?? []
  const group = site.activities.find((each) => each.id === id)?.group
  if (packed === "" || group === undefined) return undefined
  const block = blockContentsFrom(await inflate(packed))
  return rankedBlock(block, ranks.split(",").map(Number), group, site)
}

/** Returns the address of the file with a page, if it is not in this one; its activity is `part`. */
export const otherFile = (
  { activities, files, part }: Site,
  page: string,
  id: string,
): string | undefined => {
  const activity = page === "activity" ? activities.find((each) => each.id === id) : undefined
  if (part !== undefined) return activity === undefined ? fileAddress(part.main) : undefined
  const file = activity && files.find(({ year }) => year === yearOf(activity.day))
  return file && fileAddress(file.name)
}
