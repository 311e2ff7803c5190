/** A page of the browser: its display, its input, and a record of its activity. */
import { Effect, Schema } from "effect"
import { call } from "./BrowserError.ts"
import type { PuppeteerBrowser, PuppeteerPage, Rectangle } from "./puppeteer.ts"

/** Properties of the display. */
export interface PageView {
  readonly width?: number
  readonly height?: number
  /** Device pixels per CSS pixel. */
  readonly scale?: number
  readonly scheme?: "light" | "dark"
  readonly media?: "screen" | "print"
}

interface PageActivity {
  /** Errors and warnings on the console, exceptions, issues, dialogs, workers, frames and windows. */
  readonly complaints: ReadonlyArray<string>
  /** URLs of all requests, including the page's own. */
  readonly requests: ReadonlyArray<string>
}

/**
 * Expression that resolves when fonts are loaded, the page is painted, and scripts started by that
 * have run.
 */
const idle = `document.fonts.ready.then(() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))))`

const harmless = ["log", "info", "debug", "verbose"]

const AccessibilityTree = Schema.Struct({
  nodes: Schema.Array(Schema.Struct({
    ignored: Schema.Boolean,
    role: Schema.optionalKey(Schema.Struct({ value: Schema.String })),
    name: Schema.optionalKey(Schema.Struct({ value: Schema.String })),
  })),
})

