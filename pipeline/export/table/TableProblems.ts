/** Problems of a table, counted by kind so that thousands of equal ones are one sentence. */

/** Maximum number of lines that a sentence names. */
const mostLines = 20

/** Maximum number of characters of a cell that a problem quotes. */
const mostQuoted = 40

/** Returns a text in quotes, on one line, short and without control characters. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > mostQuoted ? `${text.slice(0, mostQuoted)}…` : text)
    .replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "\ufffd")

/** Returns the first `most` names as a list, with the number of the others. */
export const listed = (names: ReadonlyArray<string | number>, most = 10): string =>
  names.slice(0, most).join(", ") + (names.length > most ? ` and ${names.length - most} more` : "")

export class TableProblems {
  readonly #lines = new Map<string, Array<number>>()
  #rejected = 0

  /** Number of rows that are not imported. */
  get rejected(): number {
    return this.#rejected
  }

  /** Adds a problem because of which a row is not imported. */
  reject(reason: string, line: number): void {
    this.#rejected++
    this.add(reason, line)
  }

  add(reason: string, line: number): void {
    const lines = this.#lines.get(reason)
    if (lines === undefined) this.#lines.set(reason, [line])
    else lines.push(line)
  }

  /** Returns one sentence per reason, with the lines. */
  texts(): ReadonlyArray<string> {
    return [...this.#lines].map(([reason, lines]) =>
      `${lines.length === 1 ? "line" : "lines"} ${listed(lines, mostLines)}: ${reason}`
    )
  }
}
