/**
 * OpenTelemetry: traces, metrics and logs go to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names; without it,
 * nothing is sent and nothing is loaded. A collector that is down delays the end of the program by two seconds.
 */
import { Config, Effect, Layer, Option, Redacted } from "effect"
import { FetchHttpClient, type HttpClient } from "effect/http"
import { Otlp } from "effect/observability"
import { version } from "../../base/version.ts"

/** Time for the last export when the program ends. */
const shutdownTimeout = "2 seconds"

/** Returns the pairs of a list such as `a=1,b=2`, in which values can be percent-encoded. */
const pairsIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split(",").map((pair) => pair.trim()).filter((pair) => pair.includes("="))
      .map((pair) => {
        const at = pair.indexOf("=")
        return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]
      }),
  )

const settings = Config.all({
  endpoint: Config.option(Config.String("OTEL_EXPORTER_OTLP_ENDPOINT")),
  headers: Config.Redacted("OTEL_EXPORTER_OTLP_HEADERS").pipe(
    Config.withDefault(Redacted.make("")),
  ),
  serviceName: Config.String("OTEL_SERVICE_NAME").pipe(Config.withDefault("paceline")),
  attributes: Config.String("OTEL_RESOURCE_ATTRIBUTES").pipe(Config.withDefault("")),
})

/** Exports to the collector over `http`; a client that has nothing to do with Strava's. */
export const telemetryLayer = (
  http: Layer.Layer<HttpClient.HttpClient> = FetchHttpClient.layer,
) =>
  Layer.unwrap(
    Effect.map(settings, ({ attributes, endpoint, headers, serviceName }) => {
      const baseUrl = Option.getOrUndefined(Option.filter(endpoint, (url) => url.trim() !== ""))
      if (baseUrl === undefined) return Layer.empty
      return Otlp.layerJson({
        baseUrl,
        headers: pairsIn(Redacted.value(headers)),
        resource: { serviceName, serviceVersion: version, attributes: pairsIn(attributes) },
        loggerMergeWithExisting: true,
        shutdownTimeout,
      }).pipe(Layer.provide(http))
    }).pipe(Effect.orElseSucceed(() => Layer.empty)),
  )
