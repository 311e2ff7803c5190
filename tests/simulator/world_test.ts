/** The simulated athlete: determinism, plausible samples, every irregularity. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { serialize } from "node:v8"
import { encode } from "../../pipeline/simulator/responses/json.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { SummaryActivity } from "../../schemas/Activity.ts"
import { DetailedAthlete } from "../../schemas/Athlete.ts"
import { StreamSet, streamTypes } from "../../schemas/StreamSet.ts"
import { test } from "../testing.ts"

type Summary = Record<string, unknown> & {
  readonly id: number
  readonly name: string
  readonly start_date: string
  readonly start_date_local: string
  readonly timezone: string
  readonly utc_offset: number
  readonly sport_type: string
  readonly map: { readonly summary_polyline: string | null }
}
type Streams = Record<string, { readonly data: ReadonlyArray<unknown>; original_size: number }>

const world = World.make()
const texts = world.ids.map((id) => world.summaryText(id))
const summaries = texts.map((text) => JSON.parse(text) as Summary)
const all = new Set<string>(streamTypes)
const streamsOf = (of: World, id: number): Streams | undefined => {
  const bytes = of.streams(id, all, true)
  return bytes && JSON.parse(new TextDecoder().decode(bytes)) as Streams
}
const count = (is: (summary: Summary) => boolean) => summaries.filter(is).length
const numbers = (data: ReadonlyArray<unknown>) => data.filter((v) => typeof v === "number")

/** Decodes Google's polyline format. */
const decodePolyline = (text: string): ReadonlyArray<readonly [number, number]> => {
  const points: Array<readonly [number, number]> = []
  let at = 0
  const next = () => {
    let [result, shift, code] = [0, 0, 0]
    do {
      code = text.charCodeAt(at++) - 63
      result |= (code & 0x1f) << shift
      shift += 5
    } while (code >= 0x20)
    return result & 1 ? ~(result >> 1) : result >> 1
  }
  let [lat, lng] = [0, 0]
  while (at < text.length) points.push([(lat += next()) / 1e5, (lng += next()) / 1e5])
  return points
}

/** Returns the local time, with the incorrect `Z` that Strava adds to it. */
const wallClock = (at: string, timeZone: string) =>
  `${new Date(at).toLocaleString("sv-SE", { timeZone }).replace(" ", "T")}Z`

test("the same options make the same world, and another seed makes another", () =>
  Effect.sync(() => {
    const again = World.make()
    assert.deepEqual(again.ids, world.ids)
    for (const id of world.ids.slice(0, 20)) {
      assert.equal(again.summaryText(id), world.summaryText(id))
      assert.deepEqual(again.streams(id, all, true), world.streams(id, all, true))
    }
    assert.notDeepEqual(World.make({ seed: 2 }).ids, world.ids)
  }))

test("the number of activities is as requested, newest first, with unique IDs, none after the end", () =>
  Effect.sync(() => {
    assert.equal(world.size, 700)
    assert.equal(new Set(world.ids).size, 700)
    const starts = summaries.map(({ start_date }) => Date.parse(start_date))
    assert.deepEqual(starts, starts.toSorted((a, b) => b - a))
    assert.ok(starts[0]! < Date.UTC(2026, 10, 15))
    assert.ok(starts[699]! > Date.UTC(2020, 10, 1))
    assert.ok(world.ids.every((id) => Number.isSafeInteger(id) && id > 2 ** 31))
    assert.equal(World.make({ activities: 0 }).size, 0)
    assert.equal(World.make({ activities: 1 }).size, 1)
  }))

test("the world matches the schemas", () =>
  Effect.gen(function* () {
    yield* Schema.decodeUnknownEffect(Schema.Array(SummaryActivity))(summaries)
    yield* Schema.decodeUnknownEffect(Schema.fromJsonString(DetailedAthlete))(
      encode(world.athlete(true)),
    )
    for (const id of world.ids.slice(0, 40)) {
      const streams = streamsOf(world, id)
      if (streams) yield* Schema.decodeUnknownEffect(StreamSet)(streams)
    }
  }))

