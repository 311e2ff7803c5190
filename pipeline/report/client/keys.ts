/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Keys of all pages. Single letters and digits can be turned off, because speech input can press them. */
import { storeChoice, storedChoice } from "./choices.ts"

const isOn = (): boolean => storedChoice("keys") !== "off"

const isField = (target: EventTarget | null): boolean =>
  target instanceof Element && target.matches("input:not([type=checkbox]), select, textarea")

const help = () => document.getElementById("keys") as HTMLDialogElement

const openHelp = (): void => {
  const dialog = help()
  dialog.querySelector<HTMLInputElement>("input")!.checked = isOn()
  if (!dialog.open) dialog.showModal()
}

const focusSearch = async (show: (isNew: boolean) => Promise<void>): Promise<void> => {
  const search = () => document.querySelector<HTMLElement>("input[type=search]")
  if (search() === null) {
    history.pushState(null, "", "#/activities")
    await show(true)
  }
  search()?.focus()
}

/** Returns the link of the navigation that a digit opens. */
const pageOf = (digit: string): HTMLElement | undefined =>
  document.querySelectorAll<HTMLElement>("#nav a")[Number(digit) - 1]

interface Actions {
  readonly show: (isNew: boolean) => Promise<void>
  readonly switchUnits: () => void
}

const act = (key: string, { show, switchUnits }: Actions): boolean => {
  if (key === "/") void focusSearch(show)
  else if (key === "?") openHelp()
  else if (key === "u") switchUnits()
  else if (/^[1-5]$/.test(key)) pageOf(key)?.click()
  else return false
  return true
}

/** Lets keys open pages, search, change units and show the help. */
export const followKeys = (actions: Actions): void => {
  addEventListener("keydown", (event) => {
    const { altKey, ctrlKey, key, metaKey, target } = event
    if (altKey || ctrlKey || metaKey || isField(target) || help().open) return
    if (key.length === 1 && key !== " " && !isOn()) event.stopImmediatePropagation()
  }, { capture: true })
  addEventListener("keydown", (event) => {
    const { altKey, ctrlKey, key, metaKey, target } = event
    if (event.defaultPrevented || altKey || ctrlKey || metaKey || help().open) return
    if (isField(target)) {
      if (key === "Escape" && target instanceof HTMLElement) target.blur()
      return
    }
    if (key === "Escape" && location.hash.startsWith("#/activity/")) history.back()
    else if (act(key, actions)) event.preventDefault()
  })
  document.getElementById("keys-close")!.addEventListener("click", () => help().close())
  document.getElementById("keys-open")!.addEventListener("click", openHelp)
  help().addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement) storeChoice("keys", target.checked ? "on" : "off")
  })
}
