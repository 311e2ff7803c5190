/**
 * The parts of puppeteer-core that the driver uses. Only `tests/browser/driver/deno.lock` has the package, so
 * its modules are imported by their paths in Deno's cache, and its types are declared here.
 */
import { Effect, Schema } from "effect"
import type { Readable, Writable } from "node:stream"
import { call } from "./BrowserError.ts"
import { withPackages } from "./packages.ts"

interface Emitter<Events> {
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): unknown
}

/** A session of the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/ */
interface CdpSession extends
  Emitter<{
    "Network.requestWillBeSent": { readonly request: { readonly url: string } }
    "Network.webSocketCreated": { readonly url: string }
    "Network.webTransportCreated": { readonly url: string }
  }> {
  send(method: string, params?: object): Promise<unknown>
}

export type Rectangle = Readonly<Record<"x" | "y" | "width" | "height", number>>

interface ScreenshotOptions {
  readonly type: "webp"
  readonly quality: number
  readonly clip?: Rectangle
}

type Viewport = Readonly<Record<"width" | "height" | "deviceScaleFactor", number>>

export interface PuppeteerPage extends
  Emitter<{
    console: { type(): string; text(): string }
    dialog: { type(): string; message(): string; dismiss(): Promise<void> }
    frameattached: unknown
    issue: { readonly code: string; readonly details: object }
    pageerror: unknown
    workercreated: { url(): string }
  }> {
  createCDPSession(): Promise<CdpSession>
  evaluate(expression: string): Promise<unknown>
  goto(url: string, options: { readonly timeout: number }): Promise<unknown>
  readonly keyboard: Record<"down" | "press" | "up", (key: string) => Promise<void>>
  readonly mouse: { move(x: number, y: number): Promise<void> }
  pdf(options: object): Promise<Uint8Array>
  screenshot(options: ScreenshotOptions): Promise<Uint8Array<ArrayBuffer>>
  setViewport(size: Viewport): Promise<void>
}

interface BrowserContext extends Emitter<{ targetcreated: { type(): string; url(): string } }> {
  close(): Promise<void>
  newPage(): Promise<PuppeteerPage>
}

export interface PuppeteerBrowser {
  close(): Promise<void>
  createBrowserContext(): Promise<BrowserContext>
  /** Returns the product with its version, such as "Chrome/153.0.7912.0". */
  version(): Promise<string>
}

interface Puppeteer {
  connect(options: {
    readonly defaultViewport: null
    readonly issuesEnabled: true
    readonly protocolTimeout: number
    readonly transport: object
  }): Promise<PuppeteerBrowser>
  readonly PipeTransport: new (write: Writable, read: Readable) => object
}

const Urls = Schema.fromJsonString(Schema.Struct({ axe: Schema.String, folder: Schema.String }))

const urls = withPackages(
  new URL("./deno.json", import.meta.url),
  `console.log(JSON.stringify({
    axe: import.meta.resolve("axe-core/axe.min.js"),
    folder: import.meta.resolve("puppeteer-core/lib/puppeteer"),
  }))
  async () => [await import("axe-core"), await import("puppeteer-core")]`,
).pipe(Effect.flatMap(Schema.decodeEffect(Urls)), Effect.orDie)

/** Returns the text of axe-core, an accessibility linter that runs in a page. */
export const axeSource = Effect.map(urls, ({ axe }) => Deno.readTextFileSync(new URL(axe)))

/** Imports the package. Its module for browsers is the one that needs no other package. */
export const puppeteer = Effect.flatMap(
  urls,
  ({ folder }) =>
    call("import puppeteer-core", async (): Promise<Puppeteer> => ({
      ...await import(`${folder}/puppeteer-core-browser.js`),
      ...await import(`${folder}/node/PipeTransport.js`),
    })),
)
