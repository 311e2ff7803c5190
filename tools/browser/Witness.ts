/** Who watches a page: every complaint of the browser, and every request. */
import type { BrowserEvent, ExceptionDetails } from "./protocol.ts"

interface Seen {
  /** Errors and warnings on the console, exceptions, broken policies, dialogs, workers, frames. */
  readonly complaints: ReadonlyArray<string>
  /** Addresses that were asked for, the page's own among them. */
  readonly requests: ReadonlyArray<string>
}

const harmless = new Set(["log", "info", "debug", "verbose"])

/** An exception in words. */
export const wordsOf = ({ exception, text }: ExceptionDetails): string =>
  exception?.description ?? `${text} ${String(exception?.value ?? "")}`.trim()

const complaintOf = (event: BrowserEvent): string | undefined => {
  switch (event.method) {
    case "Runtime.exceptionThrown":
      return `exception: ${wordsOf(event.params.exceptionDetails)}`
    case "Runtime.consoleAPICalled": {
      const { args, type } = event.params
      const words = args.map(({ description, value }) => description ?? String(value))
      return harmless.has(type) ? undefined : `console ${type}: ${words.join(" ")}`
    }
    case "Log.entryAdded": {
      const { level, source, text } = event.params.entry
      return harmless.has(level) ? undefined : `${source} ${level}: ${text}`
    }
    case "Audits.issueAdded":
      return `issue: ${event.params.issue.code} ${JSON.stringify(event.params.issue.details)}`
    case "Page.javascriptDialogOpening":
      return `dialog: ${event.params.type} ${event.params.message}`
    case "Target.attachedToTarget":
      return `target: ${event.params.targetInfo.type} ${event.params.targetInfo.url}`
    default:
      return undefined
  }
}

const requestOf = (event: BrowserEvent): string | undefined => {
  switch (event.method) {
    case "Network.requestWillBeSent":
      return event.params.request.url
    case "Network.webSocketCreated":
    case "Network.webTransportCreated":
      return event.params.url
    default:
      return undefined
  }
}

export const makeWitness = () => {
  const complaints: Array<string> = []
  const requests: Array<string> = []
  return {
    see: (event: BrowserEvent): void => {
      const complaint = complaintOf(event)
      if (complaint !== undefined) complaints.push(complaint)
      const request = requestOf(event)
      if (request !== undefined) requests.push(request)
    },
    seen: (): Seen => ({ complaints: [...complaints], requests: [...requests] }),
  }
}
