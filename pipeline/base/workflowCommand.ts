/** Commands of GitHub Actions in the output of a step, such as `::warning title=…::…`. */
import { Config, Effect } from "effect"

/** True in a step of GitHub Actions. */
export const inGitHub: Effect.Effect<boolean> = Config.String("GITHUB_ACTIONS").pipe(
  Effect.map((value) => value === "true"),
  Effect.orElseSucceed(() => false),
)

const escapes: Readonly<Record<string, string>> = {
  "%": "%25",
  "\r": "%0D",
  "\n": "%0A",
  ":": "%3A",
  ",": "%2C",
}

const escaped = (text: string, characters: RegExp) =>
  text.replaceAll(characters, (character) => escapes[character] ?? character)

/**
 * Returns a command as one line, without the line end. `text` is escaped, so that all of it is part
 * of the command.
 */
export const workflowCommand = (
  name: "group" | "endgroup" | "notice" | "warning" | "error" | "add-mask",
  text = "",
  properties: Readonly<Record<string, string>> = {},
): string => {
  const pairs = Object.entries(properties).map(([key, value]) =>
    `${key}=${escaped(value, /[%\r\n:,]/g)}`
  )
  return `::${[name, ...pairs.length > 0 ? [pairs.join(",")] : []].join(" ")}::${
    escaped(text, /[%\r\n]/g)
  }`
}

/** Returns `text` without commands, also of the older form, which can be anywhere in a line. */
export const harmless = (text: string): string =>
  text.replaceAll("##[", "## [").replaceAll(/^(\s*):(?=:)/gm, "$1: ")
