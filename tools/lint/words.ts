/** Words that plain technical English does without, each with the word to write instead. */

/** True if the first word of a comment is an interrogative, so that its subject is missing. */
export const beginsWithWhWord = (comment: string): boolean =>
  /^[^\p{L}]*(what|who|whose|whom|whether|where|when|why|how|which)\b/iu.test(comment)

const archaic: ReadonlyArray<readonly [word: RegExp, instead: string]> = [
  [/\banew\b/gi, "again, new"],
  [/\bmend(s|ed|ing)?\b/gi, "fix, repair"],
  [/\blikewise\b/gi, "also, or say what is the same"],
  [/\bnobody\b/gi, "no process, no user, or the passive"],
  [/\bbeside\b/gi, "next to, with"],
  [/\b(tells|told)\b/gi, "says, shows, reports"],
  [/\bgives\b/gi, "returns"],
  [/\bamiss\b/gi, "wrong, or the problem itself"],
]

/** Returns a complaint for each archaic word of `text`. */
export const archaicWords = (text: string): ReadonlyArray<string> =>
  archaic.flatMap(([word, instead]) =>
    (text.match(word) ?? []).map((found) => `"${found}" is archaic; instead: ${instead}`)
  )
