/** The commands of the tasks in deno.json. */
import configuration from "../deno.json" with { type: "json" }

const tasks: Readonly<Record<string, { readonly command: string }>> = configuration.tasks

/** Matches a task that runs another one with its permissions: the other's name, and the words to add. */
export const wrapped = /^deno task --quiet (o(?:n|ff)line\S*)(.*)$/

/** Returns the words after `deno` of the `deno run` of a task, or of the task that it runs. */
export const runWordsOf = (task: string): ReadonlyArray<string> => {
  const command = tasks[task]?.command ?? ""
  const [, inner, added = ""] = wrapped.exec(command) ?? []
  const run = inner === undefined ? command : `${tasks[inner]?.command ?? ""}${added}`
  return run.slice(run.lastIndexOf("deno run")).split(" ").slice(1)
}
