/**
 * `deno task diagnostics`: runs Effect's language service. It finds mistakes that the type checker cannot,
 * such as an effect that never runs because its `yield*` is missing.
 */
import { files, read } from "./files.ts"

/** Folder of TypeScript and the language service, which the program does not need. */
const home = new URL("./diagnostics/", import.meta.url)
/** Copy of the code, because TypeScript looks for packages in the folders above a file. */
const copy = new URL("./copy/", home)
/** File with a deliberate mistake. If it is not reported, the other results are not reliable. */
const fixture = "tools/diagnostics/floating.ts"

interface Finding {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly name: string
  readonly message: string
}

/**
 * Rules that do not apply to tests and tools: any error fails a test, they read the real clock, and they
 * provide several layers.
 */
const pardons = ["anyUnknownInErrorContext", "globalDateInEffect", "multipleEffectProvide"]

const deno = async (...args: ReadonlyArray<string>): Promise<string> => {
  const options = { args: [...args], cwd: home, env: { NO_COLOR: "1" } }
  const command = new Deno.Command(Deno.execPath(), { ...options, stderr: "inherit" })
  const { stdout } = await command.output()
  return new TextDecoder().decode(stdout)
}

/** Copies the code, and returns the number of files. */
const stage = async (): Promise<number> => {
  await Deno.remove(copy, { recursive: true }).catch(() => {})
  const sources = files().filter((path) => path.endsWith(".ts"))
  for (const path of sources) {
    const target = new URL(path, copy)
    await Deno.mkdir(new URL("./", target), { recursive: true })
    await Deno.writeTextFile(target, read(path))
  }
  await Deno.writeTextFile(new URL("deno.d.ts", copy), await deno("types"))
  return sources.length
}

const diagnose = async (): Promise<ReadonlyArray<Finding>> => {
  await deno("install")
  const text = await deno("task", "--quiet", "diagnose")
  const { diagnostics }: { readonly diagnostics: ReadonlyArray<Finding> } = JSON.parse(
    text || '{ "diagnostics": [] }',
  )
  return diagnostics.map((finding) => ({
    ...finding,
    file: finding.file.replaceAll("\\", "/").replace(/^.*?\/tools\/diagnostics\/copy\//, ""),
    message: finding.message.replaceAll(/\s*\n\s*/g, " "),
  }))
}

if (import.meta.main) {
  const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`))
  const count = await stage()
  const all = await diagnose()
  const proven = all.some(({ file, name }) => file === fixture && name === "floatingEffect")
  const findings = all.filter(({ file, name }) =>
    file !== fixture && !(/^(tests|tools)\//.test(file) && pardons.includes(name))
  )
  for (const { column, file, line, message, name } of findings) {
    say(`${file}:${line}:${column} ${name}: ${message}`)
  }
  if (!proven) {
    say(`Cannot rely on this result: the deliberate mistake in ${fixture} was not reported.`)
  }
  say(`Effect diagnostics: ${count} files, ${findings.length} findings`)
  Deno.exit(proven && findings.length === 0 ? 0 : 1)
}
