/** The commands that the documents tell a reader to type, page by page, with what each should end with. */
import { files, read } from "../../tools/files.ts"

/**
 * One line of a `sh` block, one statement of a `sql` block, or a comment `<!-- before: … -->`, which
 * makes what a page tells of.
 */
export interface Step {
  readonly page: string
  /** From 1. */
  readonly line: number
  /** As typed, without the remark behind it. */
  readonly text: string
  /** 0, unless the remark says `exits with N`. */
  readonly exit: number
  /** A line for a shell, a statement for the database, or what a reader does not see. */
  readonly kind: "shell" | "sql" | "hidden"
}

export const documentPages = files().filter((path) =>
  /^(README\.md|CONTRIBUTING\.md|docs\/.*\.md)$/.test(path)
)

/** A line that ends with a backslash goes on in the next one. */
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

/** Lines of a `sh` block, `first` being the number of its fence. */
const linesOf = (page: string, first: number, block: string): ReadonlyArray<Step> =>
  joined(block.split("\n")).flatMap(({ line, text }) => {
    const typed = text.replace(/(^| +)#.*$/, "").trim()
    const [, code = "0"] = /#.*exits with (\d+)/.exec(text) ?? []
    const kind = "shell"
    return typed === ""
      ? []
      : [{ page, line: first + 1 + line, text: typed, exit: Number(code), kind }]
  })

/** The questions of a `sql` block one by one; what changes something, as a whole. */
const statementsOf = (page: string, line: number, block: string): ReadonlyArray<Step> => {
  const bare = block.replaceAll(/--.*$/gm, "").trim()
  const texts = isQuestion(bare) ? bare.split(";") : [bare]
  return texts.map((text) => text.trim()).filter((text) => text !== "")
    .map((text) => ({ page, line, text, exit: 0, kind: "sql" }))
}

/** Whether it only reads. */
export const isQuestion = (sql: string): boolean => /^(select|with)\b/i.test(sql)

/** The steps of a page, in its order. */
export const stepsOf = (page: string, text = read(page)): ReadonlyArray<Step> =>
  [...text.matchAll(/^ *```(sh|sql)\n([^]*?)^ *```|^<!-- before: (.*) -->$/gm)]
    .flatMap((match): ReadonlyArray<Step> => {
      const [, language, block = "", before] = match
      const line = text.slice(0, match.index).split("\n").length
      if (before !== undefined) return [{ page, line, text: before, exit: 0, kind: "hidden" }]
      return language === "sh" ? linesOf(page, line, block) : statementsOf(page, line, block)
    })