test("summaries have the irregularities of real ones", () =>
  Effect.sync(() => {
    const manual = summaries.filter((summary) => summary["manual"] === true)
    assert.ok(manual.length >= 3 && manual.length < 30, `${manual.length} manual`)
    for (const summary of manual) {
      assert.equal(summary["upload_id"], null)
      assert.equal(summary["external_id"], null)
      assert.equal("upload_id_str" in summary, false)
      assert.equal(summary["max_speed"], 0)
      assert.ok(texts[summaries.indexOf(summary)]!.includes('"max_speed":0,'))
    }
    const counts = {
      "start_latlng []": count(({ start_latlng }) =>
        Array.isArray(start_latlng) && start_latlng.length === 0
      ),
      "start_latlng null": count(({ start_latlng }) => start_latlng === null),
      'polyline ""': count(({ map }) => map.summary_polyline === ""),
      "polyline null": count(({ map }) => map.summary_polyline === null),
      "gear_id null": count(({ gear_id }) => gear_id === null),
      "workout_type null": count(({ workout_type }) => workout_type === null),
      "workout_type absent": count((summary) => !("workout_type" in summary)),
      "heart rate absent": count((summary) => !("average_heartrate" in summary)),
      "power absent": count((summary) => !("average_watts" in summary)),
      "power meter": count(({ device_watts }) => device_watts === true),
      "power guessed": count(({ device_watts }) => device_watts === false),
      "elevation absent": count((summary) => !("elev_high" in summary)),
      "upload_id_str absent": count((summary) => !("upload_id_str" in summary)),
      "device_name": count((summary) => "device_name" in summary),
      "private": count((summary) => summary["private"] === true),
      "trainer": count(({ trainer }) => trainer === true),
      "unknown field": count((summary) => "sim_conditions" in summary),
      "formula in a name": count(({ name }) => name.startsWith("=HYPERLINK")),
      "emoji in a name": count(({ name }) => /\p{Extended_Pictographic}/u.test(name)),
      "quote and comma in a name": count(({ name }) => name.includes('"') && name.includes(",")),
      "sport unknown to the document": count(({ sport_type }) => sport_type === "Padel"),
    }
    for (const [what, number] of Object.entries(counts)) assert.ok(number > 0, `no ${what}`)
    assert.ok(summaries.every(({ name }) => !/[\r\n]/.test(name)))
    assert.ok(
      summaries.every((summary) =>
        (summary["private"] === true) === (summary["visibility"] === "only_me")
      ),
    )
    assert.ok(
      summaries.every((summary) =>
        !("device_name" in summary) || summary.start_date >= "2025-10-27"
      ),
    )
    assert.ok(summaries.every((s) => s.sport_type !== "TrailRun" || s["type"] === "Run"))
    assert.ok(texts.every((text) => /"utc_offset":-?\d+\.0,/.test(text)))
    assert.ok(texts.filter((text) => /"distance":\d+\.0,/.test(text)).length > 10)
  }))

test("local times and labels have the same errors as Strava's", () =>
  Effect.sync(() => {
    const hidden = world.outlines.filter((outline) => outline.hidden).map(({ id }) => id)
    const shared = new Map<string, number>()
    for (const { id, start_date, start_date_local, timezone, utc_offset } of summaries) {
      if (hidden.includes(id)) {
        assert.match(start_date, /T00:00:01Z$/)
        shared.set(start_date, (shared.get(start_date) ?? 0) + 1)
        continue
      }
      assert.equal(Date.parse(start_date_local), Date.parse(start_date) + utc_offset * 1000)
      const zone = timezone.slice(timezone.indexOf(") ") + 2)
      assert.equal(start_date_local, wallClock(start_date, zone))
    }
    assert.ok(
      [...shared.values()].some((together) => together >= 2),
      "no two hidden starts of a day",
    )
    const label = (timezone: string) =>
      (Number(timezone.slice(4, 7)) * 60 + Number(timezone.slice(8, 10))) * 60
    assert.ok(count(({ timezone, utc_offset }) => label(timezone) !== utc_offset) > 200)
    const zones = new Set(summaries.map(({ timezone }) => timezone))
    assert.ok(zones.size >= 5)
    assert.ok([...zones].some((zone) => /\) (US\/|EST5EDT|Jamaica|Cuba|Etc\/)/.test(zone)))
  }))

