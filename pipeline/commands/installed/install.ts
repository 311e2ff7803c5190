/**
 * Installs this clone as the command `paceline`: `deno task install`. Further arguments are permissions of
 * the command, such as `--allow-run=/usr/local/bin/notify`.
 */
import { Effect } from "effect"
import { copyFileSync, existsSync, rmSync } from "node:fs"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import "../../base/denoVersion.ts"
import configuration from "../../../deno.json" with { type: "json" }
import { exitCodes } from "../../base/exit.ts"
import { endWith, print, runMain } from "../../base/runMain.ts"
import { systemError } from "../../base/SystemError.ts"
import { installedPlaces, platformPlaces } from "./installedPlaces.ts"

/** Variables that name the folders of the user; only the installed command reads them. */
export const folderVariables = "HOME,XDG_DATA_HOME,XDG_CONFIG_HOME,LOCALAPPDATA,APPDATA"

interface Installation {
  readonly config: string
  readonly lock: string
  /** Folder of installed commands. */
  readonly target: string
  /** Further flags of the command. */
  readonly extra: ReadonlyArray<string>
}

/** Returns the flags of the command: those of the task, with only the programs that `exists` finds. */
export const commandFlags = (exists: (program: string) => boolean): ReadonlyArray<string> => {
  const task = configuration.tasks["online:open"].command
  const [, flags = ""] = /.*deno run (.*) pipeline\/main\.ts$/.exec(task) ?? []
  return flags.split(" ").filter((flag) => flag !== "--quiet").flatMap((flag) => {
    const [, programs] = /^--allow-run=(.*)/.exec(flag) ?? []
    if (programs === undefined) return [flag]
    // Deno prints a line about each program that does not exist, at every start.
    const found = programs.split(",").filter(exists)
    return found.length === 0 ? [] : [`--allow-run=${found.join()}`]
  })
}

/** Returns the arguments of `deno` that install the command. */
export const installArguments = (
  { config, extra, lock, target }: Installation,
  exists: (program: string) => boolean,
): ReadonlyArray<string> => [
  ...["install", "--global", "--force", "--name=paceline", `--root=${target}`],
  ...[`--config=${config}`, `--lock=${lock}`, "--frozen", `--allow-env=${folderVariables}`],
  ...commandFlags(exists),
  ...extra,
  "pipeline/commands/installed/main.ts",
]

const { os } = Deno.build
const variable = (name: string) => Deno.env.get(name)

/** True if a folder of PATH has this program. */
const isInPath = (program: string): boolean =>
  (variable("PATH") ?? "").split(delimiter).some((folder) =>
    (os === "windows" ? [".exe", ".cmd"] : [""])
      .some((ending) => existsSync(join(folder, program + ending)))
  )

/**
 * Runs `use` with the path of the configuration without the name of the library: Deno would link the clone under
 * that name, which is not in the lock.
 */
const withConfig = <A, E>(use: (config: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.try({
      try: () => {
        const { exports: _, name: __, publish: ___, ...config } = configuration
        const folder = Deno.makeTempDirSync({ prefix: "paceline-" })
        Deno.writeTextFileSync(join(folder, "deno.json"), JSON.stringify(config))
        return folder
      },
      catch: systemError("write the configuration"),
    }),
    (folder) => use(join(folder, "deno.json")),
    (folder) =>
      Effect.ignore(
        Effect.try(() => rmSync(folder, { recursive: true, force: true })),
      ),
  )

const install = Effect.gen(function* () {
  if (!isInPath("deno")) {
    return yield* endWith(
      exitCodes.configuration,
      "Cannot install the command: it needs deno, which is in no folder of PATH. Nothing was changed",
      "Install it, then repeat: npm install -g deno",
    )
  }
  const root = fileURLToPath(new URL("../../../", import.meta.url))
  const home = variable(os === "windows" ? "USERPROFILE" : "HOME") ?? root
  const target = variable("DENO_INSTALL_ROOT") ?? join(home, ".deno")
  const lock = join(root, "deno.lock")
  const { code } = yield* withConfig((config) =>
    Effect.tryPromise({
      try: () =>
        new Deno.Command(Deno.execPath(), {
          args: [...installArguments({ config, extra: Deno.args, lock, target }, isInPath)],
          cwd: root,
        }).spawn().status,
      catch: systemError("install the command"),
    })
  )
  if (code !== 0) {
    return yield* endWith(code, `Cannot install the command: deno exited with code ${code}`)
  }
  yield* Effect.try({
    try: () => {
      // Deno copies its configuration without the lock file, and packages that the command does not use.
      const folder = join(target, "bin", ".paceline")
      copyFileSync(lock, join(folder, "deno.lock"))
      rmSync(join(folder, "node_modules"), { recursive: true, force: true })
    },
    catch: systemError("install the lock file"),
  })
  const { data, dotEnv } = installedPlaces(platformPlaces(os, variable), root, existsSync)
  yield* print(`
Data directory: ${data}
Settings:       ${dotEnv}

Next: paceline setup   (or: paceline import FILE, paceline demo)`)
})

if (import.meta.main) runMain(install)
