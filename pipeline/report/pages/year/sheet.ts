/** Heights on the sheet of a year, so that everything fits one page. */

/** Pixels of a row of a table on the sheet, see the style sheet. */
const row = 27
/** Pixels of the smallest chart of months. */
const leastChart = 130
/** Pixels that are left for routes next to the smallest chart of months. */
const room = 262

/** Returns the pixels of the chart of months, which is as high as the table of sports. */
export const monthsHeight = (sports: number): number => Math.max(leastChart, sports * row)

/** Returns the pixels that are left for routes. On paper, they shrink if letters are larger. */
export const routesHeight = (sports: number): number => room + leastChart - monthsHeight(sports)
