/**
 * `deno task goals` prints each goal for layout and language, and the distance to it. Words after `--`
 * list what is in the way of goals with these words in their name, with known figures by `--write`.
 * It runs in `deno test`, because only there a program can use the parser of `deno lint`.
 */
import { exportsByFile, unusedExports } from "./architecture/exports.ts"
import { goalsOf, known, repository } from "./architecture/goals.ts"

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`))
const figures = (...all: ReadonlyArray<string | number>) =>
  all.map((figure) => String(figure).padStart(6)).join("")

const ours = repository()
const goals = goalsOf(ours)
print(`${figures("now", "goal")}`)
for (const { complaints, fix, goal, name, now } of goals) {
  print(`${figures(now, goal)}  ${now > goal ? "✗" : "✓"} ${name}`)
  if (!Deno.args.some((word) => name.includes(word))) continue
  for (const complaint of [...complaints, fix]) print(`    ${complaint}`)
}

const unused = unusedExports(exportsByFile(ours.sources))
const unusedByProgram = unusedExports(exportsByFile(
  new Map([...ours.sources].filter(([path]) => !path.startsWith("tests/"))),
)).filter((name) => !unused.includes(name))
print(`${figures(unusedByProgram.length, "")}    exports that only tests use`)
if (Deno.args.includes("tests")) unusedByProgram.forEach((name) => print(`    ${name}`))

if (Deno.args.includes("--write")) {
  const above = goals.filter(({ goal, now }) => now > goal).map(({ name, now }) => [name, now])
  await Deno.writeTextFile(known, `${JSON.stringify(Object.fromEntries(above), null, 2)}\n`)
}
