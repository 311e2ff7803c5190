/** Expected content of a sink after a complete run, computed from the simulated world alone. */
import { Effect, FileSystem, Path } from "effect"
import assert from "node:assert/strict"
import { athleteGear } from "../../pipeline/simulator/world/athlete.ts"
import { encode } from "../../pipeline/simulator/responses/json.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import type { World } from "../../pipeline/simulator/world/World.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import type { MemorySink } from "../delivery/MemorySink.ts"

/** Returns the expected text of each item by `resource/id`. */
export const modelOf = (world: World): ReadonlyMap<string, string> => {
  const model = new Map([[`athlete/${world.athleteId}`, encode(world.athlete(true))]])
  for (const id of world.ids) {
    model.set(`activities/${id}`, world.summaryText(id))
    const bytes = world.streams(id, new Set(streamTypes), true)
    if (bytes !== undefined) {
      const text = typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes)
      model.set(`streams/${id}`, text)
    }
  }
  return model
}

/**
 * Returns the number of requests of a first sync: the athlete, the pages including an empty one,
 * and the streams of all activities that were not entered manually.
 */
export const leastRequests = (world: World): number =>
  1 + Math.ceil(world.size / 200) + 1 + world.outlines.filter(({ manual }) => !manual).length

/**
 * Returns the number of requests of a first sync by the program, which also fetches zones, stats
 * and all gear.
 */
export const leastOfProgram = (world: World): number =>
  leastRequests(world) + 2 + athleteGear.length

/** Fails unless the sink holds exactly the content of the world. */
export const holdsAll = Effect.fnUntraced(function* (sink: MemorySink) {
  const { world } = yield* Simulator
  const held = [...sink.items].map(([key, { text }]) => [key, text] as const)
  const model = modelOf(world)
  assert.deepEqual(held.map(([key]) => key).sort(), [...model.keys()].sort())
  for (const [key, text] of held) assert.equal(text, model.get(key), key)
})

/** Returns the text of every file under `folder`, by its path. */
export const fileTexts = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const files: Array<readonly [string, string]> = []
  for (const name of yield* fs.readDirectory(folder, { recursive: true })) {
    const file = path.join(folder, name)
    if ((yield* fs.stat(file)).type === "File") files.push([name, yield* fs.readFileString(file)])
  }
  return new Map(files.sort())
})
