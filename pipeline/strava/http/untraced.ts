/**
 * `fetch` without trace headers: with `OTEL_DENO=true`, Deno adds `traceparent` to every request, which
 * would tell Strava about this machine's traces.
 */

/** A context of OpenTelemetry that says to trace nothing: Deno's tracer skips a request within it. */
interface UntracedContext {
  getValue(key: symbol): unknown
  setValue(): UntracedContext
  deleteValue(): UntracedContext
}

/** OpenTelemetry's own key for that. */
const suppressTracing = Symbol.for("OpenTelemetry SDK Context Key SUPPRESS_TRACING")

const untraced: UntracedContext = {
  getValue: (key) => key === suppressTracing ? true : undefined,
  setValue: () => untraced,
  deleteValue: () => untraced,
}

/** Sends a request that carries no trace header. */
export const untracedFetch: typeof fetch = (input, init) =>
  Deno.telemetry.contextManager.with(untraced, () => fetch(input, init))
