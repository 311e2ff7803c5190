/** Default places of an installed command, which runs in any folder. */
import type { Places } from "../../output/kit/places.ts"

/** Names of the variables that name folders of a user. */
type FolderVariable = "APPDATA" | "HOME" | "LOCALAPPDATA" | "XDG_CONFIG_HOME" | "XDG_DATA_HOME"

/** Returns the value of a variable if it is an absolute path, as the XDG specification demands. */
const absolute = (value: string | undefined) =>
  value !== undefined && /^(\/|[A-Za-z]:[\\/])/.test(value) ? value : undefined

/** Returns the places that the platform expects; undefined if it names no folder of the user. */
export const platformPlaces = (
  os: typeof Deno.build.os,
  variable: (name: FolderVariable) => string | undefined,
): Places | undefined => {
  const folder = (name: FolderVariable, otherwise?: string) => {
    const home = absolute(variable("HOME"))
    return absolute(variable(name)) ??
      (home === undefined || otherwise === undefined ? undefined : `${home}/${otherwise}`)
  }
  const data = os === "windows"
    ? folder("LOCALAPPDATA")
    : os === "darwin"
    ? folder("XDG_DATA_HOME", "Library/Application Support")
    : folder("XDG_DATA_HOME", ".local/share")
  const settings = os === "windows" ? folder("APPDATA") : folder("XDG_CONFIG_HOME", ".config")
  if (data === undefined || settings === undefined) return undefined
  const slash = os === "windows" ? "\\" : "/"
  return { data: `${data}${slash}paceline`, dotEnv: [settings, "paceline", ".env"].join(slash) }
}

/**
 * Returns the platform's places, or those in the clone at `root` if only it has been used: a user who ran
 * tasks before installing the command keeps the data directory and the sign-in.
 */
export const installedPlaces = (
  platform: Places | undefined,
  root: string,
  exists: (path: string) => boolean,
): Places => {
  const clone: Places = { data: `${root}data`, dotEnv: `${root}.env` }
  if (platform === undefined) return clone
  const used = ({ data, dotEnv }: Places) => exists(data) || exists(dotEnv)
  return !used(platform) && used(clone) ? clone : platform
}
