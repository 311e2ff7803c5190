/** Tracks: decoded, with trimmed ends, simplified, and the area with most of them. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { areasOf, boundsOf, longitudeFrom } from "../../pipeline/metrics/area.ts"
import {
  cutsOf,
  decodePolyline,
  metersBetween,
  pathOf,
  type Position,
  thinned,
  withoutEnds,
} from "../../pipeline/metrics/track.ts"
import { test } from "../testing.ts"

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

holds("Google's own example is decoded", () => {
  assert.deepEqual(decodePolyline("_p~iF~ps|U_ulLnnqC_mqNvxq`@"), [
    [-120.2, 38.5],
    [-120.95, 40.7],
    [-126.453, 43.252],
  ])
})

test.prop(
  "any text decodes to positions on Earth, and never fails",
  Schema.String,
  (text) => decodePolyline(text).every(([lng, lat]) => Math.abs(lng) <= 180 && Math.abs(lat) <= 85),
)

holds("a huge text decodes to a bounded track", () => {
  assert.equal(decodePolyline("??".repeat(100_000)).length, 20_000)
})

/** Returns a track with a point every 100 m to the north. */
const straight = (kilometers: number): ReadonlyArray<Position> =>
  Array.from({ length: kilometers * 10 + 1 }, (_, i) => [10, 50 + i * .1 / 111.195])

holds("200 to 900 m are cut from each end, depending on the id; short tracks are dropped", () => {
  assert.ok(Math.abs(metersBetween([10, 50], [10, 51]) - 111_195) < 1)
  const cuts = Array.from({ length: 500 }, (_, i) => cutsOf(String(18_000_000_000 + i * 7_919)))
  for (const cut of cuts.flat()) assert.ok(cut >= 200 && cut <= 900)
  assert.ok(new Set(cuts.map(([start]) => start)).size > 250, "they differ")
  const whole = straight(5)
  const [start, end] = cutsOf("123")
  const kept = withoutEnds("123", whole)
  const gone = metersBetween(whole[0]!, kept[0]!)
  assert.ok(gone >= start && gone <= start + 101, `${gone} for ${start}`)
  const rest = metersBetween(kept.at(-1)!, whole.at(-1)!)
  assert.ok(rest >= end && rest <= end + 101, `${rest} for ${end}`)
  assert.deepEqual(withoutEnds("123", straight(.3)), [])
  assert.deepEqual(withoutEnds("123", whole), kept)
})

holds("a path is short and correct", () => {
  assert.equal(
    pathOf([[10.04, 20], [10.5, 19.5], [0, 19.5], [0.1, 120.5]]),
    "M10 20l.5-.5-10.5 0 .1 101",
  )
  assert.deepEqual(thinned([[0, 0], [1, 0], [2, 0], [5, 0], [5.5, 0]], 2), [
    [0, 0],
    [2, 0],
    [5, 0],
    [5.5, 0],
  ])
})

const at = (lng: number, lat: number): ReadonlyArray<Position> => [
  [lng, lat],
  [lng + .01, lat + .01],
  [lng + .02, lat],
]

holds("tracks near each other form an area; those with the most tracks are first", () => {
  const home = Array.from({ length: 30 }, (_, i) => at(13.4 + i % 5 * .01, 52.5 + i % 7 * .01))
  const areas = areasOf([at(-16.5, 28.3), ...home, [], at(-16.4, 28.2)])
  assert.deepEqual(areas.map(({ tracks }) => tracks), [home.map((_, i) => i + 1), [0, 32]])
  const { east, north, south, west } = boundsOf(home.flat(), areas[0]!.center[0], 0)
  assert.ok(west > -.1 && east < .1 && south > 52.4 && north < 52.7)
  assert.deepEqual(areasOf([]), [])
})

holds("a single long track does not make all others small", () => {
  const home = Array.from({ length: 30 }, () => at(13.4, 52.5))
  const far = [[14.4, 53.5] as const]
  const { east, north } = boundsOf([...home.flat(), ...far], 13.4, .02)
  assert.ok(east < .1 && north < 52.6)
})

holds("an island at 180 degrees is one area", () => {
  const tracks = [at(179.97, -16.8), at(-179.99, -16.8), at(179.99, -16.8)]
  const [area, ...others] = areasOf(tracks)
  assert.deepEqual(others, [])
  const { east, west } = boundsOf(tracks.flat(), area!.center[0], 0)
  assert.ok(east - west < .2)
  assert.ok(Math.abs(longitudeFrom(179.9, -179.9) - .2) < 1e-9)
})
