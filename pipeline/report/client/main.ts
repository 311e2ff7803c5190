/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The program in the page: shows the page of the address, and follows the reader's choices. */
import { followKeys } from "./keys.ts"
import { followLinks } from "./links.ts"
import { redrawPanels } from "./panels.ts"
import { followPrint } from "./print.ts"
import { showPage } from "./showPage.ts"
import { followTheme } from "./theme.ts"
import { followUnits, switchUnits } from "./units.ts"
import { followWidth } from "./width.ts"

const redraw = () => void showPage(false)

followLinks(redraw)
followUnits(redraw)
followTheme()
followKeys({
  show: showPage,
  switchUnits: () => {
    switchUnits()
    redraw()
  },
})
followWidth(redrawPanels)
addEventListener("hashchange", () => void showPage(true))
followPrint(redraw)
redraw()
