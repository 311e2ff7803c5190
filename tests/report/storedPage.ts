/** Pages of the report of a data directory, as text. */
import { Effect } from "effect"
import type { Page } from "../../pipeline/report/model/Panel.ts"
import type { Site } from "../../pipeline/report/model/Site.ts"
import type { SiteView } from "../../pipeline/report/model/SiteView.ts"
import { pageContents } from "../../pipeline/report/pages/frame.ts"
import { htmlText, siteDataOf } from "./landed.ts"
import { viewOf } from "./sites.ts"

/** Returns the text of a page of a site, with all of its panels. */
export const pageText = (page: Page, site: Site, fields: Partial<SiteView> = {}): string =>
  htmlText(pageContents(page, viewOf(site, fields), true).text)

/** Returns the text of a page of the report of a data directory. */
export const storedPage = (
  data: string,
  page: Page,
  options: Parameters<typeof siteDataOf>[1] = {},
) => Effect.map(siteDataOf(data, options), ({ site, tracks }) => pageText(page, site, { tracks }))
