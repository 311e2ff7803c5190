/** A folder with stored data, and its report. */
import { Effect, FileSystem, Option } from "effect"
import assert from "node:assert/strict"
import { Buffer } from "node:buffer"
import { inflateRawSync } from "node:zlib"
import { StoredData } from "../../pipeline/landed/StoredData.ts"
import { collect, type ReportOptions } from "../../pipeline/report/collect.ts"
import { type BlockContents, blockContentsFrom } from "../../pipeline/report/model/blockText.ts"
import type { Site } from "../../pipeline/report/model/Site.ts"
import { siteFrom } from "../../pipeline/report/model/siteText.ts"
import { siteFiles } from "../../pipeline/report/site/siteFiles.ts"
import { textOf } from "../../schemas/json/utf8.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { reportFile, yearFileOf } from "../../pipeline/state/file/reports.ts"
import type { Batch } from "../../sinks/Sink.ts"

/** Creates a data directory with these batches as JSON. */
export const folderOf = Effect.fnUntraced(function* (batches: ReadonlyArray<Batch>) {
  const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  const sink = yield* (yield* jsonSink(`${data}/json`)).open
  for (const batch of batches) assert.deepEqual(yield* sink.write(batch), [])
  return data
})

export const archiveOf = (data: string) => StoredData.layer({ data, databaseUrl: Option.none() })

const usual: ReportOptions = {
  ...{ year: undefined, activity: undefined, maps: true },
  ...{ units: "metric", weekStart: "monday" },
}

/** Returns the data of the report of a data directory. */
export const siteDataOf = (data: string, options: Partial<ReportOptions> = {}) =>
  collect({ ...usual, ...options }).pipe(Effect.provide(archiveOf(data), { local: true }))

/** Returns the report of a data directory as HTML. */
export const reportOf = (data: string, options: Partial<ReportOptions> = {}) =>
  Effect.map(siteDataOf(data, options), (found) => textOf(siteFiles(found, names).files[0]!.bytes))

/** Names of the files of a report. */
export const names = {
  main: reportFile,
  nameOfYear: (year: number) => yearFileOf(reportFile, year),
}

const inflated = (base64: string) => inflateRawSync(Buffer.from(base64, "base64")).toString()

/** Returns the text of an element of a report, inflated; undefined if there is none. */
export const elementOf = (html: string, id: string): string | undefined => {
  const [, text] = new RegExp(`<script type="text/plain" id="${id}">([^<]*)</script>`).exec(html) ??
    []
  return text === undefined ? undefined : inflated(text.split(" ")[0] ?? "")
}

/** Returns the data in a report. */
export const siteIn = (html: string): Site => siteFrom(elementOf(html, "index") ?? "")

/** Returns the block of an activity in a report. */
export const blockIn = (html: string, id: string): BlockContents =>
  blockContentsFrom(elementOf(html, `a${id}`) ?? "")

const chunksOf = (value: number): string => {
  let left = value < 0 ? ~(value << 1) : value << 1
  let text = ""
  for (; left >= 32; left >>= 5) text += String.fromCharCode((left & 31 | 32) + 63)
  return text + String.fromCharCode(left + 63)
}

/** Returns a polyline, in Google's encoding, of a start and `count` steps of 100 m to the north. */
export const northwards = (count: number): string =>
  chunksOf(50e5) + chunksOf(10e5) + (chunksOf(90) + chunksOf(0)).repeat(count)

/** Returns the text of HTML without tags. */
export const htmlText = (html: string): string =>
  html.replaceAll(/<[^>]*>/g, " ").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll(
    "&#39;",
    "'",
  ).replaceAll(
    "&amp;",
    "&",
  )
    .replaceAll(/\s+/g, " ").trim()
