/**
 * Local days and weeks in every time zone of the simulator, across clock changes; and coverage by
 * year.
 */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { placeOn, virtual } from "../../../pipeline/simulator/world/places.ts"
import {
  instantOf,
  isoSeconds,
  labelOf,
  offsetAt,
} from "../../../pipeline/simulator/world/zones.ts"
import { on } from "../../../sinks/postgres/PostgresSink.ts"
import { item } from "../../sinks/items.ts"
import { test } from "../../testing.ts"
import { onBoth } from "../databases.ts"
import { holding, marchActivities, queryRows, valuesOf } from "./viewsDatabase.ts"

const both = onBoth()

const hour = 3_600_000
const day = 24 * hour

/** Time zones of the simulated athlete, and zones that Strava has been seen to send. */
const zones = [
  ...new Set([
    ...Array.from({ length: 30 * 73 }, (_, i) => placeOn(1, Date.UTC(2000, 0, 1 + 5 * i)).zone),
    virtual.zone,
    "EST",
    "US/Michigan",
    "Brazil/Acre",
  ]),
].sort()

/** Returns the instants of 2026 at which the clocks of `zone` change. */
const changes = (zone: string) =>
  Array.from({ length: 365 * 24 }, (_, i) => Date.UTC(2026, 0, 1, i))
    .filter((at) => offsetAt(zone, at) !== offsetAt(zone, at - hour))

/** Returns the instants at, and one second before, each clock change, several Mondays and New Year. */
const instants = (zone: string): ReadonlyArray<number> => {
  const mondays = [
    Date.UTC(2026, 0, 12),
    Date.UTC(2026, 2, 9),
    Date.UTC(2026, 2, 30),
    Date.UTC(2026, 6, 13),
    Date.UTC(2026, 9, 26),
    Date.UTC(2026, 10, 2),
  ]
  const borders = [...mondays, Date.UTC(2027, 0, 1)].map((local) => instantOf(zone, local))
  return [...changes(zone), ...borders].flatMap((at) => [at - 1000, at]).sort((a, b) => a - b)
}

/**
 * Returns the local time in `zone` (`2026-03-29T03:00:00`), computed independently of the
 * simulator.
 */
const clock = (zone: string, at: number): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" })
    .format(at).replace(" ", "T")

const mondayOf = (date: string): string => {
  const at = Date.parse(date)
  return new Date(at - ((new Date(at).getUTCDay() + 6) % 7) * day).toISOString().slice(0, 10)
}

/** One athlete per time zone, with activities that started at the instants above. */
const athletes = zones.map((zone, i) => ({
  zone,
  athlete: 100 + i,
  starts: instants(zone).map((at, k) => ({ at, id: (100 + i) * 1000 + k, local: clock(zone, at) })),
}))

const items = athletes.flatMap(({ athlete, starts, zone }) =>
  starts.map(({ at, id }) =>
    item({
      resource: "activities",
      id: String(id),
      athlete,
      json: {
        id,
        sport_type: "Run",
        start_date: isoSeconds(at),
        start_date_local: isoSeconds(at + offsetAt(zone, at)),
        timezone: labelOf(zone, at),
        utc_offset: offsetAt(zone, at) / 1000,
        distance: 1000,
        moving_time: 360,
      },
    })
  )
)

/**
 * Activity with a hidden start: Strava sends one second after local midnight, and repeats it as the
 * UTC start.
 */
const hidden = item({
  resource: "activities",
  id: "1",
  json: {
    id: 1,
    start_date: "2026-07-06T00:00:01Z",
    start_date_local: "2026-07-06T00:00:01Z",
    timezone: "(GMT-05:00) US/Michigan",
    utc_offset: -14_400,
  },
})

const counted = (keys: ReadonlyArray<string>) => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts]
}

