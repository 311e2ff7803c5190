/** The programs that `bench peers` and `bench requests` compare, each installed by its own package manager. */
import { onlySinks, pacelineWords } from "./product.ts"

export interface Program {
  readonly name: string
  /** Number of stream types that it requests. */
  readonly types: number
  /** Installs it; the reason in words if that is not possible here. */
  install(): Promise<string | undefined>
  /** Words that copy everything into a folder. */
  words(folder: string): ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
}

const source = (name: string) => new URL(`./peers/${name}`, import.meta.url).pathname

/** Packages of peers are installed here, outside of the repository, and only once for each lock. */
const cache = () =>
  `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/paceline/peers`

const run = async (folder: string, ...[command = "", ...args]: ReadonlyArray<string>) => {
  const { success, stderr } = await new Deno.Command(command, {
    args,
    cwd: folder,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output()
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim().split("\n").at(-1))
}

/** Copies files to a folder of the cache and runs `commands` there, unless that was done with these files. */
const installed = async (
  name: string,
  files: ReadonlyArray<string>,
  commands: ReadonlyArray<ReadonlyArray<string>>,
): Promise<string | undefined> => {
  const folder = `${cache()}/${name}`
  const wanted = files.map((file) => Deno.readTextFileSync(source(file))).join("\n")
  const done = `${folder}/installed.txt`
  try {
    if (await Deno.readTextFile(done).catch(() => "") === wanted) return undefined
    await Deno.mkdir(folder, { recursive: true })
    for (const file of files) await Deno.copyFile(source(file), `${folder}/${file}`)
    for (const command of commands) await run(folder, ...command)
    await Deno.writeTextFile(done, wanted)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const npm = () =>
  installed("npm", ["package.json", "package-lock.json", "strava-v3.cjs"], [
    ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
  ])
const pip = () =>
  installed("pip", ["requirements.txt"], [
    ["python3", "-m", "venv", "venv"],
    ["venv/bin/pip", "install", "--quiet", "--requirement", "requirements.txt"],
  ])
const nothing = () => Promise.resolve(undefined)

export const floor: Program = {
  name: "floor: a bare loop, 8 at once, each file synced",
  types: 11,
  install: nothing,
  words: (folder) => [
    ...[Deno.execPath(), "run", "--no-prompt", "--allow-net", "--allow-read", "--allow-write"],
    ...["--allow-env", source("floor.ts"), folder],
  ],
}

export const stravaV3: Program = {
  name: "strava-v3 (Node), JSON files, not durable",
  types: 11,
  install: npm,
  words: (folder) => ["node", `${cache()}/npm/strava-v3.cjs`, folder],
}

export const stravalib: Program = {
  name: "stravalib (Python), JSON files, not durable",
  types: 11,
  install: pip,
  words: (folder) => [`${cache()}/pip/venv/bin/python`, source("stravalib_script.py"), folder],
  env: { SILENCE_TOKEN_WARNINGS: "true" },
}

export const notebook: Program = {
  name: "the notebook (Python, polars), CSV files, not durable",
  types: 8,
  install: pip,
  words: (folder) => [`${cache()}/pip/venv/bin/python`, source("notebook.py"), folder],
}

export const ours = (name: string, ...sinks: ReadonlyArray<string>): Program => ({
  name: `Paceline, ${name}`,
  types: 11,
  install: nothing,
  words: (folder) => pacelineWords("pipeline", folder, "--quiet", ...onlySinks(...sinks)),
})
