/** A browser as a process: its flags, its folder, its end. */
import { Effect } from "effect"
import type { Executable } from "./installed.ts"

/**
 * Nothing is sent anywhere but to the pages: names of hosts are not looked up, and what browsers do
 * behind their user's back is off. Memory is not shared through /dev/shm, which is small in containers.
 */
const flags = [
  "--headless",
  "--remote-debugging-pipe",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--disable-extensions",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-sync",
  "--disable-breakpad",
  "--no-first-run",
  "--no-default-browser-check",
  "--password-store=basic",
  "--use-mock-keychain",
  "--mute-audio",
  "--hide-scrollbars",
  "--force-color-profile=srgb",
  "--font-render-hinting=none",
  "--host-resolver-rules=MAP * ~NOTFOUND",
]

/**
 * `$1` folder, then the command. The browser ends when the pipe closes, by the scope's end or by
 * `kill -9` of this process; then the shell deletes the folder. Told to (TERM), it ends the browser.
 */
const script = `
folder=$1
shift
exec 3<&0 4>&1 < /dev/null > /dev/null
trap : INT HUP
"$@" 3<&3 4>&4 2> "$folder/log" &
browser=$!
trap 'kill -9 $browser' TERM
exec 3<&- 4>&-
wait $browser || wait $browser
tail -n 5 "$folder/log" >&2
cd / && rm -rf "$folder" || { sleep 1 && rm -rf "$folder"; }
`

/** The process with a folder of its own, which are gone after the scope's end. */
export const start = ({ env, path }: Executable, sandboxed: boolean) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = Deno.makeTempDirSync({ prefix: "paceline-browser-" })
      const child = new Deno.Command("/bin/sh", {
        args: [
          ...["-c", script, "sh", folder, path, `--user-data-dir=${folder}/profile`],
          ...flags,
          ...(sandboxed ? [] : ["--no-sandbox"]),
        ],
        env: { ...env, DBUS_SESSION_BUS_ADDRESS: "disabled:", XDG_CACHE_HOME: `${folder}/cache` },
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn()
      return { child, pipe: child.stdin.getWriter() }
    }),
    ({ child, pipe }) =>
      Effect.promise(() => pipe.close().catch(() => {})).pipe(
        Effect.andThen(Effect.promise(() => child.status)),
        Effect.timeoutOrElse({
          duration: "5 seconds",
          orElse: () =>
            Effect.promise(() => {
              child.kill("SIGTERM")
              return child.status
            }),
        }),
      ),
  )
