/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The reader's units; those of the site without a choice. */
import type { Site } from "../model/Site.ts"
import { type Units, unitSystems } from "../../metrics/units.ts"
import { storeChoice, storedChoice } from "./choices.ts"

let units: Units | undefined = unitSystems.find((each) => each === storedChoice("units"))

const buttons = () => document.querySelectorAll<HTMLElement>("button[data-units]")

export const chosenUnits = (site: Site): Units => units ?? site.units

/** Marks the button of the units that are shown. */
export const markUnits = (shown: Units): void => {
  for (const button of buttons()) {
    button.setAttribute("aria-pressed", String(button.dataset["units"] === shown))
  }
}

const choose = (next: Units): void => {
  units = next
  storeChoice("units", next)
}

/** Changes to the units that are not shown. */
export const switchUnits = (): void => {
  const pressed = Array.from(buttons()).find((each) => each.ariaPressed === "true")
  choose(pressed?.dataset["units"] === "imperial" ? "metric" : "imperial")
}

/** Lets the buttons choose the units. */
export const followUnits = (redraw: () => void): void => {
  for (const button of buttons()) {
    button.addEventListener("click", () => {
      choose(button.dataset["units"] === "imperial" ? "imperial" : "metric")
      redraw()
    })
  }
}
