/** HTML of a report in several files: links between them, and the contents of a file of one year. */
import { empty, type Html, markup } from "../html.ts"
import type { Site } from "../model/Site.ts"
import { fileAddress } from "../model/SiteView.ts"

/** Returns the contents of a file with the activities of one year, for readers without JavaScript. */
export const partOf = ({ main, year }: NonNullable<Site["part"]>): Html =>
  markup`<div class="hero"><h1>Activities of ${year}</h1><p class="sub">Open one from the <a href="${
    fileAddress(main)
  }#/activities">list of all activities</a>.</p></div>`

/** Returns links to the files that this one is not. */
export const otherFiles = ({ files, part }: Site): Html =>
  files.length === 0 ? empty : markup`<p>Other files of this report: ${
    part !== undefined &&
    markup`<a href="${fileAddress(part.main)}">all pages</a>, activities of `
  }${part === undefined && "activities of "}${
    files.filter(({ year }) => year !== part?.year).map(({ name, year }, i) =>
      markup`${i > 0 && ", "}<a href="${fileAddress(name)}">${year}</a>`
    )
  }. Keep them in one folder.</p>`
