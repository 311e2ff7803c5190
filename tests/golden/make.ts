/**
 * Makes the data that tests/golden/ keeps of a released version: the state file, database and files of a
 * run that is killed halfway, and Strava's responses, all simulated. Run it with a checkout of that
 * version: `deno run -A tests/golden/make.ts CHECKOUT VERSION`.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { PGlite } from "@electric-sql/pglite"
import { Effect, FileSystem, Layer } from "effect"
import { detailOf } from "../../pipeline/simulator/responses/details.ts"
import { encode } from "../../pipeline/simulator/responses/json.ts"
import { serve } from "../../pipeline/simulator/serve.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import type { World } from "../../pipeline/simulator/world/World.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import { dumpPostgres, dumpState } from "./dump.ts"

const [checkout = "", version = ""] = Deno.args
const target = new URL(`${version}/`, import.meta.url)

/** Number of stream requests before the second run is killed. */
const most = 4

/** Returns the simulated Strava's responses as recordings; `absent` has no streams. */
const recordings = (world: World, absent: number): ReadonlyArray<string> => {
  const recording = (path: string, body: string | undefined) =>
    JSON.stringify({
      request: { method: "GET", uri: `/api/v3${path}` },
      status: body === undefined ? 404 : 200,
      headers: { "content-type": "application/json; charset=utf-8" },
      body: body ?? `{"message":"Record Not Found","errors":[]}`,
    })
  const details = (id: number) => encode(detailOf(world, String(id)) ?? null)
  const streams = (id: number) => {
    const bytes = id === absent ? undefined : world.streams(id, new Set(streamTypes), true)
    return bytes && new TextDecoder().decode(bytes)
  }
  const list = `[${world.ids.map((id) => world.summaryText(id)).join(",")}]`
  const keys = `keys=${streamTypes.join(",")}&key_by_type=true`
  return [
    recording("/athlete", encode(world.athlete(true))),
    recording("/athlete/activities?page=1&per_page=200", list),
    ...world.ids.map((id) => recording(`/activities/${id}?include_all_efforts=true`, details(id))),
    ...world.ids.map((id) => recording(`/activities/${id}/streams?${keys}`, streams(id))),
  ]
}

/** Runs the released program and returns its exit code. `until` kills it. */
const run = (
  data: string,
  env: Readonly<Record<string, string>>,
  words: ReadonlyArray<string>,
  until?: Promise<void>,
) =>
  Effect.promise(async () => {
    const sinks = ["json", "csv", "postgres"].flatMap((name) => ["--sink", name])
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--quiet", "--config", `${checkout}/deno.json`],
        ...[`${checkout}/pipeline/main.ts`, "pipeline", "--data", data, ...sinks],
        ...["--concurrency", "1", ...words],
      ],
      cwd: checkout,
      env,
    }).spawn()
    until?.then(() => child.kill("SIGKILL"))
    return (await child.status).code
  })

/** Responds to `most` requests for streams, then calls `reached` and never responds again. */
const hangAfter = (
  simulator: Simulator["Service"],
  absent: number,
  reached: () => void,
): Simulator["Service"] => {
  let requests = 0
  const never = Effect.andThen(Effect.sync(reached), Effect.never)
  const handle: Simulator["Service"]["handle"] = (request) =>
    Effect.suspend(() => {
      const { url } = request
      if (!/\/activities\/\d+\/streams/.test(url)) return simulator.handle(request)
      if (++requests > most) return never
      return simulator.handle({ ...request, url: url.replace(`/${absent}/`, "/1/") })
    })
  return Simulator.of({ ...simulator, handle })
}

/** Runs the program twice; the second run cannot write CSV and is killed. */
const runTwice = Effect.fnUntraced(function* (data: string, absent: number) {
  const simulator = yield* Simulator
  const { world } = simulator
  const killed = Promise.withResolvers<void>()
  const behind = hangAfter(simulator, absent, killed.resolve)
  const { apiUrl, oauthUrl } = yield* Effect.provideService(serve({ port: 0 }), Simulator, behind)
  const env = {
    STRAVA_API_URL: apiUrl,
    STRAVA_OAUTH_URL: oauthUrl,
    STRAVA_CLIENT_ID: simulatedClientId,
    STRAVA_CLIENT_SECRET: simulatedClientSecret,
    STRAVA_REFRESH_TOKEN: simulatedRefreshToken,
    NO_COLOR: "1",
  }
  const first = yield* run(data, env, ["--limit", "2", "--with", "details"])
  // Items that CSV lacks stay in the outbox.
  Deno.renameSync(`${data}/csv/streams`, `${data}/away`)
  Deno.writeTextFileSync(`${data}/csv/streams`, "")
  yield* world.remove(world.ids[0] ?? 0)
  const [renamed = 0] = world.ids.filter((id) => id !== absent)
  yield* world.edit(renamed, { name: "Renamed between two runs" })
  const second = yield* run(data, env, ["--allow-deletions", "1"], killed.promise)
  Deno.removeSync(`${data}/csv/streams`)
  Deno.renameSync(`${data}/away`, `${data}/csv/streams`)
  yield* Effect.log(`the runs ended with ${first} and ${second}`)
})

const program = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const data = yield* fs.makeTempDirectoryScoped()
  const { world } = yield* Simulator
  const absent = world.ids[1] ?? 0
  yield* runTwice(data, absent)
  Deno.mkdirSync(target, { recursive: true })
  const write = (name: string, text: string) => Deno.writeTextFileSync(new URL(name, target), text)
  write("state.sql", dumpState(`${data}/state.db`))
  const pg = yield* Effect.promise(() => PGlite.create({ dataDir: `${data}/postgres` }))
  write("postgres.sql", yield* Effect.promise(() => dumpPostgres(pg)))
  yield* Effect.promise(() => pg.close())
  const files: Record<string, string> = {}
  for (const path of yield* fs.readDirectory(data, { recursive: true })) {
    const isKept = /^(json|csv)\/.*\.\w+$|^state\.epoch$/.test(path)
    if (isKept) files[path] = Deno.readTextFileSync(`${data}/${path}`)
  }
  write("files.json", JSON.stringify(files, null, 2) + "\n")
  write("answers.json", `[\n${recordings(world, absent).join(",\n")}\n]\n`)
})

const simulator = Simulator.layer({ activities: 8, samples: 4, manual: 0, limits: "none" })
await Effect.runPromise(
  program.pipe(Effect.scoped, Effect.provide(Layer.merge(simulator, NodeServices.layer))),
)
