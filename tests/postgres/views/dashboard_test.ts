/** The dashboard of examples/grafana: each query runs on both databases and reads only the views. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import * as Yaml from "effect/encoding/Yaml"
import { views } from "../../../sinks/postgres/views/views.ts"
import { read } from "../../../tools/files.ts"
import { test } from "../../testing.ts"
import { onBoth } from "../databases.ts"
import { holding, type TableContents } from "./viewsDatabase.ts"

interface Source {
  readonly uid: string
  readonly type: string
}

interface Target {
  readonly rawSql: string
  readonly format: "table" | "time_series"
  readonly datasource: Source
}

interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly datasource: Source
  readonly targets: ReadonlyArray<Target>
  readonly options?: { readonly xField?: string }
  readonly fieldConfig?: {
    readonly overrides: ReadonlyArray<{ readonly matcher: { readonly options: string } }>
  }
}

interface Dashboard {
  readonly uid: string
  readonly panels: ReadonlyArray<Panel>
}

const folder = "examples/grafana"
const dashboard: Dashboard = JSON.parse(read(`${folder}/dashboards/training.json`))

/** Replaces Grafana's macros with a fixed time range. */
const substituted = (sql: string): string =>
  sql.replaceAll(
    /\$__timeFilter\(((?:[^()]|\([^()]*\))*)\)/g,
    (_, column) => `${column} between '2025-01-01T00:00:00Z' and '2027-01-01T00:00:00Z'`,
  )

/** Returns activities with a sample every second, and an athlete with two heart rate zones. */
const contents = (): TableContents => {
  const days = ["2025-05-05", "2026-05-05", "2026-05-12"]
  const activities = days.map((day, i) => ({
    id: i + 1,
    name: "Run",
    sport_type: "Run",
    distance: 10_000,
    moving_time: 3_600,
    elapsed_time: 3_700,
    total_elevation_gain: 50,
    start_date: `${day}T06:00:00Z`,
    start_date_local: `${day}T08:00:00`,
  }))
  const streams = activities.map(({ id }) => ({
    activity_id: id,
    n: 4,
    time: [0, 1, 2, 3],
    heartrate: [100, 110, 160, 170],
  }))
  const zones = [{ heart_rate_min: [0, 150], heart_rate_max: [150, -1] }]
  return { activities, streams, zones }
}

const live = onBoth()

live(
  "every panel of the dashboard has rows, and the columns that it shows",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, contents())
      for (const { fieldConfig, options, targets, title, type } of dashboard.panels) {
        for (const { format, rawSql } of targets) {
          const query = substituted(rawSql)
          assert.doesNotMatch(query, /\$_/, title)
          const rows = yield* sql.unsafe<Record<string, unknown>>(query)
          const [row] = rows
          assert.ok(row !== undefined, `${title} is empty`)
          for (const { matcher } of fieldConfig?.overrides ?? []) {
            assert.ok(matcher.options in row, `${title} has no ${matcher.options}`)
          }
          if (type === "trend") assert.equal(typeof row[options?.xField ?? ""], "number", title)
          if (format !== "time_series") continue
          // A timestamp with time zone is a Date. Grafana does not accept text or a date as a time.
          assert.ok(row["time"] instanceof Date, `${title}: time`)
          assert.equal(typeof row["metric"], "string", title)
          const times = rows.map(({ time }) => Number(time))
          assert.deepEqual(times, times.toSorted((a, b) => a - b), title)
        }
      }
    }),
)

test("the dashboard reads only the views, from the data source that comes with it", () =>
  Effect.sync(() => {
    const known = new Set(views.map(({ name }) => name))
    assert.ok(dashboard.panels.length >= 5 && dashboard.panels.length <= 6)
    assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length)
    const { datasources: [source] } = Yaml.parse(
      read(`${folder}/provisioning/datasources/history.yaml`),
    ) as { readonly datasources: readonly [Source] }
    for (const { datasource, targets, title } of dashboard.panels) {
      assert.ok(targets.length > 0, title)
      for (const { datasource: own, rawSql } of targets) {
        assert.deepEqual([datasource, own], Array(2).fill({ type: source.type, uid: source.uid }))
        const named = [...rawSql.matchAll(/\b(?:from|join)\s+([a-z_.]+)/g)].map(([, name]) => name!)
        assert.ok(named.length > 0, title)
        for (const name of named) assert.ok(known.has(name), `${title} reads ${name}`)
      }
    }
    const times = dashboard.panels.filter(({ targets }) =>
      targets.some(({ rawSql }) => rawSql.includes("$__timeFilter("))
    )
    assert.ok(times.length >= 3, "panels that follow the chosen days")
  }))
