/** Programs that `peers` and `requests` compare. npm and pip install those of others. */
import { Effect } from "effect"
import configuration from "../../deno.json" with { type: "json" }
import type { Variables } from "./measure.ts"

interface Packages {
  /** Lock file first. */
  readonly files: ReadonlyArray<string>
  readonly commands: ReadonlyArray<ReadonlyArray<string>>
}

export interface Program {
  readonly name: string
  /** Number of stream types that it copies; 0 if it only reads. */
  readonly types: number
  readonly packages?: Packages
  /** Returns the command that copies everything into a folder. */
  words(folder: string): ReadonlyArray<string>
  readonly env?: Variables
}

const source = (name: string) => new URL(`./peers/${name}`, import.meta.url).pathname

/** Folder of a package manager, outside the repository, so that it installs once per lock file. */
const cached = ({ files: [lock] }: Packages) =>
  `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/paceline/peers/${lock}`

/** Installs the packages of a program. Fails with the reason if the package manager cannot. */
export const install = ({ packages }: Program): Effect.Effect<void, string> =>
  Effect.tryPromise({
    try: async () => {
      if (packages === undefined) return
      const cwd = cached(packages)
      const wanted = packages.files.map((file) => Deno.readTextFileSync(source(file))).join("\n")
      if (await Deno.readTextFile(`${cwd}/installed.txt`).catch(() => "") === wanted) return
      await Deno.mkdir(cwd, { recursive: true })
      for (const file of packages.files) await Deno.copyFile(source(file), `${cwd}/${file}`)
      for (const [command = "", ...args] of packages.commands) {
        const { stderr, success } = await new Deno.Command(command, { args, cwd }).output()
        if (!success) throw new Error(new TextDecoder().decode(stderr).trim().split("\n").at(-1))
      }
      await Deno.writeTextFile(`${cwd}/installed.txt`, wanted)
    },
    catch: (cause) => cause instanceof Error ? cause.message : String(cause),
  })

const npm: Packages = {
  files: ["package-lock.json", "package.json", "strava-v3.cjs"],
  commands: [["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]],
}

const pip: Packages = {
  files: ["requirements.txt"],
  commands: [
    ["python3", "-m", "venv", "venv"],
    ["venv/bin/pip", "install", "--quiet", "--requirement", "requirements.txt"],
  ],
}

const python = (name: string, script: string, types: number): Program => ({
  name: types > 0 ? `${name}, not durable` : name,
  types,
  packages: pip,
  words: (folder) => [`${cached(pip)}/venv/bin/python`, source(script), folder],
  env: { SILENCE_TOKEN_WARNINGS: "true" },
})

export const stravalib = python("stravalib (Python), JSON files", "stravalib_script.py", 11)
export const notebook = python("the notebook (Python, polars), CSV files", "notebook.py", 8)

/** Reads the files of a folder, and writes nothing. */
export const fitdecode = python("fitdecode (Python), reads only", "fitdecode_script.py", 0)

export const stravaV3: Program = {
  name: "strava-v3 (Node), JSON files, not durable",
  types: 11,
  packages: npm,
  words: (folder) => ["node", `${cached(npm)}/strava-v3.cjs`, folder],
}

export const floor: Program = {
  name: "floor: a bare loop, 8 at once, each file synced",
  types: 11,
  words: (folder) => [Deno.execPath(), "run", "--allow-all", source("floor.ts"), folder],
}

/** Returns the command that runs Paceline on a data directory, with the flags of its task. */
export const paceline = (
  command: string,
  data: string,
  ...flags: ReadonlyArray<string>
): ReadonlyArray<string> => {
  const task = configuration.tasks[command === "report" ? "offline:open" : "online"].command.split(
    " ",
  )
  const root = new URL("../../", import.meta.url).pathname
  const permissions = task.slice(1, task.indexOf("pipeline/main.ts"))
  const program = [Deno.execPath(), ...permissions, `${root}pipeline/main.ts`]
  return [...program, command, "--data", data, ...flags]
}

/** Returns a full sync to these sinks; to all if there are none. */
export const pacelineSync = (name: string, ...sinks: ReadonlyArray<string>): Program => ({
  name: `Paceline, ${name}`,
  types: 11,
  words: (folder) =>
    paceline("pipeline", folder, "--quiet", ...sinks.flatMap((sink) => ["--sink", sink])),
})
