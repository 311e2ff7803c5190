/** The data of a site as text in its page, and back. */
import type { ActivityBlock } from "./ActivityBlock.ts"
import type { Site, Tracks } from "./Site.ts"

/** Returns text for an element of the page; no character of it can end a script. */
export const siteText = (site: Site): string => JSON.stringify(site).replaceAll("<", "\\u003c")

// The texts are those of this version of the program: they are in the same file as this code.
export const siteFrom = (text: string): Site => JSON.parse(text) as Site

export const tracksText = (tracks: Tracks): string => JSON.stringify([...tracks])

export const tracksFrom = (text: string): Tracks => new Map(JSON.parse(text))

export const blockText = (block: ActivityBlock): string => JSON.stringify(block)

export const blockFrom = (text: string): ActivityBlock => JSON.parse(text) as ActivityBlock
