/** Imports of a simulated athlete's bulk export, and fitdecode on the same FIT files. */
import { Effect, Result } from "effect"
import { writeExport } from "../../pipeline/simulator/export/writeExport.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { markdown } from "../markdown.ts"
import { measure, type Measurement, temporaryFolder } from "./measure.ts"
import { fitdecode, install, paceline } from "./programs.ts"

/** Samples per activity, and bytes of photos, so that the export has 5 GB. */
const [samples, padding] = [5_000, 4_800_000_000]

const fixed = (figure: number) => figure.toFixed(1)
const row = (name: string, m: Measurement) => [name, ...[m.cpu, m.peak, m.wall].map(fixed)]

const load = (file: string, data: string, ...flags: ReadonlyArray<string>) =>
  measure(["env", "MALLOC_ARENA_MAX=1", ...paceline("import", data, "--quiet", ...flags, file)])

/** Returns tables of imports, and of the FIT files of a tenth of them: fitdecode needs about a minute. */
export const imports = Effect.fnUntraced(function* (activities: number) {
  const folder = yield* temporaryFolder
  const [file, fit] = [`${folder}/export.zip`, `${folder}/fit`]
  yield* writeExport(file, World.make({ activities, samples }), { padding })
  const run = (name: string, data: string, ...flags: ReadonlyArray<string>) =>
    Effect.map(load(file, `${folder}/${data}`, ...flags), (measured) => row(name, measured))
  const header = ["CPU s", "peak MB", "wall s"]
  const all = markdown([`${activities} activities of ${samples} samples`, ...header], [
    yield* run("JSON only", "json", "--sink", "json"),
    yield* run("JSON only, without the original files", "bare", "--sink", "json", "--no-originals"),
    yield* run("all three sinks, embedded", "all"),
    yield* run("all three sinks, the same export again", "all"),
  ])
  const count = Math.ceil(activities / 10)
  yield* writeExport(`${fit}/`, World.make({ activities: count, samples }), { formats: ["fit"] })
  const ours = yield* load(fit, `${folder}/one`, "--sink", "json")
  const rows = [row("Paceline, the whole import, JSON only", ours)]
  const installed = yield* Effect.result(install(fitdecode))
  if (Result.isFailure(installed)) rows.push([`${fitdecode.name}: ${installed.failure}`])
  else rows.push(row(fitdecode.name, yield* measure(fitdecode.words(`${fit}/activities`))))
  return [all, markdown([`FIT files of ${count} activities`, ...header], rows)]
})
