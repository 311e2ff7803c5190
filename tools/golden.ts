/**
 * Makes what tests/golden/ keeps of a released version: the state file, the database and the files of a
 * run that is killed half-way, and Strava's answers. Run it with a checkout of that version:
 * `deno run -A tools/golden.ts CHECKOUT VERSION`. Nothing in it is anybody's: Strava is simulated.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { PGlite } from "@electric-sql/pglite"
import { Effect, Layer } from "effect"
import { existsSync } from "node:fs"
import { detailOf } from "../pipeline/simulator/responses/details.ts"
import { encode } from "../pipeline/simulator/responses/json.ts"
import { serve } from "../pipeline/simulator/serve.ts"
import { Simulator } from "../pipeline/simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../pipeline/simulator/Tokens.ts"
import type { World } from "../pipeline/simulator/world/World.ts"
import { streamTypes } from "../schemas/StreamSet.ts"
import { dumpPostgres, dumpState } from "./dump.ts"

const [checkout = "", version = ""] = Deno.args

/** From the third version on there are details, and an activity is deleted between the two runs. */
const isThird = Number(version.slice(1)) >= 3
const target = new URL(`../tests/golden/${version}/`, import.meta.url)
const data = Deno.makeTempDirSync()

/** Samples are asked for so often before the run is killed. */
const most = 4

const answer = (method: string, uri: string, status: number, body: string) =>
  JSON.stringify({
    request: { method, uri },
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body,
  })

const detailsOf = (world: World, id: number) => encode(detailOf(world, String(id)) ?? null)

/** The answers of the simulated Strava, as recordings; one activity has no samples. */
const recordings = (world: World, absent: number) => {
  const api = "/api/v3"
  const list = `[${world.ids.map((id) => world.summaryText(id)).join(",")}]`
  const notFound = `{"message":"Record Not Found","errors":[]}`
  const keys = `keys=${streamTypes.join(",")}&key_by_type=true`
  return [
    answer("GET", `${api}/athlete`, 200, encode(world.athlete(true))),
    answer("GET", `${api}/athlete/activities?page=1&per_page=200`, 200, list),
    ...(isThird ? world.ids : []).map((id) =>
      answer("GET", `${api}/activities/${id}?include_all_efforts=true`, 200, detailsOf(world, id))
    ),
    ...world.ids.map((id) => {
      const bytes = world.streams(id, new Set(streamTypes), true)
      const text = typeof bytes === "object" ? new TextDecoder().decode(bytes) : bytes ?? notFound
      const found = bytes !== undefined && id !== absent
      const uri = `${api}/activities/${id}/streams?${keys}`
      return answer("GET", uri, found ? 200 : 404, found ? text : notFound)
    }),
  ]
}

/** Run the old program; `until` kills it. */
const run = (env: Record<string, string>, words: ReadonlyArray<string>, until?: Promise<void>) =>
  Effect.promise(async () => {
    const config = `${checkout}/deno.json`
    const main = `${checkout}/pipeline/main.ts`
    const sinks = ["json", "csv", "postgres"].flatMap((name) => ["--sink", name])
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--config", config, main, "pipeline", "--data", data]
        .concat(sinks, "--concurrency", "1", words),
      cwd: checkout,
      env,
    }).spawn()
    until?.then(() => child.kill("SIGKILL"))
    return (await child.status).code
  })

const isStreams = (url: string) => /\/activities\/\d+\/streams/.test(url)

const program = Effect.gen(function* () {
  const simulator = yield* Simulator
  const { world } = simulator
  const absent = world.ids[1] ?? 0
  const hanging = Promise.withResolvers<void>()
  let asked = 0
  const behind = Simulator.of({
    ...simulator,
    handle: (request) =>
      Effect.suspend(() => {
        const { url } = request
        if (!isStreams(url)) return simulator.handle(request)
        if (++asked > most) {
          return Effect.andThen(Effect.sync(() => hanging.resolve()), Effect.never)
        }
        return simulator.handle(
          url.includes(`/${absent}/`)
            ? { ...request, url: url.replace(`${absent}`, "1") }
            : request,
        )
      }),
  })
  const { apiUrl, oauthUrl } = yield* Effect.provideService(serve({ port: 0 }), Simulator, behind)
  const env = {
    STRAVA_API_URL: apiUrl,
    STRAVA_OAUTH_URL: oauthUrl,
    STRAVA_CLIENT_ID: simulatedClientId,
    STRAVA_CLIENT_SECRET: simulatedClientSecret,
    STRAVA_REFRESH_TOKEN: simulatedRefreshToken,
    NO_COLOR: "1",
  }
  const first = yield* run(env, ["--limit", "2", ...(isThird ? ["--with", "details"] : [])])
  // In the second run CSV cannot be written, so that what it lacks waits in the state file.
  Deno.renameSync(`${data}/csv/streams`, `${data}/away`)
  Deno.writeTextFileSync(`${data}/csv/streams`, "")
  if (isThird) yield* world.remove(world.ids[0] ?? 0)
  const [renamed = 0] = world.ids.filter((id) => id !== absent)
  yield* world.edit(renamed, { name: "Renamed between two runs" })
  const second = yield* run(env, isThird ? ["--allow-deletions", "1"] : [], hanging.promise)
  Deno.removeSync(`${data}/csv/streams`)
  Deno.renameSync(`${data}/away`, `${data}/csv/streams`)
  yield* Effect.log(`the runs ended with ${first} and ${second}`)

  Deno.mkdirSync(target, { recursive: true })
  const write = (name: string, text: string) => Deno.writeTextFileSync(new URL(name, target), text)
  write("state.sql", dumpState(`${data}/state.db`))
  const pg = yield* Effect.promise(() => PGlite.create({ dataDir: `${data}/postgres` }))
  write("postgres.sql", yield* Effect.promise(() => dumpPostgres(pg)))
  yield* Effect.promise(() => pg.close())
  const files: Record<string, string> = {}
  const walk = (folder: string) => {
    for (const { isDirectory, name } of Deno.readDirSync(`${data}/${folder}`)) {
      const path = `${folder}/${name}`
      if (isDirectory) walk(path)
      else files[path] = Deno.readTextFileSync(`${data}/${path}`)
    }
  }
  walk("json")
  walk("csv")
  // The first version has none.
  if (existsSync(`${data}/state.epoch`)) {
    files["state.epoch"] = Deno.readTextFileSync(`${data}/state.epoch`)
  }
  write("files.json", JSON.stringify(files, null, 2) + "\n")
  write("answers.json", `[\n${recordings(world, absent).join(",\n")}\n]\n`)
})

const layer = Simulator.layer({
  activities: isThird ? 8 : 7,
  samples: 4,
  manual: 0,
  limits: "none",
})
await Effect.runPromise(
  program.pipe(Effect.scoped, Effect.provide(Layer.mergeAll(layer, NodeServices.layer))),
)
Deno.removeSync(data, { recursive: true })
