/** OpenTelemetry: what a collector receives, and what Strava must not. */
import { Effect, FileSystem, Schema } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { linesWithCanary } from "../../tools/canary.ts"
import { program, simulatedServer, small } from "./driver/program.ts"
import { live } from "../testing.ts"

/** Collector on this machine, as long as the scope is open; `received` grows. */
const collector = Effect.acquireRelease(
  Effect.sync(() => {
    const received = new Map<string, Array<string>>()
    const headers: Array<string | null> = []
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      async (request) => {
        const { pathname } = new URL(request.url)
        received.set(pathname, [...received.get(pathname) ?? [], await request.text()])
        headers.push(request.headers.get("x-key"))
        return Response.json({})
      },
    )
    return { headers, received, server, url: `http://127.0.0.1:${server.addr.port}` }
  }),
  ({ server }) => Effect.promise(() => server.shutdown()),
)

const Attributes = Schema.Array(
  Schema.Struct({ key: Schema.String, value: Schema.Record(Schema.String, Schema.Unknown) }),
)

const Traces = Schema.fromJsonString(Schema.Struct({
  resourceSpans: Schema.Array(Schema.Struct({
    scopeSpans: Schema.Array(Schema.Struct({
      spans: Schema.Array(Schema.Struct({
        spanId: Schema.String,
        traceId: Schema.String,
        parentSpanId: Schema.optionalKey(Schema.String),
        name: Schema.String,
        attributes: Attributes,
      })),
    })),
  })),
}))

const decodeTraces = Schema.decodeUnknownSync(Traces)

live(
  "a collector receives one trace per run, with its stages, requests and deliveries",
  () =>
    Effect.gen(function* () {
      const env = yield* simulatedServer()
      const { headers, received, url } = yield* collector
      const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const { code, stderr } = yield* program(
        ["pipeline", "--data", data, "--sink", "json", "--quiet"],
        {
          ...env,
          OTEL_EXPORTER_OTLP_ENDPOINT: url,
          OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20b",
          OTEL_SERVICE_NAME: "mine",
        },
      )
      assert.equal(code, 0, stderr)
      const texts = [...received.values()].flat()
      assert.deepEqual(texts.flatMap(linesWithCanary), [], "a secret was exported")
      assert.deepEqual([...new Set(headers)], ["a b"])
      assert.ok(texts.every((text) => text.includes(`"mine"`)))
      const spans = (received.get("/v1/traces") ?? []).flatMap((text) =>
        decodeTraces(text).resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) => spans)
        )
      )
      const run = spans.find(({ name }) => name === "run")
      assert.ok(run !== undefined, "the run has a span")
      const byId = new Map(spans.map((span) => [span.spanId, span]))
      const isBelow = (span: typeof run, above: string): boolean => {
        const parent = byId.get(span.parentSpanId ?? "")
        return parent !== undefined && (parent.name === above || isBelow(parent, above))
      }
      const named = (name: string) => spans.filter((span) => span.name === name)
      const requests = named("GET")
      const { length: sent } = (yield* (yield* Simulator).requests).filter(({ path }) =>
        path.startsWith("/api/v3/")
      )
      assert.equal(requests.length, sent)
      for (const span of [...named("stage streams"), ...requests, ...named("deliver json")]) {
        assert.equal(span.traceId, run.traceId, `${span.name} is in another trace`)
      }
      assert.ok(named("deliver json").length > 0)
      assert.ok(requests.some((span) => isBelow(span, "stage streams")))
      assert.ok(!texts.some((text) => text.includes("key_by_type")), "a query was exported")
      const metrics = (received.get("/v1/metrics") ?? []).join("\n")
      assert.match(metrics, /paceline_requests_total/)
      assert.match(metrics, /paceline_quota_remaining_requests/)
    }).pipe(Effect.provide(small())),
)

live(
  "no request to Strava carries a trace header, even if Deno traces requests itself",
  () =>
    Effect.gen(function* () {
      const env = yield* simulatedServer()
      const { url } = yield* collector
      const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const { code, stderr } = yield* program(["pipeline", "--data", data, "--sink", "json"], {
        ...env,
        OTEL_DENO: "true",
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      })
      assert.equal(code, 0, stderr)
      const seen = yield* (yield* Simulator).requests
      assert.ok(seen.length > 10)
      const traced = seen.filter(({ headers }) =>
        ["traceparent", "tracestate", "baggage", "b3"].some((name) => name in headers)
      )
      assert.deepEqual(traced.map(({ path }) => path), [])
    }).pipe(Effect.provide(small())),
)
