/** Local days and weeks in every time zone of the simulator, where the clocks are changed and where not. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { placeOn, virtual } from "../../pipeline/simulator/places.ts"
import { instantOf, isoSeconds, labelOf, offsetAt } from "../../pipeline/simulator/zones.ts"
import { on } from "../../sinks/PostgresSink.ts"
import { item } from "../sinks/items.ts"
import { test } from "../testing.ts"
import { onBoth } from "./databases.ts"
import { valuesOf } from "./viewsDatabase.ts"

const both = onBoth()

const hour = 3_600_000
const day = 24 * hour

/** Where the simulated athlete ever is, and zones that Strava has been seen to send. */
const zones = [
  ...new Set([
    ...Array.from({ length: 30 * 73 }, (_, i) => placeOn(1, Date.UTC(2000, 0, 1 + 5 * i)).zone),
    virtual.zone,
    "EST",
    "US/Michigan",
    "Brazil/Acre",
  ]),
].sort()

/** Instants of 2026 at which the clocks of `zone` are changed. */
const changes = (zone: string) =>
  Array.from({ length: 365 * 24 }, (_, i) => Date.UTC(2026, 0, 1, i))
    .filter((at) => offsetAt(zone, at) !== offsetAt(zone, at - hour))

/** Instants just before and at: each change of the clocks, the Mondays after them, a new year. */
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

/** What the clocks of `zone` show, by another way than the simulator's: `2026-03-29T03:00:00`. */
const clock = (zone: string, at: number): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" })
    .format(at).replace(" ", "T")

const mondayOf = (date: string): string => {
  const at = Date.parse(date)
  return new Date(at - ((new Date(at).getUTCDay() + 6) % 7) * day).toISOString().slice(0, 10)
}

/** Each zone is an athlete of its own, whose activities began at the instants above. */
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

/** Strava's hidden start: midnight and a second, of the local day, and the same with a true Z. */
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

both("local time, days, weeks and years are right in every time zone, wherever one asks", (
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

      // PostgreSQL has time zones of its own, which agree.
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
      // From Monday 5 January to Monday 28 December 2026 are 52 Mondays, none of them twice.
      assert.deepEqual(
        counted(weeks.map(([athlete]) => String(athlete))),
        athletes.map(({ athlete }) => [String(athlete), 52]),
      )

      const ends = yield* ask(
        `select athlete_id, year, max(activities), count(*)::int from strava.v_year_to_date
        where athlete_id >= 100 group by 1, 2 order by 1, 2`,
      )
      // All but the last, which is the first of the new year; and every day once.
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
  }))

test("the simulator's zones are those that hurt, and their clocks are as known", () =>
  Effect.sync(() => {
    for (const zone of ["Asia/Kathmandu", "Atlantic/Canary", "Cuba", "EST5EDT", "Etc/GMT+5"]) {
      assert.ok(zones.includes(zone), zone)
    }
    const shown = (zone: string) =>
      changes(zone).flatMap((at) => [at - 1000, at]).map((at) =>
        `${isoSeconds(at)} ${clock(zone, at)}`
      )
    assert.deepEqual(shown("Europe/Berlin"), [
      // Sunday 29 March, 2 o'clock becomes 3; Sunday 25 October, 3 o'clock becomes 2.
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
