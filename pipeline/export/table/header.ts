/** The first row of activities.csv: names of the columns in any language, old or new. */
import { englishHeaders, headersOf2019, numbered } from "./columns.ts"
import { type Language, languages } from "./languages.ts"

export interface TableHeader {
  /** Name of each column: English, or its own header if it is unknown; repeated ones numbered. */
  readonly names: ReadonlyArray<string>
  /** Undefined if the columns were found by their index. */
  readonly language: Language | undefined
  /** True if the only distance is in meters, as until June 2019. */
  readonly inMeters: boolean
  /** Headers of columns that are unknown. */
  readonly unknown: ReadonlyArray<string>
}

/** Minimum number of columns of a table whose columns have the same order in every language. */
const leastWidth = 87

/** Maximum number of characters of a header that are read; HTML headers have about 150. */
const longestHeader = 300

/** Positions of names that occur twice, in every language. */
const doubled = [[5, 15], [6, 17], [7, 30], [8, 37], [9, 50]] as const

/** Words that keys of missing translations abbreviate. */
const abbreviated = new Map([["avg", "average"]])

const keyOf = (name: string) =>
  name.toLowerCase().split(/[ _]/).map((word) => abbreviated.get(word) ?? word).join("_")

const englishByKey = new Map(englishHeaders.map((name) => [keyOf(name), name]))

/**
 * Returns a header without white space around it and with plain apostrophes. Some headers of 2023
 * are HTML that names a missing translation: the last word of its key is the same in all languages.
 */
const cleaned = (cell: string): string => {
  const header = cell.slice(0, longestHeader)
  const key = /translation missing:\s*[\w.-]*?(\w+)(?![\w.-])/.exec(header)?.[1]
  if (key !== undefined) return englishByKey.get(keyOf(key)) ?? key
  return header.normalize("NFC").replace(/[\s\u00a0\u202f]+/g, " ").replaceAll("’", "'").trim()
}

/** English names by header, in lower case. */
const translations = (language: Language): ReadonlyMap<string, string> =>
  new Map([...languages[language]].map(([header, english]) => [header.toLowerCase(), english]))

/** Returns the language with a header for the id that has most of the headers; undefined if none. */
const languageOf = (headers: ReadonlyArray<string>): Language | undefined => {
  const counts = (Object.keys(languages) as ReadonlyArray<Language>).map((language) => {
    const known = languages[language]
    const isIt = headers.some((header) => known.get(header) === "Activity ID")
    return { language, count: isIt ? headers.filter((header) => known.has(header)).length : 0 }
  })
  return counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)[0]?.language
}

/** True if names are repeated where Strava repeats them, which no other order of columns does. */
const hasStravasOrder = (headers: ReadonlyArray<string>): boolean =>
  headers.length >= leastWidth ||
  doubled.every(([first, second]) =>
    headers[first] !== undefined && headers[first] === headers[second]
  )

/** Returns the English name that the column at an index has in every language. */
const nameAt = (index: number, width: number): string | undefined => {
  if (index === width - 1 && width >= leastWidth) return "Media"
  return index < englishHeaders.length - 1 ? englishHeaders[index] : undefined
}

/**
 * Returns the names of the columns, by header; by index if the language or a header in it is
 * unknown. Undefined if the language is unknown and the order of the columns too.
 */
export const readHeader = (cells: ReadonlyArray<string>): TableHeader | undefined => {
  const headers = cells.map(cleaned)
  if (headers.includes("id") && headers.includes("date")) {
    return named(headers, "en", new Map(Object.entries(headersOf2019)), true)
  }
  const language = languageOf(headers)
  if (language === undefined) {
    return hasStravasOrder(headers) ? named(headers, undefined, new Map(), false) : undefined
  }
  return named(headers, language, translations(language), false)
}

const english = translations("en")

/**
 * Minimum share of known headers at which an unknown one is taken for a new column, not for another region's
 * word for a known one.
 */
const mostly = 0.9

/** Returns the number of each name in a list. */
const countsOf = (names: Iterable<string | undefined>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const name of names) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

const englishCounts = countsOf(englishHeaders)

const named = (
  headers: ReadonlyArray<string>,
  language: Language | undefined,
  known: ReadonlyMap<string, string>,
  inMeters: boolean,
): TableHeader => {
  const find = (header: string) => known.get(header) ?? english.get(header)
  const byHeader = headers.map((header) => {
    const text = header.toLowerCase()
    // Tools that name columns uniquely write `Distance.1` for the second one.
    return find(text) ?? find(text.replace(/[._]1$/, ""))
  })
  const byIndex = hasStravasOrder(headers)
  const counts = countsOf(byHeader)
  const isKnown = byHeader.filter((name) => name !== undefined).length >= mostly * headers.length
  const translated = new Set(isKnown ? known.values() : [])
  /** True if no other header has the name, and the name has no other header in this language. */
  const isFree = (name: string) =>
    (counts.get(name) ?? 0) < (englishCounts.get(name) ?? 0) && !translated.has(name)
  const found = byHeader.map((name, index) => {
    const at = name === undefined && byIndex ? nameAt(index, headers.length) : undefined
    return name ?? (at !== undefined && isFree(at) ? at : undefined)
  })
  return {
    names: numbered(found.map((name, index) => name ?? (headers[index] || `Column ${index + 1}`))),
    language,
    inMeters,
    unknown: headers.filter((_, index) => found[index] === undefined),
  }
}
