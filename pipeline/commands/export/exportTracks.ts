/** Exports the tracks of activities: one GPX file each, or one GeoJSON file. Sends no request. */
import { Effect, Path, Ref, Schema, Stream } from "effect"
import {
  describeFileError,
  openDirectory,
  replaceFile,
  syncDirectory,
} from "../../../sinks/files/atomic.ts"
import { fileMode } from "../../../sinks/files/privacy.ts"
import { CommandProgress } from "../../base/CommandProgress.ts"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import type { Activity } from "../../landed/Activity.ts"
import type { ExportedTracks, TracklessReason } from "../../show/tracks/page.ts"
import { StoredData } from "../../landed/StoredData.ts"
import { collectionFile, gpxFile, type TrackFormat } from "../../state/file/files.ts"
import { featureOf } from "../../show/tracks/geojson.ts"
import { activityGpx } from "../../show/tracks/gpx.ts"
import {
  type ActivityTrack,
  activityTrackOf,
  trimmedTrack,
} from "../../show/tracks/ActivityTrack.ts"

/** Files cannot be written; those that were written are complete. */
class TracksNotWritten extends Schema.TaggedError<TracksNotWritten>()("TracksNotWritten", {
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot write the tracks: ${this.detail}. Files that were written are complete. Use ` +
      "another folder: --out FOLDER"
  }
  override readonly [errorExitCode] = exitCodes.disk
}

interface TrackOptions {
  readonly format: TrackFormat
  /** Folder of the files. */
  readonly folder: string
  /** True if both ends of each track are left out. */
  readonly trim: boolean
  /** In the order of the export. */
  readonly activities: ReadonlyArray<Activity>
}

interface TrackToExport {
  readonly activity: Activity
  readonly track: ActivityTrack
}

/** Returns the tracks one after another, and records the activities that have none in `without`. */
const tracksOf = Effect.fnUntraced(function* (
  { activities, trim }: TrackOptions,
  without: Map<TracklessReason, Array<string>>,
) {
  const { known, texts } = yield* StoredData
  const { here, lacks } = (yield* known).streams
  const byId = new Map(activities.map((activity) => [activity.id, activity]))
  const skip = (id: string, reason: TracklessReason) => {
    without.set(reason, [...(without.get(reason) ?? []), id])
  }
  for (const { id } of activities) if (!here.has(id)) skip(id, lacks.get(id) ?? "listed")
  const { advanced } = yield* CommandProgress
  const ids = activities.map(({ id }) => id).filter((id) => here.has(id))
  let done = 0
  return texts("streams", ids).pipe(
    Stream.tap(() => advanced("tracks", ++done, ids.length)),
    Stream.map(([id, text]): ReadonlyArray<TrackToExport> => {
      const activity = byId.get(id)
      const whole = activityTrackOf(text)
      const track = trim && typeof whole !== "string" ? trimmedTrack(id, whole) : whole
      if (typeof track === "string") skip(id, track)
      return activity === undefined || typeof track === "string" ? [] : [{ activity, track }]
    }),
    Stream.flattenIterable,
  )
})

const writeGpx = Effect.fnUntraced(function* (
  options: TrackOptions,
  without: Map<TracklessReason, Array<string>>,
) {
  const { join } = yield* Path.Path
  const sums = yield* Ref.make({ tracks: 0, files: 0, bytes: 0, unchanged: 0 })
  yield* Stream.runForEach(
    yield* tracksOf(options, without),
    Effect.fnUntraced(function* ({ activity, track }) {
      const content = activityGpx(activity, track)
      const file = join(options.folder, gpxFile(activity.id, activity.local))
      const isNew = yield* replaceFile(file, content, { mode: fileMode() })
      yield* Ref.update(sums, ({ bytes, files, tracks, unchanged }) => ({
        tracks: tracks + 1,
        files: files + 1,
        bytes: bytes + content.length,
        unchanged: unchanged + (isNew ? 0 : 1),
      }))
    }),
  )
  return yield* Ref.get(sums)
})

const writeGeojson = Effect.fnUntraced(function* (
  options: TrackOptions,
  without: Map<TracklessReason, Array<string>>,
) {
  const { texts } = yield* StoredData
  const sent = new Map(
    yield* Stream.runCollect(texts("activities", options.activities.map(({ id }) => id))),
  )
  const encoder = new TextEncoder()
  let [tracks, bytes] = [0, 0]
  const features = (yield* tracksOf(options, without)).pipe(
    Stream.map(({ activity: { id }, track }) =>
      `${tracks++ === 0 ? "" : ","}\n${featureOf(id, sent.get(id) ?? "{}", track)}`
    ),
  )
  const content = Stream.make(`{"type":"FeatureCollection","features":[`).pipe(
    Stream.concat(features),
    Stream.concat(Stream.make("\n]}\n")),
    Stream.map((text) => {
      const encoded = encoder.encode(text)
      bytes += encoded.length
      return encoded
    }),
  )
  const file = (yield* Path.Path).join(options.folder, collectionFile)
  const isNew = yield* replaceFile(file, content, { mode: fileMode() })
  return { tracks, files: 1, bytes, unchanged: isNew ? 0 : 1 }
})

/** Writes the files into the folder; other files there stay as they are. */
export const exportTracks = Effect.fn("exportTracks")(function* (options: TrackOptions) {
  const { folder, format } = options
  const without = new Map<TracklessReason, Array<string>>()
  const write = format === "gpx" ? writeGpx : writeGeojson
  const sums = yield* openDirectory(folder).pipe(
    Effect.andThen(write(options, without)),
    Effect.tap(syncDirectory(folder)),
    Effect.catchTag(
      "PlatformError",
      (error) => new TracksNotWritten({ detail: describeFileError(error, folder) }),
    ),
  )
  return { format, folder, ...sums, without: Object.fromEntries(without) } satisfies ExportedTracks
})
