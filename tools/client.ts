/** Makes pipeline/report/site/client.js, the program in the pages of a report: `deno run -A tools/client.ts`. */
import { build, stop } from "esbuild"
import { fileURLToPath } from "node:url"

const pathOf = (path: string) =>
  fileURLToPath(new URL(`../pipeline/report/${path}`, import.meta.url))

/** Returns the bundled program. */
export const bundle = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [pathOf("client/main.ts")],
    bundle: true,
    minify: true,
    charset: "utf8",
    format: "iife",
    target: "es2022",
    write: false,
  })
  await stop()
  return outputFiles[0]!.text
}

if (import.meta.main) await Deno.writeTextFile(pathOf("site/client.js"), await bundle())
