/**
 * `deno task goals`: prints each goal and the figure now. Words after `--` list what is in the way of
 * goals with that word in their name. Only `deno test` has the parser of `deno lint`.
 */
import { exportsByFile, unusedExports } from "./exports.ts"
import { goalsOf, repository } from "./goals.ts"

const print = (...lines: ReadonlyArray<string>) =>
  lines.forEach((line) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`)))
const figures = (now: unknown, most: unknown) =>
  [now, most].map((it) => `${it}`.padStart(6)).join("")

const ours = repository()
print(figures("now", "goal"))
for (const { complaints, fix, most, name, now } of goalsOf(ours)) {
  print(`${figures(now, most)}  ${now > most ? "✗" : "✓"} ${name}`)
  if (Deno.args.some((word) => name.includes(word))) {
    print(...[...complaints, fix].map((line) => `    ${line}`))
  }
}
const unused = unusedExports(exportsByFile(
  new Map([...ours.sources].filter(([path]) => !path.startsWith("tests/"))),
))
print(`${figures(unused.length, "")}    exports that at most tests use`)
if (Deno.args.includes("tests")) print(...unused.map((name) => `    ${name}`))
