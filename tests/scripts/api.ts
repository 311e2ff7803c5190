/**
 * The public API as text, made by `deno doc`. To accept a change of it: `deno run -A
 * tests/scripts/api.ts`. Removing or changing something is a new major version.
 */

/** Modules whose exports are the public API: the namespaces of each entry point. */
const modules = [
  "pipeline/commands/script/Pipeline.ts",
  "pipeline/stages/script/Resource.ts",
  "pipeline/stages/script/Sink.ts",
  "pipeline/stages/script/Stage.ts",
  "pipeline/stages/script/Strava.ts",
  "tests/kit/mod.ts",
  "tests/kit/Simulated.ts",
]

export const apiFile = "tests/scripts/api.txt"

const docOf = async (module: string): Promise<string> => {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", module],
    env: { NO_COLOR: "1" },
  }).output()
  if (!success) throw new Error(`deno doc ${module} failed`)
  const text = new TextDecoder().decode(stdout)
  // Comments can change in any version, and so can the places of declarations.
  const lines = text.split("\n").filter((line) => !/^\s*Defined in /.test(line))
  return `== ${module}\n${lines.filter((line) => line.trim() !== "").join("\n")}\n`
}

/** Returns the text of the public API. */
export const publicApi = async (): Promise<string> =>
  (await Promise.all(modules.map(docOf))).join("\n")

if (import.meta.main) await Deno.writeTextFile(apiFile, await publicApi())