test("some activities were uploaded late, so that IDs are not ordered by start", () =>
  Effect.sync(() => {
    const late = world.ids.filter((id, i) => i > 0 && id > world.ids[i - 1]!)
    assert.ok(late.length > 2 && late.length < 120, `${late.length}`)
  }))

test("summary, polyline and samples agree", () =>
  Effect.sync(() => {
    let tracks = 0
    for (const summary of summaries.filter((_, i) => i % 4 === 0)) {
      const streams = streamsOf(world, summary.id)
      if (streams === undefined) continue
      const last = (type: string) => numbers(streams[type]?.data ?? []).at(-1) as number | undefined
      assert.equal(last("time"), summary["elapsed_time"])
      if (streams["distance"]) assert.equal(last("distance"), summary["distance"])
      const times = streams["time"]!.data as ReadonlyArray<number>
      assert.ok(times.every((t, i) => i === 0 || t > times[i - 1]!))
      for (const { data, original_size } of Object.values(streams)) {
        assert.equal(data.length, times.length)
        assert.equal(original_size, times.length)
      }
      if (streams["latlng"] === undefined) {
        assert.ok((summary["start_latlng"] as ReadonlyArray<number> | null)?.length !== 2)
        continue
      }
      tracks++
      const first = streams["latlng"].data[0] as readonly [number, number]
      const [lat, lng] = decodePolyline(summary.map.summary_polyline!)[0]!
      assert.ok(Math.abs(first[0] - lat) < 2e-5 && Math.abs(first[1] - lng) < 2e-5)
      assert.deepEqual(first, summary["start_latlng"])
    }
    assert.ok(tracks > 80)
  }))

test("heart rate follows power, and power follows the grade", () =>
  Effect.sync(() => {
    const correlation = (a: ReadonlyArray<number>, b: ReadonlyArray<number>) => {
      const mean = (of: ReadonlyArray<number>) => of.reduce((x, y) => x + y, 0) / of.length
      const [ma, mb] = [mean(a), mean(b)]
      const sum = (f: (i: number) => number) => a.reduce((total, _, i) => total + f(i), 0)
      return sum((i) => (a[i]! - ma) * (b[i]! - mb)) /
        Math.sqrt(sum((i) => (a[i]! - ma) ** 2) * sum((i) => (b[i]! - mb) ** 2))
    }
    const rides = summaries.filter(({ average_watts, elev_high, has_heartrate }) =>
      average_watts !== undefined && elev_high !== undefined && has_heartrate === true
    ).slice(0, 25).map(({ id }) => streamsOf(world, id)).filter((streams) => streams !== undefined)
    const mean = (f: (s: Streams) => number) =>
      rides.reduce((sum, s) => sum + f(s), 0) / rides.length
    const column = (s: Streams, type: string) =>
      s[type]!.data.map((v) => Number(v ?? 0)).filter((_, i) => i > 300 && s["moving"]!.data[i])
    assert.ok(mean((s) => correlation(column(s, "watts"), column(s, "grade_smooth"))) > 0.25)
    const lagged = (s: Streams, lag: number) =>
      correlation(column(s, "watts").slice(0, -lag), column(s, "heartrate").slice(lag))
    assert.ok(mean((s) => lagged(s, 8)) > mean((s) => lagged(s, 1)))
    assert.ok(mean((s) => lagged(s, 8)) > 0.5)
  }))

