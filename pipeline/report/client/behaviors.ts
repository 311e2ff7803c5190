/** Behavior of single pages, which begins when a page was inserted and ends before the next. */
import type { SiteView } from "../model/SiteView.ts"
import { attachActivityList } from "./activityList.ts"
import { attachOpenActivity } from "./openActivity.ts"

const behaviors: Readonly<Record<string, (view: SiteView, signal: AbortSignal) => void>> = {
  activities: attachActivityList,
  activity: attachOpenActivity,
}

let current = new AbortController()

/** Ends the behavior of the page before, and begins that of the page `name`. */
export const attachBehavior = (name: string, view: SiteView): void => {
  current.abort()
  current = new AbortController()
  behaviors[name]?.(view, current.signal)
}