both(
  "local time, days, weeks and years are right in every time zone, whatever the session's time zone",
  (
    { connect, location },
  ) =>
    Effect.gen(function* () {
      const sql = yield* connect
      const sink = yield* on({ connect: Effect.succeed(sql), location }).open
      const inZone = <A, E>(zone: string, body: Effect.Effect<A, E>) =>
        sql.withTransaction(
          Effect.andThen(sql`select set_config('TimeZone', ${zone}, true)`, body),
        )

      yield* inZone(
        "Pacific/Kiritimati",
        sink.write({ resource: "activities", items: [...items, hidden] }),
      )

      for (const session of ["Pacific/Kiritimati", "America/Santiago"]) {
        const ask = (text: string) => inZone(session, valuesOf(sql, text))

        assert.deepEqual(
          yield* ask(
            `select activity_id, started_at_local, activity_date, time_zone from strava.v_activities
          where athlete_id >= 100 order by 1`,
          ),
          athletes.flatMap(({ starts, zone }) =>
            starts.map(({ id, local }) => [id, local, local.slice(0, 10), zone])
          ),
        )

        // PostgreSQL's own time zone data agrees.
        assert.deepEqual(
          yield* ask(
            `select activity_id from strava.v_activities where athlete_id >= 100
          and started_at at time zone time_zone is distinct from started_at_local`,
          ),
          [],
        )

        const days = yield* ask(
          `select athlete_id, day, activities from strava.v_daily where athlete_id >= 100 order by 1, 2`,
        )
        assert.deepEqual(
          days,
          athletes.flatMap(({ athlete, starts }) =>
            counted(starts.map(({ local }) => local.slice(0, 10)).sort())
              .map(([date, count]) => [athlete, date, count])
          ),
        )

        const weeks = yield* ask(
          `select athlete_id, week, activities from strava.v_weekly where athlete_id >= 100 order by 1, 2`,
        )
        assert.deepEqual(
          weeks.filter(([, , count]) => count !== 0),
          athletes.flatMap(({ athlete, starts }) =>
            counted(starts.map(({ local }) => mondayOf(local.slice(0, 10))))
              .map(([week, count]) => [athlete, week, count])
          ),
        )
        // Monday 5 January to Monday 28 December 2026 are 52 Mondays, each of them once.
        assert.deepEqual(
          counted(weeks.map(([athlete]) => String(athlete))),
          athletes.map(({ athlete }) => [String(athlete), 52]),
        )

        const ends = yield* ask(
          `select athlete_id, year, max(activities), count(*)::int from strava.v_year_to_date
        where athlete_id >= 100 group by 1, 2 order by 1, 2`,
        )
        // All activities except the last, which is the first of the new year, and each day once.
        assert.deepEqual(
          ends,
          athletes.flatMap(({ athlete, starts }) => [
            [athlete, 2026, starts.length - 1, 365],
            [athlete, 2027, 1, 1],
          ]),
        )

        const years = yield* ask(
          `select athlete_id, year, listed from strava.v_coverage where athlete_id >= 100 order by 1, 2`,
        )
        assert.deepEqual(
          years,
          ends.map(([athlete, year, activities]) => [athlete, year, activities]),
        )

        assert.deepEqual(
          yield* ask(
            `select started_at_local, (select max(week) from strava.v_weekly where athlete_id = 7)
          from strava.v_activities where activity_id = 1`,
          ),
          [["2026-07-06T00:00:01", "2026-07-06"]],
        )
      }
    }),
)

test("the simulator has the difficult time zones, with their known clock changes", () =>
  Effect.sync(() => {
    for (const zone of ["Asia/Kathmandu", "Atlantic/Canary", "Cuba", "EST5EDT", "Etc/GMT+5"]) {
      assert.ok(zones.includes(zone), zone)
    }
    const shown = (zone: string) =>
      changes(zone).flatMap((at) => [at - 1000, at]).map((at) =>
        `${isoSeconds(at)} ${clock(zone, at)}`
      )
    assert.deepEqual(shown("Europe/Berlin"), [
      // On Sunday 29 March 2:00 becomes 3:00; on Sunday 25 October 3:00 becomes 2:00.
      "2026-03-29T00:59:59Z 2026-03-29T01:59:59",
      "2026-03-29T01:00:00Z 2026-03-29T03:00:00",
      "2026-10-25T00:59:59Z 2026-10-25T02:59:59",
      "2026-10-25T01:00:00Z 2026-10-25T02:00:00",
    ])
    assert.deepEqual(shown("Cuba"), [
      // Sunday 8 March has no midnight, and Sunday 1 November has two.
      "2026-03-08T04:59:59Z 2026-03-07T23:59:59",
      "2026-03-08T05:00:00Z 2026-03-08T01:00:00",
      "2026-11-01T04:59:59Z 2026-11-01T00:59:59",
      "2026-11-01T05:00:00Z 2026-11-01T00:00:00",
    ])
    assert.deepEqual(["Etc/GMT+5", "Jamaica", "Asia/Kathmandu"].flatMap(changes), [])
  }))

