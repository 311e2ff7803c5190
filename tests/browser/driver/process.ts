/** The process of a browser and its profile folder. */
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { Readable, Writable } from "node:stream"
import { folderVariable } from "../../../tools/test.ts"
import type { Executable } from "./executables.ts"

/**
 * The browser connects to no host except by address: names are not resolved, and its services in the
 * background are off. It does not use /dev/shm, which is small in containers.
 */
const flags = `
  --headless --remote-debugging-pipe --disable-gpu --disable-quic --disable-dev-shm-usage
  --disable-extensions --disable-background-networking --disable-component-update
  --disable-default-apps --disable-sync --disable-breakpad --no-first-run
  --no-default-browser-check --password-store=basic --use-mock-keychain --mute-audio
  --hide-scrollbars --force-color-profile=srgb --font-render-hinting=none
`.trim().split(/\s+/)

const launch = ({ env, path }: Executable, sandboxed: boolean) => {
  const folder = Deno.makeTempDirSync({
    dir: Deno.env.get(folderVariable) ?? tmpdir(),
    prefix: "paceline-browser-",
  })
  const args = [...flags, "--host-resolver-rules=MAP * ~NOTFOUND", `--user-data-dir=${folder}`]
  const child = spawn(path, [...args, ...(sandboxed ? [] : ["--no-sandbox"])], {
    env: {
      ...{ ...Deno.env.toObject(), ...env },
      ...{ DBUS_SESSION_BUS_ADDRESS: "disabled:", XDG_CACHE_HOME: `${folder}/cache` },
    },
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
  })
  let log = ""
  child.stderr?.on("data", (chunk) => log = (log + chunk).slice(-2_000))
  const ended = new Promise<void>((resolve) => {
    child.on("error", (error) => resolve(void (log += error.message)))
    child.on("exit", () => resolve())
  })
  const [, , , write, read] = child.stdio
  if (!(write instanceof Writable && read instanceof Readable)) {
    throw new Error("no pipe")
  }
  return { child, ended, folder, log: () => log.trim(), pipe: { read, write } }
}

/**
 * Starts a browser process. It ends with the scope, or when this process dies, because its pipe
 * then closes.
 */
export const startBrowser = (executable: Executable, sandboxed: boolean) =>
  Effect.acquireRelease(
    Effect.sync(() => launch(executable, sandboxed)),
    ({ child, ended, folder, pipe }) =>
      Effect.promise(() => (pipe.write.end(), ended)).pipe(
        Effect.timeoutOrElse({
          duration: "5 seconds",
          orElse: () => Effect.promise(() => (child.kill("SIGKILL"), ended)),
        }),
        // Child processes of the browser still write while they end.
        Effect.andThen(() =>
          Effect.promise(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
        ),
      ),
  )
