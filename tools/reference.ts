/** The tables of docs/reference.md, from the declarations of tasks, flags and codes. */
import { registryLayer } from "../sinks/registry.ts"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, Option } from "effect"
import { CliOutput, Command, type HelpDoc } from "effect/cli"
import { pacelineCommand } from "../pipeline/commands/paceline.ts"
import { resourceStages } from "../pipeline/stages/all.ts"
import { exitCodes, exitMeanings, signalCodes, signalMeanings } from "../pipeline/base/exit.ts"
import { runsProgram } from "../pipeline/output/kit/commandPrefix.ts"
import { asTask } from "../pipeline/output/kit/line.ts"
import { variables } from "../pipeline/base/variables.ts"
import { read } from "./files.ts"
import { markdown } from "./markdown.ts"

interface Config {
  readonly tasks: Readonly<
    Record<string, { readonly description?: string; readonly command: string }>
  >
}

export const { tasks }: Config = JSON.parse(read("deno.json"))

const commands = pacelineCommand.subcommands.flatMap(({ commands }) => commands)

/** Names of the program's commands, in the order of its help, without those that only have commands of their own. */
export const commandNames = commands.filter(({ subcommands }) => subcommands.length === 0)
  .map(({ name }) => name)

/** Commands of commands, such as `fleet serve`, as words. */
export const nestedNames = commands.flatMap(({ name: outer, subcommands }) =>
  subcommands.flatMap(({ commands }) => commands.map(({ name }) => [outer, name] as const))
)

/** Tasks of users, or of developers. */
const taskTable = (ofProgram: boolean) => () =>
  markdown(
    ["task", "what it does"],
    Object.entries(tasks)
      .filter(([, { command }]) => runsProgram(command) === ofProgram)
      .map(([name, { description = "" }]) => [`\`deno task ${name}\``, description]),
  )

/** Returns the help of a command. */
const helpOf = Effect.fnUntraced(function* (name: string) {
  const helps: Array<HelpDoc.HelpDoc> = []
  const present = (event: CliOutput.Presenter.Event) =>
    Effect.sync(() => event._tag === "Help" && helps.push(event.helpDoc))
  yield* Command.runWith(pacelineCommand, { version: "0" })([name, "--help"]).pipe(
    Effect.provide(CliOutput.layerPresenter({ present })),
    Effect.ignore,
  )
  return helps.map((help) => ({ name, ...help }))
})

const helps = (await Effect.runPromise(
  Effect.forEach(commandNames, helpOf).pipe(
    Effect.provide(Layer.merge(NodeServices.layer, registryLayer)),
  ),
)).flat()

/** All flags of all commands; the choices of a flag are at the end of its description. */
const flags = helps.flatMap(({ flags, name: command }) =>
  flags.map(({ description, name, type }) => {
    const [, text = "", choices] = /^(.*?)(?: \(choices: (.*)\))?$/s
      .exec(Option.getOrElse(description, () => "")) ?? []
    const value = type === "choice" ? choices?.replaceAll(", ", "\\|") : type
    return {
      command,
      name,
      shown: type === "boolean" ? `\`--${name}\`` : `\`--${name} ${value}\``,
      description: type === "choice" || choices === undefined ? text : `${text}: ${choices}`,
    }
  })
)

/** Stages that fetch; they share all their flags. */
export const fetching: ReadonlyArray<string> = resourceStages

/** Returns the commands of a flag in few words. */
const inWords = (commands: ReadonlyArray<string>): string => {
  if (commands.length === commandNames.length) return "all"
  const all = fetching.every((stage) => commands.includes(stage))
  const others = commands.filter((name) => !all || !fetching.includes(name))
  return [...others.map((name) => `\`${name}\``), ...(all ? ["stages that fetch"] : [])].join(", ")
}

/** A row per meaning of a flag; the meanings of one flag are next to each other. */
const flagTable = (): string => {
  const byName = Map.groupBy(flags, ({ name }) => name).values()
  const rows = [...byName].flatMap((same) => [
    ...Map.groupBy(same, ({ description, shown }) => `${shown}\n${description}`).values(),
  ])
  return markdown(
    ["flag", "of", "what it does"],
    rows.map((same) => [
      same[0]!.shown,
      inWords(same.map(({ command }) => command)),
      same[0]!.description,
    ]),
  )
}

const examples = (): string => {
  const parts = helps.flatMap(({ description, examples = [], name }) => {
    const lines = examples.map((one) => `${asTask(one.command)} # ${one.description ?? ""}`)
    return lines.length === 0 ? [] : [[`# ${name}: ${description}`, ...lines].join("\n")]
  })
  return `\`\`\`sh\n${parts.join("\n\n")}\n\`\`\``
}

/** Returns the permissions of a task, or of the task that it runs. */
const permissionsOf = (command: string): string => {
  const [, inner] = /deno task --quiet ([\w:]+)/.exec(command) ?? []
  if (inner !== undefined) return permissionsOf(tasks[inner]?.command ?? "")
  return (command.match(/--allow-[a-z]+(=\S+)?/g) ?? [])
    .map((flag) => `\`${flag.replace(/^(--allow-(?:env|run)=).*/, "$1…")}\``)
    .toSorted().join(" ")
}

const permissionTable = (): string => {
  const rows = Map.groupBy(
    Object.entries(tasks).filter(([, { command }]) => runsProgram(command)),
    ([, { command }]) => permissionsOf(command),
  )
  const namesOf = (tasks: ReadonlyArray<readonly [name: string, ...unknown[]]>) =>
    tasks.map(([name]) => `\`${name}\``).join(", ")
  return markdown(
    ["tasks", "may use"],
    [...rows].map(([permissions, tasks]) => [namesOf(tasks), permissions]),
  )
}

const meanings: Readonly<Record<string, string>> = { ...exitMeanings, ...signalMeanings }
const codes = Object.entries({ ...exitCodes, ...signalCodes })

export const referenceParts = {
  codes: () => markdown(["code", "meaning"], codes.map(([name, code]) => [code, meanings[name]!])),
  development: taskTable(false),
  examples,
  flags: flagTable,
  permissions: permissionTable,
  tasks: taskTable(true),
  variables: () =>
    markdown(
      ["variable", "meaning"],
      Object.entries(variables).map(([name, meaning]) => [`\`${name}\``, meaning]),
    ),
}