/** Starts to record the activity of the page. */
const record = async (page: PuppeteerPage) => {
  const complaints: Array<string> = []
  const requests: Array<string> = []
  page.on("console", (message) => {
    if (!harmless.includes(message.type())) {
      complaints.push(`console ${message.type()}: ${message.text()}`)
    }
  })
  page.on("pageerror", (error) => complaints.push(`exception: ${error}`))
  page.on("issue", ({ code, details }) => {
    complaints.push(`issue: ${code} ${JSON.stringify(details)}`)
  })
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.type()} ${dialog.message()}`)
    void dialog.dismiss().catch(() => {})
  })
  page.on("workercreated", (worker) => complaints.push(`worker: ${worker.url()}`))
  page.on("frameattached", () => complaints.push("frame"))
  const session = await page.createCDPSession()
  session.on("Network.requestWillBeSent", ({ request }) => requests.push(request.url))
  session.on("Network.webSocketCreated", ({ url }) => requests.push(url))
  session.on("Network.webTransportCreated", ({ url }) => requests.push(url))
  await session.send("Network.enable")
  return { session, activity: (): PageActivity => ({ complaints, requests }) }
}

/** Presses keys joined by `+`, and releases them in reverse order. */
const pressKeys = async ({ keyboard }: PuppeteerPage, keys: string) => {
  const names = keys.split("+")
  for (const name of names) await keyboard.down(name)
  for (const name of names.toReversed()) await keyboard.up(name)
}

type Pointer = "mouse" | "finger"
type Point = readonly [x: number, y: number]

/** Returns the command of the DevTools protocol that presses (0), moves (1) or releases (2) a pointer. */
const inputOf = (by: Pointer, phase: 0 | 1 | 2, [x, y]: Point): [string, object] =>
  by === "mouse"
    ? ["Input.dispatchMouseEvent", {
      ...{ x, y, button: "left", buttons: 1, clickCount: 1 },
      type: ["mousePressed", "mouseMoved", "mouseReleased"][phase],
    }]
    : ["Input.dispatchTouchEvent", {
      type: ["touchStart", "touchMove", "touchEnd"][phase],
      touchPoints: phase === 2 ? [] : [{ x, y }],
    }]

/** Opens a page in a context of its own, which is closed with the scope, and waits until it is idle. */
export const openPage = (browser: PuppeteerBrowser, timeout: number) =>
  Effect.fn("Browser.open")(function* (url: string, initial: PageView = {}) {
    const context = yield* Effect.acquireRelease(
      call("open a page", () => browser.createBrowserContext()),
      (context) => Effect.ignore(call("close a page", () => context.close())),
    )
    const page = yield* call("open a page", () => context.newPage())
    const { activity, session } = yield* call("watch a page", () => record(page))
    const windows: Array<string> = []
    context.on("targetcreated", (target) => windows.push(`${target.type()}: ${target.url()}`))

    /** Evaluates an expression in the page, as a script of the page would, and awaits its promise. */
    const evaluate = Effect.fn("Page.evaluate")(
      function* <S extends Schema.Constraint & { readonly DecodingServices: never }>(
        schema: S,
        expression: string,
      ) {
        const value = yield* call("evaluate", () => page.evaluate(expression))
        return yield* Effect.orDie(Schema.decodeUnknownEffect(schema)(value))
      },
    )
    const waitUntilIdle = evaluate(Schema.Unknown, idle)

    let current: PageView = {}

    /** Changes the given properties of the view and keeps the others. */
    const emulate = Effect.fn("Page.emulate")(function* (change: PageView) {
      const { height = 900, media = "screen", scale = 1, scheme = "light", width = 1280 } =
        current = { ...current, ...change }
      yield* call("change the view", async () => {
        await page.setViewport({ width, height, deviceScaleFactor: scale })
        // The functions of puppeteer set either the type or the features, and reset the other.
        await session.send("Emulation.setEmulatedMedia", {
          media,
          features: [
            { name: "prefers-color-scheme", value: scheme },
            { name: "prefers-reduced-motion", value: "reduce" },
          ],
        })
      })
      yield* waitUntilIdle
    })

    /** Presses a key, such as `Tab` or `Shift+Tab`. */
    const press = Effect.fn("Page.press")(function* (keys: string, times = 1) {
      for (let i = 0; i < times; i++) yield* call(`press ${keys}`, () => pressKeys(page, keys))
      yield* waitUntilIdle
    })

    const moveMouse = (x: number, y: number) =>
      Effect.andThen(call("move the mouse", () => page.mouse.move(x, y)), waitUntilIdle)

    /** Presses at the first point, moves to the others and releases, with the mouse or a finger. */
    const drag = Effect.fn("Page.drag")(function* (
      by: Pointer,
      points: ReadonlyArray<Point>,
    ) {
      const last = points.at(-1)!
      yield* call(`drag by ${by}`, async () => {
        for (const [i, point] of points.entries()) {
          await session.send(...inputOf(by, i === 0 ? 0 : 1, point))
        }
        await session.send(...inputOf(by, 2, last))
      })
      yield* waitUntilIdle
    })

    /** Returns a WebP picture of the window, or of a rectangle of the page. */
    const screenshot = (clip?: Rectangle) =>
      call("draw the page", () =>
        page.screenshot({
          type: "webp",
          quality: 65,
          ...(clip === undefined ? {} : { clip }),
        }))

    const pdf = call(
      "print the page",
      () =>
        page.pdf({ printBackground: true, preferCSSPageSize: true, tagged: true, outline: true }),
    )

    /** Returns the nodes that a screen reader presents. */
    const accessibleNodes = call(
      "read the accessibility tree",
      () => session.send("Accessibility.getFullAXTree"),
    ).pipe(
      Effect.flatMap(Schema.decodeUnknownEffect(AccessibilityTree)),
      Effect.map(({ nodes }) => nodes.filter(({ ignored }) => !ignored)),
    )

    yield* emulate(initial)
    yield* call(`open ${url}`, () => page.goto(url, { timeout }))
    yield* waitUntilIdle

    return {
      accessibleNodes,
      drag,
      /** Returns the activity of the page so far. */
      activity: Effect.map(waitUntilIdle, (): PageActivity => {
        const { complaints, requests } = activity()
        return { complaints: [...complaints, ...windows], requests: [...requests] }
      }),
      emulate,
      evaluate,
      moveMouse,
      pdf,
      press,
      screenshot,
    }
  })

export type BrowserPage = Effect.Success<ReturnType<ReturnType<typeof openPage>>>
