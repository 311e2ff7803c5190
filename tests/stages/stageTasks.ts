/**
 * Tasks of deno.json that run one stage, generated from the map of stages. To write them: `deno run
 * -A tests/stages/stageTasks.ts`
 */
import { resourceStages } from "../../pipeline/stages/all.ts"
import { declarationOf, type Resource } from "../../schemas/resources.ts"
import { read } from "../../tools/files.ts"

const taskOf = (name: Resource): string =>
  `    "${name}": {
      "description": ${JSON.stringify(declarationOf(name).help)},
      "command": "deno task --quiet online ${name}"
    },
`

/** Returns the text of deno.json with a task for each stage that fetches, in order, before `plan`. */
export const withStageTasks = (text: string): string => {
  const without = resourceStages.reduce(
    (text, name) => text.replace(new RegExp(`^ {4}"${name}": \\{[^}]*\\},\\n`, "m"), ""),
    text,
  )
  return without.replace(/^ {4}"plan": \{/m, `${resourceStages.map(taskOf).join("")}$&`)
}

if (import.meta.main) {
  await Deno.writeTextFile("deno.json", withStageTasks(read("deno.json")))
}
