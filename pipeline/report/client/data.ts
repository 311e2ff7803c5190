/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The data in the page. */
import type { ActivityBlock } from "../model/ActivityBlock.ts"
import type { Site, Tracks } from "../model/Site.ts"
import { blockFrom, siteFrom, tracksFrom } from "../model/siteText.ts"

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

export const readSite = (): Site => siteFrom(document.getElementById("index")!.textContent)

let tracks: Promise<Tracks> | undefined

/** Decodes the tracks once; empty without maps. */
export const readTracks = (): Promise<Tracks> =>
  tracks ??= textOf("tracks").then(async (text) =>
    text === undefined || text === "" ? new Map() : tracksFrom(await inflate(text))
  )

/** Returns the block of an activity; undefined if there is none. */
export const readBlock = async (id: string): Promise<ActivityBlock | undefined> => {
  const text = await textOf(`a${id}`)
  return text === undefined ? undefined : blockFrom(await inflate(text))
}
