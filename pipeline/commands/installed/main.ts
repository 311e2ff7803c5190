/** The program as the installed command `paceline` (pipeline/commands/installed/install.ts) or as one file (deno compile). */
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { prefixFrom, useCommandPrefix } from "../../output/kit/commandPrefix.ts"
import { usePlaces } from "../../output/kit/places.ts"
import { installedPlaces, platformPlaces } from "./installedPlaces.ts"

useCommandPrefix(prefixFrom((name) => Deno.env.get(name) ?? "paceline"))
usePlaces(
  installedPlaces(
    platformPlaces(Deno.build.os, (name) => Deno.env.get(name)),
    fileURLToPath(new URL("../../../", import.meta.url)),
    existsSync,
  ),
)

// Later than the places, which the commands read when they are loaded.
const { main } = await import("../../main.ts")
const { runAsProcess } = await import("../process/program.ts")
runAsProcess(main)
