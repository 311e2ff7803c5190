/** Subset of the expressions of GitHub Actions that the workflow uses: `${{ secrets.A || 'b' }}`. */

type Value = string | boolean | null | { readonly [name: string]: Value }

export interface Scope {
  readonly contexts: { readonly [name: string]: Value }
  /** `always()`, `success()`, … */
  readonly functions: Readonly<Record<string, () => boolean>>
}

const tokens = /\s*(\|\||&&|==|!=|!|\(|\)|'(?:[^']|'')*'|[A-Za-z_][\w.-]*)/gy

const truthy = (value: Value) => value !== null && value !== false && value !== ""

/** Returns the value of an expression between `${{` and `}}`. */
export const evaluate = (text: string, { contexts, functions }: Scope): Value => {
  const words: Array<string> = []
  tokens.lastIndex = 0
  while (tokens.lastIndex < text.trimEnd().length) {
    const word = tokens.exec(text)?.[1]
    if (word === undefined) throw new Error(`No expression: ${text}`)
    words.push(word)
  }
  const take = (word: string) => words[0] === word && words.shift() !== undefined
  const one = (): Value => {
    if (take("!")) return !truthy(one())
    if (take("(")) {
      const value = or()
      if (!take(")")) throw new Error(`No ) in ${text}`)
      return value
    }
    const word = words.shift() ?? ""
    if (word.startsWith("'")) return word.slice(1, -1).replaceAll("''", "'")
    if (word === "true" || word === "false") return word === "true"
    if (take("(")) {
      const call = functions[word]
      if (call === undefined || !take(")")) throw new Error(`No function: ${word}`)
      return call()
    }
    const [context, ...names] = word.split(".")
    const found = contexts[context ?? ""]
    if (found === undefined) throw new Error(`No context: ${word}`)
    return names.reduce<Value>(
      (value, name) => typeof value === "object" && value !== null ? value[name] ?? null : null,
      found,
    )
  }
  const equal = (): Value => {
    const left = one()
    if (take("==")) return left === one()
    if (take("!=")) return left !== one()
    return left
  }
  const and = (): Value => {
    let left = equal()
    while (take("&&")) {
      const right = equal()
      left = truthy(left) ? right : left
    }
    return left
  }
  const or = (): Value => {
    let left = and()
    while (take("||")) {
      const right = and()
      left = truthy(left) ? left : right
    }
    return left
  }
  const value = or()
  if (words.length > 0) throw new Error(`What is ${words[0]} in ${text}?`)
  return value
}

/** True if a step with this `if` runs. Without a status function, it runs only after success. */
export const isRun = (condition: string | undefined, scope: Scope): boolean => {
  const text = (condition ?? "success()").replace(/^\s*\$\{\{([^]*)\}\}\s*$/, "$1")
  const asks = /\b(always|success|failure|cancelled)\(\)/.test(text)
  return truthy(evaluate(asks ? text : `success() && (${text})`, scope))
}

/** Replaces the expressions in `text` with their values. */
export const fillExpressions = (text: string, scope: Scope): string =>
  text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, inner) => {
    const value = evaluate(inner, scope)
    return value === null ? "" : String(value)
  })
