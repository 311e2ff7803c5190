/** Keys of a keyboard, as the DevTools protocol names them. */

interface Stroke {
  readonly key: string
  readonly code: string
  readonly windowsVirtualKeyCode: number
  /** What the key types. */
  readonly text?: string
  readonly shift?: boolean
}

export type Key =
  | "Tab"
  | "BackTab"
  | "Enter"
  | "Space"
  | "Escape"
  | "Home"
  | "End"
  | "ArrowLeft"
  | "ArrowUp"
  | "ArrowRight"
  | "ArrowDown"

export const keys: Readonly<Record<Key, Stroke>> = {
  Tab: { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 },
  BackTab: { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9, shift: true },
  Enter: { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" },
  Space: { key: " ", code: "Space", windowsVirtualKeyCode: 32, text: " " },
  Escape: { key: "Escape", code: "Escape", windowsVirtualKeyCode: 27 },
  End: { key: "End", code: "End", windowsVirtualKeyCode: 35 },
  Home: { key: "Home", code: "Home", windowsVirtualKeyCode: 36 },
  ArrowLeft: { key: "ArrowLeft", code: "ArrowLeft", windowsVirtualKeyCode: 37 },
  ArrowUp: { key: "ArrowUp", code: "ArrowUp", windowsVirtualKeyCode: 38 },
  ArrowRight: { key: "ArrowRight", code: "ArrowRight", windowsVirtualKeyCode: 39 },
  ArrowDown: { key: "ArrowDown", code: "ArrowDown", windowsVirtualKeyCode: 40 },
}
