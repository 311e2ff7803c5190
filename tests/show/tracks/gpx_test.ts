/** GPX files: valid by the schemas, and read back to the stored digits by the reader of exports. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { readXml } from "../../../pipeline/export/xml/readXml.ts"
import { activityGpx } from "../../../pipeline/show/tracks/gpx.ts"
import { activityTrackOf, trimmedTrack } from "../../../pipeline/show/tracks/ActivityTrack.ts"
import { test } from "../../testing.ts"
import { assertValidGpx } from "./schema.ts"
import { storedActivity, storedTrack } from "./stored.ts"

const of = (body: () => void) => () => Effect.sync(body)

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

test(
  "a file has every sample of a position, in the digits that are stored",
  of(() => {
    const track = storedTrack({
      latlng: "[[51.50,-0.10],[51.123456789012345,1e-7]]",
      time: "[0,61]",
      altitude: "[7200.0,-3.25]",
      velocity_smooth: "[0.0,12.345678901234567]",
      heartrate: "[90,181]",
      cadence: "[0,254]",
      watts: "[0,1203]",
      temp: "[-7,21]",
    })
    const bytes = activityGpx(storedActivity(), track)
    assertValidGpx(bytes)
    const { columns, notes, times } = readXml(bytes)
    assert.deepEqual(notes, [])
    assert.deepEqual([...times], [Date.UTC(2026, 0, 31, 7, 30), Date.UTC(2026, 0, 31, 7, 31, 1)])
    assert.deepEqual(
      Object.fromEntries(Object.entries(columns).map(([name, { values }]) => [name, values])),
      {
        lat: ["51.50", "51.123456789012345"],
        lng: ["-0.10", "0.0000001"],
        altitude: ["7200.0", "-3.25"],
        velocity_smooth: ["0.0", "12.345678901234567"],
        heartrate: ["90", "181"],
        cadence: ["0", "254"],
        watts: ["0", "1203"],
        temp: ["-7", "21"],
      },
    )
  }),
)

test(
  "name, sport, device and link are part of the file, whatever characters they have",
  of(() => {
    const bytes = activityGpx(
      storedActivity({
        name: `<b>"Ride" & \u0000\u001b[31m\ud800 ]]></b>\u202e`,
        device_name: "A&B <1>",
      }),
      storedTrack({ latlng: "[[1,2]]", time: "[0]" }),
    )
    assertValidGpx(bytes)
    const { device, sport } = readXml(bytes)
    assert.deepEqual([device, sport], ["Paceline", "Ride"])
    const file = text(bytes)
    assert.ok(file.includes("<name>&lt;b&gt;&quot;Ride&quot; &amp; \ufffd\ufffd[31m\ufffd ]]&gt;"))
    assert.ok(file.includes("<src>A&amp;B &lt;1&gt;</src>"))
    assert.equal(file.split(`<link href="https://www.strava.com/activities/7">`).length, 3)
    assert.ok(file.includes("<time>2026-01-31T07:30:00Z</time></metadata>"))
  }),
)

test(
  "a missing position begins a segment; values that the format cannot hold are left out or rounded",
  of(() => {
    const track = storedTrack({
      latlng: "[[1,2],null,[3,180],[91,0],[4,5]]",
      time: "[0,1,2.5,3,null]",
      heartrate: "[0,100,256,100,100]",
      cadence: "[84.5,80,255,80,84.4]",
      watts: "[-1,100,65536,100,null]",
    })
    const bytes = activityGpx(storedActivity(), track)
    assertValidGpx(bytes)
    assert.equal(text(bytes).split("<trkseg>").length - 1, 3)
    const { columns, times } = readXml(bytes)
    assert.deepEqual(columns.lat?.values, ["1", "3", "4"])
    assert.deepEqual(columns.lng?.values, ["2", "-180", "5"])
    assert.deepEqual(columns.heartrate?.values, [undefined, undefined, "100"])
    assert.deepEqual(columns.cadence?.values, ["85", undefined, "84"])
    assert.equal(columns.watts, undefined)
    const start = Date.UTC(2026, 0, 31, 7, 30)
    assert.deepEqual([...times], [start, start + 2_500, NaN])
  }),
)

test(
  "a sample at a time that no file can contain has no time",
  of(() => {
    const track = storedTrack({ latlng: "[[1,2],[1,3],[1,4]]", time: "[0,1e13,1e12]" })
    const bytes = activityGpx(storedActivity(), track)
    assertValidGpx(bytes)
    assert.deepEqual([...readXml(bytes).times], [Date.UTC(2026, 0, 31, 7, 30), NaN, NaN])
  }),
)

test(
  "an activity without a known start or name has a valid file without times",
  of(() => {
    const track = storedTrack({ latlng: "[[1,2],[1,3]]", time: "[0,1]" })
    const bytes = activityGpx(
      storedActivity({ name: 7, sport_type: null, start_date: null, start_date_local: null }),
      track,
    )
    assertValidGpx(bytes)
    assert.ok(!text(bytes).includes("<time>"))
    assert.ok(!text(bytes).includes("<name>"))
  }),
)

const Sample = Schema.NullOr(Schema.Finite)
const Streams = Schema.Struct({
  latlng: Schema.Array(Schema.NullOr(Schema.Tuple([Schema.Finite, Schema.Finite]))),
  time: Schema.Array(Sample),
  altitude: Schema.Array(Sample),
  velocity_smooth: Schema.Array(Sample),
  heartrate: Schema.Array(Sample),
  cadence: Schema.Array(Sample),
  watts: Schema.Array(Sample),
  temp: Schema.Array(Sample),
  name: Schema.String,
})

test.prop(
  "any streams and any name make a valid file, with as many points as positions on Earth",
  Streams,
  ({ name, time, ...streams }) => {
    const seconds = time.map((value) => value === null ? null : value % 1e9)
    const track = activityTrackOf(JSON.stringify(
      Object.fromEntries(
        Object.entries({ ...streams, time: seconds }).map(([type, data]) => [type, { data }]),
      ),
    ))
    const points = streams.latlng.filter((at) =>
      at !== null && Math.abs(at[0]) <= 90 && Math.abs(at[1]) <= 180
    )
    if (typeof track === "string") return points.length === 0 && track === "positionless"
    const bytes = activityGpx(storedActivity({ name }), track)
    assertValidGpx(bytes)
    return readXml(bytes).times.length === points.length
  },
)

test(
  "trimming leaves out 200 to 900 m at both ends, also across a missing position",
  of(() => {
    // Steps of about 111 m to the north.
    const steps = Array.from({ length: 60 }, (_, i) => i === 5 ? "null" : `[${50 + i / 1_000},10]`)
    const track = storedTrack({ latlng: `[${steps.join()}]`, time: `[${steps.keys().toArray()}]` })
    const trimmed = trimmedTrack("7", track)
    assert.ok(typeof trimmed !== "string")
    const { columns } = readXml(activityGpx(storedActivity(), trimmed))
    const kept = columns.lat?.values.map(Number) ?? []
    for (const cut of [(kept.at(0) ?? 0) - 50, 50.059 - (kept.at(-1) ?? 0)]) {
      assert.ok(cut > 0.0017 && cut < 0.0093, String(cut))
    }
    const short = storedTrack({ latlng: "[[50,10],[50.001,10]]" })
    assert.equal(trimmedTrack("7", short), "short")
  }),
)
