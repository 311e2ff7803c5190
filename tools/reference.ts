/** The tables of docs/reference.md, out of what the program itself says of its tasks, flags and codes. */
import { registryLayer } from "../sinks/registry.ts"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, Option, Ref } from "effect"
import { CliOutput, Command, Completions, type HelpDoc } from "effect/cli"
import { pacelineCommand } from "../pipeline/commands/paceline.ts"
import { resourceStages } from "../pipeline/stages/all.ts"
import { exitCodes, exitMeanings, signalCodes, signalMeanings } from "../pipeline/base/exit.ts"
import { variables } from "../pipeline/base/variables.ts"
import { read } from "./files.ts"
import { markdown } from "./markdown.ts"

interface Config {
  readonly tasks: Readonly<
    Record<string, { readonly description?: string; readonly command: string }>
  >
}

export const { tasks }: Config = JSON.parse(read("deno.json"))

/** What the program's commands are called, in the order of its help. */
export const commandNames = pacelineCommand.subcommands.flatMap(({ commands }) =>
  commands.map(({ name }) => name)
)

const isOfProgram = (command: string) =>
  /pipeline\/main\.ts|deno task --quiet (paceline|interactive)/.test(command)

/** Tasks that run the program, or those that one runs to change it. */
const taskTable = (ofProgram: boolean) => () =>
  markdown(
    ["task", "what it does"],
    Object.entries(tasks)
      .filter(([, { command }]) => isOfProgram(command) === ofProgram)
      .map(([name, { description = "" }]) => [`\`deno task ${name}\``, description]),
  )

/** What `paceline NAME --help` knows. */
const helpOf = (name: string) =>
  Effect.gen(function* () {
    const doc = yield* Ref.make(Option.none<HelpDoc.HelpDoc>())
    const present = (event: CliOutput.Presenter.Event) =>
      event._tag === "Help" ? Ref.set(doc, Option.some(event.helpDoc)) : Effect.void
    yield* Command.runWith(pacelineCommand, { version: "0" })([name, "--help"]).pipe(
      Effect.provide(CliOutput.layerPresenter({ present })),
      Effect.ignore,
    )
    return Option.getOrThrow(yield* Ref.get(doc))
  })

const helps = await Effect.runPromise(
  Effect.forEach(commandNames, (name) => Effect.map(helpOf(name), (help) => ({ name, help }))).pipe(
    Effect.provide(Layer.mergeAll(NodeServices.layer, registryLayer)),
  ),
)

interface Flag {
  readonly name: string
  readonly shown: string
  readonly description: string
}

const choices = new Map(
  Completions.fromCommand(pacelineCommand).subcommands.flatMap((command) =>
    command.flags.flatMap(({ name, type }) =>
      type._tag === "Choice" ? [[`${command.name} ${name}`, type.values] as const] : []
    )
  ),
)

/** The value of a flag: the name of what it takes, or the few things that it may be. */
const valueOf = (type: string, choices: ReadonlyArray<string> | undefined): string => {
  if (type === "boolean") return ""
  return ` ${type === "choice" && choices !== undefined ? choices.join("\\|") : type}`
}

/** The flags of a command as they are typed. */
const flagsOf = (command: string): ReadonlyArray<Flag> =>
  helps.filter(({ name }) => name === command).flatMap(({ help }) =>
    help.flags.map(({ description, name, type }) => {
      const words = Option.getOrElse(description, () => "")
      return {
        name,
        shown: `\`--${name}${valueOf(type, choices.get(`${command} ${name}`))}\``,
        description: type === "choice"
          ? words.replace(/ \(choices: .*\)$/, "")
          : words.replace(/ \(choices: (.*)\)$/, ": $1"),
      }
    })
  )

/** The stages that fetch share all their flags. */
export const fetching: ReadonlyArray<string> = resourceStages

/** The commands of a flag in few words. */
const inWords = (commands: ReadonlyArray<string>): string => {
  if (commands.length === commandNames.length) return "all"
  const all = fetching.every((stage) => commands.includes(stage))
  const others = commands.filter((name) => !all || !fetching.includes(name))
  return [...others.map((name) => `\`${name}\``), ...(all ? ["stages that fetch"] : [])].join(", ")
}

const flagTable = (): string => {
  const every = commandNames.flatMap((command) =>
    flagsOf(command).map((flag) => ({ command, ...flag }))
  )
  const rows = Map.groupBy(every, ({ description, shown }) => `${shown}\n${description}`)
  // A flag that means another thing elsewhere stands beside itself.
  const names = [...new Set(every.map(({ name }) => name))]
  return markdown(
    ["flag", "of", "what it does"],
    names.flatMap((name) =>
      [...rows.values()].filter(([first]) => first!.name === name).map((same) => [
        same[0]!.shown,
        inWords(same.map(({ command }) => command)),
        same[0]!.description,
      ])
    ),
  )
}

/** A command line of the help as a task, where there is one. */
const asTask = (line: string): string => {
  const [, name = "", rest = ""] = /^paceline (\S+)(.*)$/.exec(line) ?? []
  return name in tasks ? `deno task ${name}${rest}` : `deno task paceline ${name}${rest}`
}

const examples = (): string =>
  helps.filter(({ help }) => (help.examples ?? []).length > 0).map(({ help, name }) =>
    [
      `# ${name}: ${help.description}`,
      ...(help.examples ?? []).map(({ command, description = "" }) =>
        `${asTask(command)} # ${description}`
      ),
    ].join("\n")
  ).join("\n\n")

/** What a task lets the program do: the permissions of the command that it comes down to. */
const permissionsOf = (command: string): string => {
  const [, inner] = /deno task --quiet (\w+)/.exec(command) ?? []
  if (inner !== undefined) return permissionsOf(tasks[inner]?.command ?? "")
  return (command.match(/--allow-[a-z]+(=\S+)?/g) ?? [])
    .map((flag) => `\`${flag.replace(/^(--allow-(?:env|run)=).*/, "$1…")}\``)
    .toSorted().join(" ")
}

const permissionTable = (): string => {
  const rows = Map.groupBy(
    Object.entries(tasks).filter(([, { command }]) => isOfProgram(command)),
    ([, { command }]) => permissionsOf(command),
  )
  return markdown(
    ["tasks", "may use"],
    [...rows].map(([permissions, tasks]) => [
      tasks.map(([name]) => `\`${name}\``).join(", "),
      permissions,
    ]),
  )
}

const variableTable = () =>
  markdown(
    ["variable", "meaning"],
    Object.entries(variables).map(([name, meaning]) => [`\`${name}\``, meaning]),
  )

const codeTable = () =>
  markdown(["code", "meaning"], [
    ...Object.entries(exitCodes).map(([name, code]) => [
      String(code),
      exitMeanings[name as keyof typeof exitCodes],
    ]),
    ...Object.entries(signalCodes).map(([name, code]) => [
      String(code),
      signalMeanings[name as keyof typeof signalCodes],
    ]),
  ])

export const referenceParts = {
  codes: codeTable,
  development: taskTable(false),
  examples: () => "```sh\n" + examples() + "\n```",
  flags: flagTable,
  permissions: permissionTable,
  tasks: taskTable(true),
  variables: variableTable,
}
