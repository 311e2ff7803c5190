/**
 * Metrics of a run. Each is declared here once; OpenTelemetry and the file for Prometheus have the same ones. Names
 * follow Prometheus: a unit at the end, `_total` for counters.
 */
import { Metric } from "effect"

const counter = (name: string, description: string) =>
  Metric.counter(`paceline_${name}`, { description, incremental: true })

const gauge = (name: string, description: string) =>
  Metric.gauge(`paceline_${name}`, { description })

export const metrics = {
  requests: counter("requests_total", "Requests sent to Strava, by status; 0: no response"),
  retries: counter("retries_total", "Requests that were sent again after a temporary failure"),
  received: counter("received_bytes_total", "Bytes of responses, decompressed"),
  waited: counter("rate_limit_wait_seconds_total", "Time that requests waited for the rate limit"),
  items: counter("items_total", "Items by resource and result: fresh, changed, quarantined, …"),
  delivered: counter("delivered_items_total", "Items that a sink stored, by sink and resource"),
  quota: gauge("quota_remaining_requests", "Requests left, by window: 15 minutes, or the day"),
  backlog: gauge("backlog_items", "Items that a sink still lacks, by sink"),
  quarantined: gauge("quarantined_items", "Quarantined items, by resource"),
  newest: gauge("newest_activity_age_seconds", "Time since the start of the newest activity"),
  duration: gauge("last_run_duration_seconds", "Duration of the last run"),
  exitCode: gauge("last_run_exit_code", "Exit code of the last run"),
  ended: gauge("last_run_timestamp_seconds", "Time of the end of the last run"),
  succeeded: gauge("last_success_timestamp_seconds", "Time of the end of the last complete run"),
} as const

/** Adds to a counter, or sets a gauge. */
export const recordMetric = <Input>(
  metric: Metric.Metric<Input, unknown>,
  value: Input,
  attributes: Readonly<Record<string, string>> = {},
) => Metric.update(Metric.withAttributes(metric, attributes), value)
