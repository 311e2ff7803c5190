/** What the user asked of this run, as the stages need to know it. */
import { Context } from "effect"

export class RunOptions extends Context.Service<RunOptions, {
  /** Most requests under way at once inside a window. */
  readonly concurrency: number
  /** Fetch again what is there. */
  readonly force: boolean
  /** Most activities to fetch streams of in this run. */
  readonly limit: number | undefined
  /** Try at once what was set aside, also where its time has not come. */
  readonly retryQuarantined: boolean
}>()("paceline/RunOptions") {}
