/** The installed command: its places, its permissions, and a real installation. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import configuration from "../../deno.json" with { type: "json" }
import { setInDotEnv } from "../../pipeline/commands/process/dotenv.ts"
import {
  compileArguments,
  readByAddress,
  targets,
} from "../../pipeline/commands/installed/compile.ts"
import { installArguments } from "../../pipeline/commands/installed/install.ts"
import {
  installedPlaces,
  platformPlaces,
} from "../../pipeline/commands/installed/installedPlaces.ts"
import { files, read } from "../../tools/files.ts"
import { live, test } from "../testing.ts"

const of = (os: typeof Deno.build.os, variables: Readonly<Record<string, string>>) =>
  platformPlaces(os, (name) => variables[name])

test("the default places are those that each platform expects", () =>
  Effect.sync(() => {
    assert.deepEqual(of("linux", { HOME: "/h" }), {
      data: "/h/.local/share/paceline",
      dotEnv: "/h/.config/paceline/.env",
    })
    assert.deepEqual(
      of("linux", { HOME: "/h", XDG_DATA_HOME: "/d", XDG_CONFIG_HOME: "relative" }),
      {
        data: "/d/paceline",
        dotEnv: "/h/.config/paceline/.env",
      },
    )
    assert.deepEqual(of("darwin", { HOME: "/h" }), {
      data: "/h/Library/Application Support/paceline",
      dotEnv: "/h/.config/paceline/.env",
    })
    assert.deepEqual(of("windows", { LOCALAPPDATA: "C:\\l", APPDATA: "C:\\r" }), {
      data: "C:\\l\\paceline",
      dotEnv: "C:\\r\\paceline\\.env",
    })
    assert.equal(of("linux", {}), undefined)
  }))

test("data in the clone are used until the platform's directory exists", () =>
  Effect.sync(() => {
    const platform = { data: "/d/paceline", dotEnv: "/c/paceline/.env" }
    const clone = { data: "/clone/data", dotEnv: "/clone/.env" }
    const given = (...paths: ReadonlyArray<string>) =>
      installedPlaces(platform, "/clone/", (path) => paths.includes(path))
    assert.deepEqual(given(), platform)
    assert.deepEqual(given(clone.data), clone)
    assert.deepEqual(given(clone.dotEnv), clone)
    assert.deepEqual(given(clone.data, clone.dotEnv, platform.data), platform)
    assert.deepEqual(installedPlaces(undefined, "/clone/", () => false), clone)
  }))

test("the command has the permissions of the task, and may run only programs that exist", () =>
  Effect.sync(() => {
    const arguments_ = (exists: (program: string) => boolean, ...extra: ReadonlyArray<string>) =>
      installArguments(
        { config: "/c/deno.json", lock: "/l/deno.lock", target: "/t", extra },
        exists,
      )
    const task = configuration.tasks["online:open"].command.split(" ")
    const one = arguments_((program) => program === "open", "--allow-run=/bin/notify")
    assert.ok(one.includes("--allow-run=open"))
    assert.ok(one.includes("--allow-run=/bin/notify"))
    assert.deepEqual(
      task.filter((word) => /^--(allow-(?!run)|ignore|no-prompt|v8)/.test(word))
        .filter((word) => !one.includes(word)),
      [],
    )
    // Other tasks, except those that run git, have no permission that the command lacks.
    for (const { command } of Object.values(configuration.tasks)) {
      if (!command.includes("pipeline/main.ts") || command.includes("=git")) continue
      const variables = /--allow-env=(\S+)/.exec(command)?.[1]?.split(",") ?? []
      const own = one.flatMap((word) => word.replace(/^--allow-env=/, "").split(","))
      assert.deepEqual(variables.filter((name) => !own.includes(name)), [])
    }
    assert.deepEqual(arguments_(() => false).filter((word) => word.startsWith("--allow-run")), [])
    assert.deepEqual(
      ["--frozen", "--lock=/l/deno.lock", "--config=/c/deno.json", "--quiet"].map((word) =>
        one.includes(word)
      ),
      [true, true, true, false],
    )
  }))

live("settings are written to a folder that does not exist yet", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    const file = `${folder}/config/paceline/.env`
    yield* setInDotEnv(file, { STRAVA_CLIENT_ID: "7" })
    assert.match(yield* fs.readFileString(file), /^STRAVA_CLIENT_ID=7$/m)
  }))

const run = (program: string, args: ReadonlyArray<string>, cwd: string, home: string) =>
  Effect.promise(async () => {
    const { DENO_DIR = `${Deno.env.get("HOME")}/.cache/deno`, PATH = "" } = Deno.env.toObject()
    const folder = Deno.execPath().replace(/[\\/][^\\/]*$/, "")
    const { code, stderr, stdout } = await new Deno.Command(program, {
      args: [...args],
      cwd,
      clearEnv: true,
      env: {
        DENO_DIR,
        DENO_INSTALL_ROOT: `${home}/installed`,
        HOME: home,
        NO_COLOR: "1",
        PATH: `${folder}:${PATH}`,
      },
      stdin: "null",
    }).output()
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
    return { code, stdout: text(stdout), stderr: text(stderr) }
  })

live(
  "the installed command runs in any folder, with the lock, its own places and no other line",
  () =>
    Effect.gen(function* () {
      if (Deno.build.os === "windows") return
      const fs = yield* FileSystem.FileSystem
      const home = yield* fs.makeTempDirectoryScoped()
      const root = new URL("../..", import.meta.url).pathname
      const installed = yield* run(Deno.execPath(), ["task", "install"], root, home)
      assert.equal(installed.code, 0, installed.stderr)
      const data = Deno.build.os === "darwin"
        ? `${home}/Library/Application Support/paceline`
        : `${home}/.local/share/paceline`
      // A developer's clone can have data.
      const isClean = !(yield* fs.exists(`${root}/data`)) && !(yield* fs.exists(`${root}/.env`))
      if (isClean) assert.ok(installed.stdout.includes(`Data directory: ${data}\n`))
      const paceline = `${home}/installed/bin/paceline`
      const status = yield* run(paceline, ["status"], home, home)
      assert.deepEqual([status.code, status.stderr], [0, ""])
      assert.match(status.stdout, /^ {2}paceline pipeline$/m)
      if (isClean) assert.ok(status.stdout.includes(`No data in ${data} yet`))

      const folder = `${home}/installed/bin/.paceline`
      assert.deepEqual((yield* fs.readDirectory(folder)).toSorted(), ["deno.json", "deno.lock"])
      const lock = yield* fs.readFileString(`${folder}/deno.lock`)
      yield* fs.writeFileString(`${folder}/deno.lock`, lock.replace("npm:effect@4.1.0", "npm:e@1"))
      const refused = yield* run(paceline, ["--version"], home, home)
      assert.notEqual(refused.code, 0)
      assert.match(refused.stderr, /lockfile/)
    }),
)

test("a release compiles every file that the program reads by its address, for five targets", () =>
  Effect.sync(() => {
    const addressed = files().filter((path) => /^(pipeline|sinks|schemas)\/.*\.ts$/.test(path))
      .flatMap((path) =>
        [...read(path).matchAll(/new URL\(\s*"(\.\/[^"]+)",\s*import\.meta\.url/g)]
          .map(([, name]) => new URL(name!, `file:///${path}`).pathname.slice(1))
      )
    assert.deepEqual(addressed, readByAddress)
    assert.equal(targets.length, 5)
    for (const target of targets) {
      const words = compileArguments(target, "compiled")
      assert.ok(words.includes(`--include=${readByAddress[0]}`))
      assert.ok(words.includes(`--target=${target}`))
      assert.ok(words.includes("--allow-net") && words.includes("--ignore-env"))
      const opener = /windows/.test(target) ? "cmd" : /apple/.test(target) ? "open" : "xdg-open"
      assert.deepEqual(words.filter((word) => word.startsWith("--allow-run")), [
        `--allow-run=${opener}`,
      ])
    }
    assert.match(read(".github/workflows/release.yml"), /installed\/compile\.ts compiled$/m)
  }))