test("samples have the irregularities of real ones", () =>
  Effect.sync(() => {
    const found = {
      gaps: 0,
      standing: 0,
      nulls: 0,
      floatCadence: 0,
      indoor: 0,
      virtual: 0,
      none: 0,
    }
    for (const { id, sport_type, timezone, ...summary } of summaries) {
      if (Object.values(found).every((number) => number > 0)) break
      const bytes = world.streams(id, all, true)
      if (bytes === undefined) {
        if (summary["manual"] !== true) found.none++
        continue
      }
      const text = new TextDecoder().decode(bytes)
      const streams = JSON.parse(text) as Streams
      const times = streams["time"]!.data as ReadonlyArray<number>
      if (times.some((t, i) => i > 0 && t - times[i - 1]! > 15)) found.gaps++
      if (streams["moving"]!.data.includes(false)) found.standing++
      if (text.includes("null")) found.nulls++
      if (/"cadence":\{"data":\[\d+\.\d/.test(text)) found.floatCadence++
      if (sport_type === "Ride" && summary["trainer"] === true) {
        found.indoor++
        assert.equal(streams["latlng"], undefined)
      }
      if (sport_type === "VirtualRide") {
        found.virtual++
        assert.match(timezone, /Europe\/Berlin/)
        assert.ok((streams["latlng"]!.data[0] as ReadonlyArray<number>)[0]! < 0)
      }
      assert.doesNotMatch(text, /NaN|Infinity|undefined/)
      assert.doesNotMatch(text, /\d\.\d{7}/)
    }
    for (const [what, number] of Object.entries(found)) assert.ok(number > 0, `no ${what}`)
  }))

test("only the requested types are returned, and distance", () =>
  Effect.sync(() => {
    const id = summaries.find((s) => s.map.summary_polyline && s["has_heartrate"])!.id
    const parse = (keyed: boolean) =>
      JSON.parse(new TextDecoder().decode(world.streams(id, new Set(["time", "nonsense"]), keyed)))
    assert.deepEqual(Object.keys(parse(true)), ["time", "distance"])
    assert.deepEqual(Object.keys(parse(true).time), [
      "data",
      "series_type",
      "original_size",
      "resolution",
    ])
    assert.deepEqual(parse(false).map(({ type }: { type: string }) => type), ["time", "distance"])
  }))

for (const samples of [2, 10, 101, 3600]) {
  test(`every activity has ${samples} samples if the option is set`, () =>
    Effect.sync(() => {
      const fixed = World.make({ activities: 60, samples })
      for (const id of fixed.ids) {
        const streams = streamsOf(fixed, id)
        if (streams) assert.equal(streams["time"]!.data.length, samples)
      }
    }))
}

test("activities can be added late, edited and deleted", () =>
  Effect.gen(function* () {
    const changing = World.make({ activities: 50 })
    const [first, second] = changing.ids as [number, number]
    const start = Date.UTC(2022, 3, 1, 8)
    const id = yield* changing.add({ start, sport_type: "Ride", patch: { name: "Late" } })
    assert.equal(Math.max(...changing.ids), id)
    assert.notEqual(changing.ids[0], id)
    const late = JSON.parse(changing.summaryText(id))
    assert.deepEqual([late.name, late.sport_type, late.start_date], [
      "Late",
      "Ride",
      "2022-04-01T08:00:00Z",
    ])
    assert.ok(changing.streams(id, all, true))
    yield* changing.edit(first, { name: "Renamed" })
    assert.equal(JSON.parse(changing.summaryText(first)).name, "Renamed")
    yield* changing.remove(second)
    assert.equal(changing.size, 50)
    assert.equal(changing.summary(second), undefined)
    assert.equal(changing.ids.includes(second), false)
  }))

test("ten thousand activities take memory for outlines only", () =>
  Effect.sync(() => {
    const large = World.make({ activities: 10_000 })
    for (const id of large.ids.slice(0, 200)) large.streams(id, all, true)
    assert.equal(large.size, 10_000)
    assert.equal(new Set(large.ids).size, 10_000)
    const bytes = serialize(large).length
    assert.ok(bytes < 200 * large.size, `${bytes} bytes`)
  }))
