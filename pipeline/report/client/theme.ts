/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The theme: light, dark, or that of the system. style.css has the colors of each. */
import { storeChoice, storedChoice } from "./choices.ts"

const themes = ["system", "light", "dark"] as const
type Theme = typeof themes[number]

const names: Readonly<Record<Theme, string>> = {
  system: "as the system",
  light: "light",
  dark: "dark",
}

const apply = (theme: Theme): void => {
  const { dataset } = document.documentElement
  if (theme === "system") delete dataset["theme"]
  else dataset["theme"] = theme
  const button = document.getElementById("theme")!
  button.dataset["shown"] = theme
  button.setAttribute("aria-label", `Theme: ${names[theme]}`)
  button.title = `Theme: ${names[theme]}`
}

/** Lets the button change the theme. */
export const followTheme = (): void => {
  let at = Math.max(0, themes.findIndex((each) => each === storedChoice("theme")))
  apply(themes[at]!)
  document.getElementById("theme")!.addEventListener("click", () => {
    at = (at + 1) % themes.length
    apply(themes[at]!)
    storeChoice("theme", themes[at]!)
  })
}
