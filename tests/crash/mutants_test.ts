/** The crash harness must detect mistakes: each of these mutants must break an invariant. */
import { Effect, FileSystem, type PlatformError, type Scope } from "effect"
import assert from "node:assert/strict"
import { live } from "../testing.ts"
import { type Mutant, mutants } from "./mutants.ts"
import type { Scenario } from "./plan.ts"
import { play } from "./run.ts"
import { makeCrashStand, sourceRoot } from "./stand.ts"

const sources = ["deno.json", "deno.lock", "schemas", "sinks", "pipeline", "tests/crash"]

/** Outside the temporary folders that are searched for secrets, because the sources contain the simulator's. */
const ownFolder = Effect.acquireRelease(
  Effect.promise(async () => await Deno.realPath(await Deno.makeTempDir())),
  (folder) => Effect.promise(() => Deno.remove(folder, { recursive: true })),
)

/** Copies the sources that the child runs. */
const copied = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const root = yield* ownFolder
  yield* fs.makeDirectory(`${root}/tests`)
  for (const name of sources) yield* fs.copy(`${sourceRoot}${name}`, `${root}/${name}`)
  return root
})

/** Runs `use` while the mistake is in the copy at `root`. */
const mistaken = Effect.fnUntraced(function* <A, E, R>(
  root: string,
  { file, find, replace }: Mutant,
  use: Effect.Effect<A, E, R>,
) {
  const fs = yield* FileSystem.FileSystem
  const path = `${root}/${file}`
  const text = yield* fs.readFileString(path)
  const parts = text.split(find)
  assert.equal(parts.length, 2, `${file} has ${parts.length - 1} times: ${find}`)
  return yield* Effect.acquireUseRelease(
    fs.writeFileString(path, parts.join(replace)),
    () => use,
    () => Effect.orDie(fs.writeFileString(path, text)),
  )
})

type Work = (
  root: string,
) => Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem | Scope.Scope>

/** Distributes the works over two copies, one at a time in each. */
const inTwoCopies = Effect.fnUntraced(function* (works: ReadonlyArray<Work>) {
  const left = [...works]
  const lane = Effect.gen(function* () {
    const root = yield* copied
    for (let work = left.shift(); work !== undefined; work = left.shift()) yield* work(root)
  })
  yield* Effect.all([lane, lane], { concurrency: 2, discard: true })
})

live(
  "eight mistakes are caught by the stops for them, which break nothing without the mistake",
  () =>
    Effect.gen(function* () {
      const { server } = yield* makeCrashStand()
      const played = (root: string, scenario: Scenario) =>
        Effect.map(play({ root, server }, scenario), ({ broken }) => broken.join("\n"))
      const caught = mutants.map((mutant): Work =>
        Effect.fnUntraced(function* (root) {
          const broken = yield* mistaken(root, mutant, played(root, mutant.scenario))
          assert.ok(mutant.caught.test(broken), `${mutant.mistake}: ${broken || "not noticed"}`)
        })
      )
      const sound = [...new Set(mutants.map(({ scenario }) => scenario))].map((scenario): Work =>
        Effect.fnUntraced(function* (root) {
          assert.equal(yield* played(root, scenario), "", JSON.stringify(scenario.stops))
        })
      )
      yield* inTwoCopies([...caught, ...sound])
    }),
)
