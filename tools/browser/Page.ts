/** A page in the browser: how it is looked at, what is done to it, and what it did. */
import { Deferred, Effect, Schema } from "effect"
import { BrowserError } from "./BrowserError.ts"
import { patience } from "../patience.ts"
import type { Connection } from "./Connection.ts"
import { type Key, keys } from "./keys.ts"
import type { Method, Params } from "./protocol.ts"
import { makeWitness, wordsOf } from "./Witness.ts"

/** How a page is looked at. */
export interface View {
  readonly width?: number
  readonly height?: number
  /** Pixels of the screen for one of the page. */
  readonly scale?: number
  readonly scheme?: "light" | "dark"
  readonly media?: "screen" | "print"
  /** Nothing may move. */
  readonly still?: boolean
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Fonts are there, everything is laid out and painted, and what that set off has run. */
const rest = `document.fonts.ready.then(() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))))`

const domains = ["Page", "Runtime", "Log", "Network", "Audits"] as const

export const open = ({ listen, send }: Connection) =>
  Effect.fn("Browser.open")(function* (url: string, view: View = {}) {
    const { targetId } = yield* Effect.acquireRelease(
      send("Target.createTarget", { url: "about:blank" }),
      ({ targetId }) => Effect.ignore(send("Target.closeTarget", { targetId })),
    )
    const { sessionId } = yield* send("Target.attachToTarget", { targetId, flatten: true })
    const ask = <M extends Method>(method: M, params: Params<M>) => send(method, params, sessionId)
    const fork = Effect.runForkWith(yield* Effect.context<never>())
    const witness = makeWitness()
    const loaded = yield* Deferred.make<void>()
    yield* Effect.forEach(domains, (domain) => ask(`${domain}.enable`, {}))
    yield* ask("Target.setAutoAttach", {
      autoAttach: true,
      waitForDebuggerOnStart: false,
      flatten: true,
    })
    listen(sessionId, (event) => {
      witness.see(event)
      if (event.method === "Page.loadEventFired") Deferred.doneUnsafe(loaded, Effect.void)
      if (event.method === "Page.javascriptDialogOpening") {
        fork(Effect.ignore(ask("Page.handleJavaScriptDialog", { accept: false })))
      }
    })

    /** What the expression gives, awaited; it sees the page as the page's own scripts do. */
    const evaluate = Effect.fn("Page.evaluate")(
      function* <S extends Schema.Constraint & { readonly DecodingServices: never }>(
        schema: S,
        expression: string,
      ) {
        const { exceptionDetails, result } = yield* ask("Runtime.evaluate", {
          expression,
          awaitPromise: true,
          returnByValue: true,
        })
        if (exceptionDetails !== undefined) {
          return yield* new BrowserError({ what: "evaluate", cause: wordsOf(exceptionDetails) })
        }
        return yield* Effect.mapError(
          Schema.decodeUnknownEffect(schema)(result.value),
          (cause) => new BrowserError({ what: `read the value of ${expression}`, cause }),
        )
      },
    )
    const atRest = evaluate(Schema.Unknown, rest)

    let current: View = {}

    /** Changes how the page is looked at; what is not said stays. */
    const look = Effect.fn("Page.look")(function* (change: View) {
      const view = current = { ...current, ...change }
      yield* ask("Emulation.setDeviceMetricsOverride", {
        width: view.width ?? 1280,
        height: view.height ?? 900,
        deviceScaleFactor: view.scale ?? 1,
        mobile: false,
      })
      yield* ask("Emulation.setEmulatedMedia", {
        media: view.media ?? "screen",
        features: [
          { name: "prefers-color-scheme", value: view.scheme ?? "light" },
          {
            name: "prefers-reduced-motion",
            value: view.still === false ? "no-preference" : "reduce",
          },
        ],
      })
      yield* atRest
    })

    const press = Effect.fn("Page.press")(function* (key: Key, times = 1) {
      const { shift = false, text, ...of } = keys[key]
      const params = { ...of, modifiers: shift ? 8 : 0 }
      for (let i = 0; i < times; i++) {
        yield* ask("Input.dispatchKeyEvent", {
          type: text === undefined ? "rawKeyDown" : "keyDown",
          ...params,
          ...(text === undefined ? {} : { text }),
        })
        yield* ask("Input.dispatchKeyEvent", { type: "keyUp", ...params })
      }
      yield* atRest
    })

    const pointAt = Effect.fn("Page.pointAt")(function* (x: number, y: number) {
      yield* ask("Input.dispatchMouseEvent", { type: "mouseMoved", x, y })
      yield* atRest
    })

    const screenshot = Effect.fn("Page.screenshot")(function* (box?: Box) {
      const { data } = yield* ask("Page.captureScreenshot", {
        format: "png",
        ...(box === undefined ? {} : { clip: { ...box, scale: 1 }, captureBeyondViewport: true }),
      })
      return Uint8Array.fromBase64(data)
    })

    const pdf = ask("Page.printToPDF", {
      printBackground: true,
      generateTaggedPDF: true,
      generateDocumentOutline: true,
    }).pipe(Effect.map(({ data }) => Uint8Array.fromBase64(data)))

    /** What a screen reader is told of. */
    const accessible = ask("Accessibility.getFullAXTree", {}).pipe(
      Effect.map(({ nodes }) => nodes.filter(({ ignored }) => !ignored)),
    )

    yield* look(view)
    const { errorText } = yield* ask("Page.navigate", { url })
    if (errorText !== undefined) {
      return yield* new BrowserError({ what: `open ${url}`, cause: errorText })
    }
    yield* Effect.timeoutOrElse(Deferred.await(loaded), {
      duration: patience,
      orElse: () => new BrowserError({ what: `open ${url}`, cause: "it did not load" }),
    })
    yield* atRest

    return {
      accessible,
      evaluate,
      look,
      pdf,
      pointAt,
      press,
      screenshot,
      /** All that the page did so far. */
      seen: Effect.map(atRest, witness.seen),
    }
  })

/** Gone when its scope ends. */
export type Page = Effect.Success<ReturnType<ReturnType<typeof open>>>
