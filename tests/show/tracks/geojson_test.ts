/** GeoJSON features: RFC 7946, in the digits that are stored. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { featureOf } from "../../../pipeline/show/tracks/geojson.ts"
import { test } from "../../testing.ts"
import { storedTrack } from "./stored.ts"

const of = (body: () => void) => () => Effect.sync(body)

const geometryOf = (streams: Readonly<Record<string, string>>) =>
  JSON.parse(featureOf("7", "{}", storedTrack(streams))).geometry

test(
  "a feature has the stored fields of its activity, and an id with every digit",
  of(() => {
    const id = "9007199254740993"
    const sent =
      `{"id":${id},"name":"A \\"b\\"","distance":7200.0,"map":{"id":"a1"},"private":true}`
    const feature = featureOf(id, sent, storedTrack({ latlng: "[[51.50,-0.10],[51.6,1e-7]]" }))
    assert.ok(!feature.includes("\n"))
    assert.ok(
      feature.startsWith(
        `{"type":"Feature","id":${id},"geometry":{"type":"LineString",` +
          `"coordinates":[[-0.10,51.50],[0.0000001,51.6]]},` +
          `"properties":{"id":${id},"name":"A \\"b\\"","sport_type":null,`,
      ),
      feature,
    )
    assert.ok(feature.includes(`"distance":7200.0,`))
    const { properties } = JSON.parse(feature)
    assert.equal(properties.url, `https://www.strava.com/activities/${id}`)
    assert.equal(properties.map, undefined)
  }),
)

test(
  "altitudes are third numbers, unless one is missing",
  of(() => {
    const latlng = "[[1,2],[3,4]]"
    assert.deepEqual(geometryOf({ latlng, altitude: "[5.0,6]" }).coordinates, [[2, 1, 5], [
      4,
      3,
      6,
    ]])
    for (const altitude of ["[5,null]", "[5]"]) {
      assert.deepEqual(geometryOf({ latlng, altitude }).coordinates, [[2, 1], [4, 3]])
    }
  }),
)

test(
  "a missing position begins a line, and a lone position is a line to itself",
  of(() => {
    assert.deepEqual(geometryOf({ latlng: "[[1,2],[1,3],null,[1,4],null]" }), {
      type: "MultiLineString",
      coordinates: [[[2, 1], [3, 1]], [[4, 1], [4, 1]]],
    })
    assert.deepEqual(geometryOf({ latlng: "[[1,2]]" }), {
      type: "LineString",
      coordinates: [[2, 1], [2, 1]],
    })
  }),
)

test(
  "a line is cut where it crosses the antimeridian, in both directions",
  of(() => {
    assert.deepEqual(geometryOf({ latlng: "[[0,179.75],[1,-179.75],[2,179.25]]" }), {
      type: "MultiLineString",
      coordinates: [
        [[179.75, 0], [180, 0.5]],
        [[-180, 0.5], [-179.75, 1], [-180, 1.25]],
        [[180, 1.25], [179.25, 2]],
      ],
    })
    const { coordinates } = geometryOf({
      latlng: "[[0,179.75],[1,-179.75]]",
      altitude: "[100.5,200]",
    })
    assert.deepEqual(coordinates, [
      [[179.75, 0, 100.5], [180, 0.5, 100.5]],
      [[-180, 0.5, 100.5], [-179.75, 1, 200]],
    ])
    assert.equal(geometryOf({ latlng: "[[0,180],[1,-180]]" }).coordinates.length, 2)
  }),
)