both(
  "v_coverage counts stored, unavailable and pending items by year",
  (database) =>
    Effect.gen(function* () {
      // The activity started on New Year's Eve in local time, so it counts for 2025.
      const eve = { start_date: "2026-01-01T04:30:00Z", start_date_local: "2025-12-31T23:30:00" }
      const sql = yield* holding(database, {
        activities: [
          ...marchActivities,
          ...[5, 6, 7].map((id) => ({ ...marchActivities[0], id })),
          { id: 8, ...eve },
          { id: 10 },
          { id: 20, athlete_id: 8, ...eve },
          { id: 21, athlete_id: 8, ...eve },
        ],
        streams: [
          ...[1, 2, 4, 8, 9].map((activity_id) => ({ activity_id })),
          { activity_id: 3, deleted_at: "2026-03-10T00:00:00Z" },
        ],
        details: [1, 4].map((activity_id) => ({ activity_id })),
        missing: [
          { activity_id: 3, resource: "streams", status: "absent" },
          { activity_id: 5, resource: "streams", status: "quarantined" },
          { activity_id: 6, resource: "streams", status: "skipped" },
          { activity_id: 2, resource: "details", status: "skipped" },
          { activity_id: 3, resource: "details", status: "quarantined" },
          { activity_id: 5, resource: "details", status: "absent" },
          // The streams of activity 21 are purged, and everything of activities 22 and 23.
          { activity_id: 21, athlete_id: 8, resource: "streams", status: "purged" },
          ...[22, 23].flatMap((activity_id) => [
            { activity_id, athlete_id: 8, resource: "activities", status: "purged" },
            { activity_id, athlete_id: 8, resource: "streams", status: "purged" },
          ]),
          { activity_id: 23, athlete_id: 8, resource: "details", status: "absent" },
          // These rows must not count: streams that arrived later, a deleted activity, another
          // resource.
          { activity_id: 1, resource: "streams", status: "quarantined" },
          { activity_id: 4, resource: "streams", status: "absent" },
          { activity_id: 77, resource: "zones", status: "skipped" },
        ],
      })
      const all = yield* queryRows(
        sql,
        "select * from strava.v_coverage order by athlete_id, year",
      )
      const rows = all.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([column]) => !column.includes("_from_")))
      )
      const spent = (athlete_id: number, year: number | null, counts: Record<string, number>) => ({
        athlete_id,
        year,
        listed: 0,
        with_streams: 0,
        streams_absent: 0,
        streams_quarantined: 0,
        streams_skipped: 0,
        streams_to_fetch: 0,
        with_details: 0,
        details_absent: 0,
        details_quarantined: 0,
        details_skipped: 0,
        details_to_fetch: 0,
        streams_purged: 0,
        details_purged: 0,
        activities_purged: 0,
        ...counts,
      })
      const dates = (first_date: string | null, last_date = first_date) => ({
        first_date,
        last_date,
      })
      assert.deepEqual(rows, [
        {
          ...spent(7, 2025, { listed: 1, with_streams: 1, details_to_fetch: 1 }),
          ...dates("2025-12-31"),
        },
        {
          // Activities 1, 2, 3, 5, 6 and 7; activity 4 is deleted.
          ...spent(7, 2026, {
            listed: 6,
            with_streams: 2, // 1, 2
            streams_absent: 1, // 3
            streams_quarantined: 1, // 5
            streams_skipped: 1, // 6
            streams_to_fetch: 1, // 7
            with_details: 1, // 1
            details_absent: 1, // 5
            details_quarantined: 1, // 3
            details_skipped: 1, // 2
            details_to_fetch: 2, // 6, 7
          }),
          ...dates("2026-03-01", "2026-03-03"),
        },
        {
          // Activity 10 has no start; 9 has streams but no row in activities.
          ...spent(7, null, {
            listed: 2,
            with_streams: 1,
            streams_to_fetch: 1,
            details_to_fetch: 2,
          }),
          ...dates(null),
        },
        {
          ...spent(8, 2025, {
            listed: 2,
            streams_to_fetch: 1, // 20
            streams_purged: 1, // 21
            details_to_fetch: 2,
          }),
          ...dates("2025-12-31"),
        },
        {
          ...spent(8, null, {
            listed: 2,
            streams_purged: 2,
            details_purged: 1, // 22
            details_absent: 1, // 23
            activities_purged: 2,
          }),
          ...dates(null),
        },
      ])
    }),
)
