/** Streams: all samples of each activity that was recorded, in one request, newest first. */
import { streamTypes } from "../../schemas/StreamSet.ts"
import { perActivity } from "./itemStages.ts"

export const streamsStage = perActivity({
  resource: "streams",
  request: (id) => ({
    what: `read the streams of activity ${id}`,
    path: `/activities/${id}/streams?keys=${streamTypes.join(",")}&key_by_type=true`,
    shape: "streams",
    mayBeMissing: true,
  }),
})
