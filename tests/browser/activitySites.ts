/** Reports with activities that are not simulated, for tests of single pages. */
import { Context, Effect, FileSystem, Layer } from "effect"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { pathToFileURL } from "node:url"
import type { Position } from "../../pipeline/metrics/track.ts"
import type { SiteActivity } from "../../pipeline/report/model/SiteActivity.ts"
import { base64Of, packBlock } from "../../pipeline/report/pack/packedBlock.ts"
import { sitePage } from "../../pipeline/report/site/sitePage.ts"
import { recording } from "../report/activity/opened.ts"
import { dayNamed, siteActivity, siteShoes, siteWith } from "../report/sites.ts"
import { hostile } from "./reports.ts"

const packed = base64Of(packBlock({
  recording,
  splits: {
    metric: Array.from({ length: 10 }, (_, i) => ({
      ...{ meters: 1_000, seconds: 300 - i, rise: i - 5, beats: 140 + i },
    })),
    imperial: [],
  },
  laps: [1, 2].map((n) => ({
    ...{ name: hostile[n]!, meters: 5_000, seconds: 1_500 },
    ...{ climb: 20, beats: 150, watts: undefined },
  })),
  segments: undefined,
  efforts: [[1_000, 270]],
}))

const sports = [
  { sport: "Run", group: "run" },
  { sport: "Ride", group: "ride", meters: 40_000 },
  { sport: "Yoga", group: "other", meters: 0, climb: 0 },
] as const

/** Number of activities: more than three blocks of rows. */
export const manyActivities = 300

const activities = Array.from(
  { length: manyActivities },
  (_, i): SiteActivity =>
    siteActivity("2026-11-30", {
      id: String(9_000 - i),
      name: hostile[i] ?? `Lap ${i} around the lake`,
      day: dayNamed("2026-11-30") - i,
      beats: 150,
      load: 40,
      device: hostile[0]!,
      streams: ["heartrate", "latlng", "altitude"],
      zoneSeconds: [0, 600, 1_200, 600, 100],
      ...sports[i % sports.length],
      ...(i % sports.length === 0 ? { gear: "g1" } : {}),
    }),
)

const track: ReadonlyArray<Position> = recording.track!.positions

const make = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const file = `${yield* fs.makeTempDirectoryScoped()}/report.html`
  const site = siteWith(activities, {
    gear: [siteShoes("g1", { name: hostile[4]! })],
    zones: [0, 120, 140, 155, 170],
    records: {
      run: [{ key: 1_000, steps: [{ value: 260, activity: "8000", day: 1 }] }],
      power: [],
    },
  })
  yield* fs.writeFileString(
    file,
    sitePage({
      site,
      tracks: new Map(activities.map(({ id }) => [id, track])),
      blocks: new Map(activities.map(({ id }) => [id, `${packed} 2`])),
    }),
  )
  return { url: pathToFileURL(file).href }
})

/** A report of 300 activities, of which the newest have hostile names. */
export class ActivitySite extends Context.Service<ActivitySite, Effect.Success<typeof make>>()(
  "paceline/tests/ActivitySite",
) {
  static readonly layer = Layer.effect(ActivitySite, make).pipe(Layer.provide(NodeServices.layer))
}
