/** Problems of a file that is being read, in the order in which they are found. */

/** Maximum number of problems that are listed; a damaged file could have thousands. */
const mostNotes = 10

/** Collects problems; a repeated one is listed once. */
export class Notes {
  private readonly found = new Set<string>()
  private more = 0
  private firstDamage: string | undefined

  add(note: string): void {
    if (this.found.has(note)) return
    if (this.found.size < mostNotes) this.found.add(note)
    else this.more++
  }

  /** Adds a problem because of which points can be missing or wrong. */
  addDamage(note: string): void {
    this.firstDamage ??= note
    this.add(note)
  }

  /** First problem because of which points can be missing or wrong. */
  get damage(): string | undefined {
    return this.firstDamage
  }

  get isEmpty(): boolean {
    return this.found.size === 0
  }

  /** Problems, and the number of those that are not listed. */
  get list(): ReadonlyArray<string> {
    return [...this.found, ...(this.more === 0 ? [] : [`more problems: ${this.more}`])]
  }
}
