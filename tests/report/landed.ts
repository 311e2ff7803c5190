/** A folder that things have landed in, and the report of it. */
import { Effect, FileSystem, Option } from "effect"
import assert from "node:assert/strict"
import { Archive } from "../../pipeline/archive/Archive.ts"
import { collect, type ReportOptions } from "../../pipeline/report/collect.ts"
import { page } from "../../pipeline/report/page.ts"
import * as JsonSink from "../../sinks/JsonSink.ts"
import type { Batch } from "../../sinks/Sink.ts"

/** A folder of `--data` that holds these as JSON. */
export const folderOf = Effect.fnUntraced(function* (batches: ReadonlyArray<Batch>) {
  const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  const sink = yield* (yield* JsonSink.make(`${data}/json`)).open
  for (const batch of batches) assert.deepEqual(yield* sink.write(batch), [])
  return data
})

export const archiveOf = (data: string) => Archive.layer({ data, databaseUrl: Option.none() })

const usual: ReportOptions = { year: undefined, activity: undefined, maps: true }

/** The report of a folder, as text. */
export const reportOf = (data: string, options: Partial<ReportOptions> = {}) =>
  Effect.map(collect({ ...usual, ...options }), page).pipe(
    Effect.provide(archiveOf(data), { local: true }),
  )

/** What a reader sees between the tags of a panel. */
export const panelOf = (html: string, id: string): string => {
  const [, panel] =
    new RegExp(`<section id="${id}" data-panel[^>]*>([^]*?)</section>`).exec(html) ?? []
  assert.ok(panel !== undefined, `there is no panel ${id}`)
  return panel
}

/** The text of HTML, without tags. */
export const textOf = (html: string): string =>
  html.replaceAll(/<[^>]*>/g, " ").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll(
    "&#39;",
    "'",
  ).replaceAll(
    "&amp;",
    "&",
  )
    .replaceAll(/\s+/g, " ").trim()
