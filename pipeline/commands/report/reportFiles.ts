/** The files of a report of the stored data, in memory. */
import { Config, Effect } from "effect"
import { complain } from "../../base/runMain.ts"
import { isEmpty, noActivities } from "../../landed/state.ts"
import { StoredData } from "../../landed/StoredData.ts"
import { yearFileOf } from "../../state/file/reports.ts"
import { measuresOf } from "../process/measures.ts"

/** True in CI, where other people might see the report. */
export const unattended = Config.String("CI").pipe(
  Config.withDefault(""),
  Effect.orElseSucceed(() => ""),
  Effect.map((value) => value !== "" && value !== "0" && value.toLowerCase() !== "false"),
)

/** Options of a report. */
export interface ReportSettings {
  /** Name of the first file. */
  readonly main: string
  readonly year: number | undefined
  readonly activity: string | undefined
  readonly maps: boolean
  readonly measures: Parameters<typeof measuresOf>[0]
}

/** Makes the report, and stores what it derived from streams for the next one. */
export const reportFiles = Effect.fn("reportFiles")(
  function* ({ main, measures, ...options }: ReportSettings) {
    const { notes, state } = yield* StoredData
    yield* Effect.forEach(notes, (note) => complain(`  ${note}`))
    // The site's modules take longer to load than most commands run.
    const [{ collect }, { siteFiles }, { cacheRecordings }] = yield* Effect.promise(() =>
      Promise.all([
        import("../../report/collect.ts"),
        import("../../report/site/siteFiles.ts"),
        import("../../report/pack/readRecordings.ts"),
      ])
    )
    const data = yield* collect({ ...options, ...yield* measuresOf(measures) })
    const nameOfYear = (year: number) => yearFileOf(main, year)
    const { files, policy, recordings } = siteFiles(data, { main, nameOfYear })
    yield* cacheRecordings(recordings, data.stored)
    if (state !== undefined && isEmpty(state)) yield* complain(`  ${noActivities(state)}`)
    return { files, policy, activities: data.site.activities.length }
  },
)
