/** Names of months in the languages of Strava, from the platform's own data. */

const monthLanguages = [
  "en",
  "de",
  "fr",
  "es",
  "it",
  "nl",
  "pt",
  "da",
  "sv",
  "nb",
  "fi",
  "pl",
  "tr",
  "id",
  "ru",
] as const

/** Months, 1 to 12, by name in lower case without accents and dots. */
type Months = ReadonlyMap<string, number>

/** Returns a word in lower case without accents and dots. */
export const plainWord = (word: string): string =>
  word.normalize("NFKD").replace(/[\p{M}.]/gu, "").toLowerCase()

const monthsByLanguage = new Map<string, Months>()

/** Returns short and long names of a language; with a day, some have another form. */
const monthsOf = (language: string): Months => {
  const known = monthsByLanguage.get(language)
  if (known !== undefined) return known
  const months = new Map<string, number>()
  for (const month of ["short", "long"] as const) {
    for (const day of [{}, { day: "numeric" }] as const) {
      const format = new Intl.DateTimeFormat(language, { month, ...day, timeZone: "UTC" })
      for (let index = 0; index < 12; index++) {
        const parts = format.formatToParts(Date.UTC(2026, index, 15))
        const name = parts.find(({ type }) => type === "month")?.value ?? ""
        months.set(plainWord(name), index + 1)
      }
    }
  }
  monthsByLanguage.set(language, months)
  return months
}

/** Returns the one month whose name begins with the word; undefined if there is none or several. */
const beginningWith = (word: string, tables: ReadonlyArray<Months>): number | undefined => {
  const found = new Set<number>()
  for (const months of tables) {
    for (const [name, month] of months) if (name.startsWith(word)) found.add(month)
  }
  const [only] = found
  return found.size === 1 ? only : undefined
}

const lookUp = (word: string, languages: ReadonlyArray<string>): number | undefined => {
  const tables = languages.map(monthsOf)
  const exact = new Set(tables.flatMap((months) => months.get(word) ?? []))
  const [only] = exact
  if (exact.size === 1) return only
  return exact.size === 0 && word.length >= 3 ? beginningWith(word, tables) : undefined
}

/** Months by language and word, so that each word is looked up once. */
const monthByWord = new Map<string, number | undefined>()

/** Maximum number of words that are kept, so that a file of invented words does not fill the memory. */
const mostWords = 1_000

/**
 * Returns the month, 1 to 12, that a word names: in the language, else in English, else in any one.
 * Undefined if the word is no month, or a different one in different languages.
 */
export const monthNamed = (word: string, language: string | undefined): number | undefined => {
  const key = `${language} ${word}`
  if (monthByWord.has(key)) return monthByWord.get(key)
  const plain = plainWord(word)
  const month = (language === undefined ? undefined : lookUp(plain, [language])) ??
    lookUp(plain, ["en"]) ?? lookUp(plain, monthLanguages)
  if (monthByWord.size < mostWords) monthByWord.set(key, month)
  return month
}
