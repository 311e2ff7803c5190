/** The commands and events of the DevTools protocol that the tests use; the whole is at chromedevtools.github.io. */

interface Evaluated {
  readonly result: { readonly value?: unknown; readonly description?: string }
  readonly exceptionDetails?: ExceptionDetails
}

export interface ExceptionDetails {
  readonly text: string
  readonly exception?: { readonly description?: string; readonly value?: unknown }
}

/** A node of the tree that a screen reader reads. */
interface AccessibleNode {
  readonly ignored: boolean
  readonly role?: { readonly value: string }
  readonly name?: { readonly value: string }
}

interface Clip {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly scale: number
}

/** What goes in, and what comes back. */
interface Commands {
  "Browser.getVersion": [object, { readonly product: string }]
  "Target.createTarget": [{ readonly url: string }, { readonly targetId: string }]
  "Target.closeTarget": [{ readonly targetId: string }, object]
  "Target.attachToTarget": [
    { readonly targetId: string; readonly flatten: true },
    { readonly sessionId: string },
  ]
  "Target.setAutoAttach": [
    {
      readonly autoAttach: boolean
      readonly waitForDebuggerOnStart: boolean
      readonly flatten: true
    },
    object,
  ]
  "Page.enable": [object, object]
  "Runtime.enable": [object, object]
  "Log.enable": [object, object]
  "Network.enable": [object, object]
  "Audits.enable": [object, object]
  "Page.navigate": [{ readonly url: string }, { readonly errorText?: string }]
  "Page.handleJavaScriptDialog": [{ readonly accept: boolean }, object]
  "Page.captureScreenshot": [
    { readonly format: "png"; readonly clip?: Clip; readonly captureBeyondViewport?: boolean },
    { readonly data: string },
  ]
  "Page.printToPDF": [
    {
      readonly printBackground?: boolean
      readonly generateTaggedPDF?: boolean
      readonly generateDocumentOutline?: boolean
    },
    { readonly data: string },
  ]
  "Runtime.evaluate": [
    {
      readonly expression: string
      readonly awaitPromise: true
      readonly returnByValue: true
    },
    Evaluated,
  ]
  "Emulation.setEmulatedMedia": [
    {
      readonly media: string
      readonly features: ReadonlyArray<{ readonly name: string; readonly value: string }>
    },
    object,
  ]
  "Emulation.setDeviceMetricsOverride": [
    {
      readonly width: number
      readonly height: number
      readonly deviceScaleFactor: number
      readonly mobile: boolean
    },
    object,
  ]
  "Input.dispatchKeyEvent": [
    {
      readonly type: "rawKeyDown" | "keyDown" | "keyUp"
      readonly key: string
      readonly code: string
      readonly windowsVirtualKeyCode: number
      readonly text?: string
      readonly modifiers?: number
    },
    object,
  ]
  "Input.dispatchMouseEvent": [
    {
      readonly type: "mouseMoved" | "mousePressed" | "mouseReleased"
      readonly x: number
      readonly y: number
      readonly button?: "left"
      readonly clickCount?: number
    },
    object,
  ]
  "Accessibility.getFullAXTree": [object, { readonly nodes: ReadonlyArray<AccessibleNode> }]
}

export type Method = keyof Commands
export type Params<M extends Method> = Commands[M][0]
export type Result<M extends Method> = Commands[M][1]

interface Of<M extends string, P> {
  readonly method: M
  readonly params: P
}

/** What the browser tells without being asked. */
export type BrowserEvent =
  | Of<"Page.loadEventFired", object>
  | Of<"Page.javascriptDialogOpening", { readonly type: string; readonly message: string }>
  | Of<"Runtime.exceptionThrown", { readonly exceptionDetails: ExceptionDetails }>
  | Of<
    "Runtime.consoleAPICalled",
    {
      readonly type: string
      readonly args: ReadonlyArray<{ readonly value?: unknown; readonly description?: string }>
    }
  >
  | Of<
    "Log.entryAdded",
    { readonly entry: { readonly source: string; readonly level: string; readonly text: string } }
  >
  | Of<"Network.requestWillBeSent", { readonly request: { readonly url: string } }>
  | Of<"Network.webSocketCreated", { readonly url: string }>
  | Of<"Network.webTransportCreated", { readonly url: string }>
  | Of<
    "Audits.issueAdded",
    {
      readonly issue: { readonly code: string; readonly details: Readonly<Record<string, unknown>> }
    }
  >
  | Of<
    "Target.attachedToTarget",
    { readonly targetInfo: { readonly type: string; readonly url: string } }
  >
