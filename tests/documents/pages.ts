/** Commands in the documents, by page, with their expected exit codes. */
import { files, read } from "../../tools/files.ts"

/**
 * One line of a `sh` block, one statement of a `sql` block, or a comment `<!-- before: … -->`, which
 * prepares the state that the page describes.
 */
export interface Step {
  readonly page: string
  /** Line number, from 1. */
  readonly line: number
  /** Text as typed, without the remark at its end. */
  readonly text: string
  /** Expected exit code: 0, unless the remark says `exits with N`. */
  readonly exit: number
  /**
   * Kind of step: a line for a shell, a statement for the database, or a step that readers do not
   * see.
   */
  readonly kind: "shell" | "sql" | "hidden"
}

export const documentPages = files().filter((path) =>
  /^(README\.md|CONTRIBUTING\.md|docs\/.*\.md)$/.test(path)
)

/** Joins lines that end with a backslash with the next line. */
const joined = (lines: ReadonlyArray<string>) => {
  const whole: Array<{ text: string; line: number }> = []
  let open = false
  for (const [i, text] of lines.entries()) {
    const last = whole.at(-1)
    if (open && last !== undefined) last.text = `${last.text.slice(0, -1)} ${text.trim()}`
    else whole.push({ text, line: i })
    open = text.endsWith("\\")
  }
  return whole
}

/** Returns the steps of a `sh` block; `first` is the line of its fence. */
const linesOf = (page: string, first: number, block: string): ReadonlyArray<Step> =>
  joined(block.split("\n")).flatMap(({ line, text }) => {
    const typed = text.replace(/(^| +)#.*$/, "").trim()
    const [, code = "0"] = /#.*exits with (\d+)/.exec(text) ?? []
    const kind = "shell"
    return typed === ""
      ? []
      : [{ page, line: first + 1 + line, text: typed, exit: Number(code), kind }]
  })

/** Returns the queries of a `sql` block one by one; statements that change data stay together. */
const statementsOf = (page: string, line: number, block: string): ReadonlyArray<Step> => {
  const bare = block.replaceAll(/--.*$/gm, "").trim()
  const texts = isQuestion(bare) ? bare.split(";") : [bare]
  return texts.map((text) => text.trim()).filter((text) => text !== "")
    .map((text) => ({ page, line, text, exit: 0, kind: "sql" }))
}

/** True if the statement only reads. */
export const isQuestion = (sql: string): boolean => /^(select|with)\b/i.test(sql)

/** Returns the steps of a page in order. */
export const stepsOf = (page: string, text = read(page)): ReadonlyArray<Step> =>
  [...text.matchAll(/^ *```(sh|sql)\n([^]*?)^ *```|^<!-- before: (.*) -->$/gm)]
    .flatMap((match): ReadonlyArray<Step> => {
      const [, language, block = "", before] = match
      const line = text.slice(0, match.index).split("\n").length
      if (before !== undefined) return [{ page, line, text: before, exit: 0, kind: "hidden" }]
      return language === "sh" ? linesOf(page, line, block) : statementsOf(page, line, block)
    })
