/** Files that declare and files that use each exported name, as the parser of `deno lint` sees them. */
import type { Complaint, Sources } from "../architecture.ts"

/** Names that a file declares and exports, and `path#name` of those that it uses of other files. */
interface Exports {
  readonly declared: Set<string>
  readonly used: Set<string>
}

type Named = Deno.lint.Identifier | Deno.lint.StringLiteral

const nameOf = (node: Named) => node.type === "Identifier" ? node.name : node.value

const declaredBy = ({ declaration }: Deno.lint.ExportNamedDeclaration): ReadonlyArray<string> => {
  if (declaration === null) return []
  const all = declaration.type === "VariableDeclaration" ? declaration.declarations : [declaration]
  return all.flatMap((each) => "id" in each && each.id?.type === "Identifier" ? [each.id.name] : [])
}

/** Reads one file. `import * as X` uses the names that follow `X.`; `path#*` is every name. */
const exportsOf = (path: string, text: string): Exports => {
  const declared = new Set<string>()
  const used = new Set<string>()
  const imported = new Set<string>()
  const namespaces = new Map<string, string>()
  const use = (source: string, name: string) =>
    used.add(`${new URL(source, `file:///${path}`).pathname.slice(1)}#${name}`)
  const member = (object: string, name: string) => {
    const source = namespaces.get(object)
    if (source !== undefined) use(source, name)
  }
  const visitor: Deno.lint.LintVisitor = {
    ExportNamedDeclaration: (node) => {
      for (const name of declaredBy(node)) declared.add(name)
      for (const { local } of node.specifiers) {
        if (node.source !== null) use(node.source.value, nameOf(local))
        else if (!imported.has(nameOf(local))) declared.add(nameOf(local))
      }
    },
    ExportAllDeclaration: ({ source }) => void use(source.value, "*"),
    ImportExpression: ({ source }) => {
      if (source.type === "Literal") use(String(source.value), "*")
    },
    ImportDeclaration: ({ source, specifiers }) => {
      for (const each of specifiers) {
        if (each.type === "ImportNamespaceSpecifier") namespaces.set(each.local.name, source.value)
        imported.add(each.local.name)
        if (each.type === "ImportSpecifier") use(source.value, nameOf(each.imported))
      }
    },
    MemberExpression: ({ object, property }) => {
      if (object.type === "Identifier") member(object.name, nameOf(property as Named))
    },
    TSQualifiedName: ({ left, right }) => {
      if (left.type === "Identifier") member(left.name, right.name)
    },
  }
  Deno.lint.runPlugin({ name: "exports", rules: { all: { create: () => visitor } } }, path, text)
  return { declared, used }
}

type ExportsByFile = ReadonlyMap<string, Exports>

export const exportsByFile = (sources: Sources): ExportsByFile =>
  new Map([...sources].map(([path, text]) => [path, exportsOf(path, text)]))

/** Exported names that more than one file declares. */
export const namesDeclaredTwice = (files: ExportsByFile): ReadonlyArray<Complaint> => {
  const declared = [...files].flatMap(([path, file]) =>
    [...file.declared].map((name) => [name, path])
  )
  return [...Map.groupBy(declared, ([name]) => name!)].filter(([, where]) => where.length > 1)
    .map(([name, where]) => `${name}: ${where.map(([, path]) => path).join(", ")}`).toSorted()
}

/** Exported names that no other file uses, as `path: name`. */
export const unusedExports = (files: ExportsByFile): ReadonlyArray<Complaint> => {
  const used = new Set([...files.values()].flatMap((file) => [...file.used]))
  return [...files].flatMap(([path, { declared }]) =>
    [...declared].filter((name) => !used.has(`${path}#${name}`) && !used.has(`${path}#*`))
      .map((name) => `${path}: ${name}`)
  )
}
