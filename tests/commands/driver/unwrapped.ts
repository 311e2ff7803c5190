/** Returns `text` with each sentence that the program wrapped at 80 columns on one line again. */
export const unwrapped = (text: string): string => {
  const lines: Array<string> = []
  let previous = ""
  for (const line of text.split("\n")) {
    const [, indent = "", word = ""] = /^( *)(deno task [a-z]+(?: \S+)*|\S*)/.exec(line) ?? []
    const outer = /^ */.exec(lines.at(-1) ?? "")?.[0] ?? ""
    const isContinued = word !== "" && indent.length > outer.length &&
      previous.length + 1 + word.length > 80
    if (isContinued) lines[lines.length - 1] += ` ${line.trimStart()}`
    else lines.push(line)
    previous = line
  }
  return lines.join("\n")
}
