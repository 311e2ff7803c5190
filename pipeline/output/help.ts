/** Help texts of the command line, within 80 columns. */
import { Context, Effect, Layer, Option } from "effect"
import { CliOutput, type HelpDoc, TerminalCapabilities } from "effect/cli"
import { left } from "./kit/columns.ts"
import { asTask } from "./kit/line.ts"
import { pageWidth, wrap, wrapList } from "./kit/wrap.ts"

/** Groups of a command's flags in the order of the help; flags without a group come first. */
export class FlagGroups extends Context.Service<FlagGroups, ReadonlyMap<string, string>>()(
  "paceline/FlagGroups",
) {}

/**
 * Returns the groups for flags declared under these names, such as `onLimit` for `--on-limit`, in the order of the
 * help. A flag in several groups belongs to the first one.
 */
export const flagGroups = (
  groups: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): ReadonlyMap<string, string> =>
  Object.entries(groups).flatMap(([group, flags]) =>
    Object.keys(flags).map((name) =>
      [name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), group] as const
    )
  ).reduce(
    (all, [name, group]) => all.has(name) ? all : all.set(name, group),
    new Map<string, string>(),
  )

/** Column at which the text of a flag begins. */
const textColumn = 26

/** Returns a name and its text; a name that is too long has a line of its own. */
const entry = (name: string, text: string, column: number): ReadonlyArray<string> => {
  const indent = " ".repeat(column)
  const first = left(column)(name)
  return first.endsWith(" ")
    ? wrap(text, { first, rest: indent })
    : [first, ...wrap(text, { first: indent })]
}

/** Splits the choices off a description, to which Effect appends them. */
const withoutChoices = (description: Option.Option<string>) => {
  const [, text = "", choices] =
    /^([^]*?)(?: \(choices: (.*)\))?$/.exec(Option.getOrElse(description, () => "")) ?? []
  return { text, choices: choices?.split(", ") ?? [] }
}

/** Returns a flag with its text, and with its choices if the name does not show them. */
const describeFlag = ({ description, name, type }: HelpDoc.FlagDoc): ReadonlyArray<string> => {
  const { choices, text } = withoutChoices(description)
  const value = type === "boolean" ? "" : ` ${type === "choice" ? choices.join("|") : type}`
  const shown = entry(`  --${name}${value}`, text, textColumn)
  if (type === "choice" || choices.length === 0) return shown
  const indent = " ".repeat(textColumn)
  const list = choices.map((choice, i) => i === choices.length - 1 ? `${choice})` : choice)
  return [...shown, ...wrapList(list, { first: `${indent}(`, rest: `${indent} ` })]
}

const describeArgument = ({ description, name, variadic }: HelpDoc.ArgDoc) =>
  entry(`  ${name}${variadic ? "..." : ""}`, Option.getOrElse(description, () => ""), textColumn)

const describeExample = ({ command, description }: HelpDoc.ExampleDoc, index: number) => [
  ...(index === 0 ? [] : [""]),
  ...(description === undefined ? [] : wrap(`# ${description}`, { first: "  ", rest: "  # " })),
  `  ${asTask(command)}`,
]

/** Metavars of the global flags that take a value. */
const globalValues: Readonly<Record<string, string>> = {
  completions: " SHELL",
  config: " FILE",
  "log-format": " FORMAT",
  "log-level": " LEVEL",
  schema: " NAME",
}

/** Puts flags with their values on lines, as many as fit on each. */
const globalFlags = (flags: ReadonlyArray<string>): ReadonlyArray<string> =>
  flags.reduce<ReadonlyArray<string>>((lines, flag) => {
    const longer = `${lines.at(-1) ?? ""}  ${flag}`
    return lines.length > 0 && longer.length <= pageWidth()
      ? [...lines.slice(0, -1), longer]
      : [...lines, `  ${flag}`]
  }, [])

interface Section {
  readonly title: string
  readonly lines: ReadonlyArray<string>
}

/** The flags of a command, a section for each group. */
const flagSections = ({ annotations, flags }: HelpDoc.HelpDoc): ReadonlyArray<Section> => {
  const groups = Option.getOrUndefined(Context.getOption(annotations, FlagGroups))
  const titles = ["Flags", ...new Set(groups?.values())]
  const order = [...groups?.keys() ?? []]
  return titles.map((title) => ({
    title,
    lines: flags.filter(({ name }) => (groups?.get(name) ?? "Flags") === title)
      .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
      .flatMap(describeFlag),
  }))
}

const sectionsOf = (doc: HelpDoc.HelpDoc): ReadonlyArray<Section> => [
  { title: "Examples", lines: doc.examples?.flatMap(describeExample) ?? [] },
  { title: "Usage", lines: [`  ${asTask(doc.usage)}`] },
  { title: "Arguments", lines: doc.args?.flatMap(describeArgument) ?? [] },
  ...(doc.subcommands ?? []).map(({ commands, group }) => ({
    title: group ?? "Commands",
    lines: commands.flatMap(({ description, name }) => entry(`  ${name}`, description, 16)),
  })),
  ...flagSections(doc),
  {
    title: "Global",
    lines: globalFlags(
      (doc.globalFlags ?? []).map(({ name }) => `--${name}${globalValues[name] ?? ""}`),
    ),
  },
]

/** The formatter of `--help` and of usage errors. */
const helpFormatter = (colors: boolean): CliOutput.Formatter => {
  const plain = CliOutput.defaultFormatter({ colors })
  const heading = (title: string) =>
    colors ? `\x1b[1m${title.toUpperCase()}\x1b[0m` : title.toUpperCase()
  return {
    ...plain,
    formatHelpDoc: (doc) =>
      [
        ...wrap(doc.description),
        ...sectionsOf(doc).filter(({ lines }) => lines.length > 0)
          .flatMap(({ lines, title }) => ["", heading(title), ...lines]),
      ].join("\n"),
  }
}

/** Help texts, in color if the terminal supports it. */
export const help: Layer.Layer<never> = Layer.effect(
  CliOutput.Formatter,
  Effect.map(
    TerminalCapabilities.TerminalCapabilities,
    ({ canColor }) => helpFormatter(canColor),
  ),
)
