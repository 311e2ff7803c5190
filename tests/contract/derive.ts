/**
 * Derives `strava.json` from Strava's OpenAPI document, which is not part of this project:
 *
 *   deno run --allow-read --allow-write tests/contract/derive.ts PATH/TO/strava-openapi.json
 *
 * The document accepts `{}` and rejects responses that Strava sends. The contract keeps the rules that every
 * recording follows: a known field has its base type, or is null, or absent. Enumerations are open.
 */

/** `number`, `integer`, `string`, `boolean`, `object`, the name of a shape, or `[KIND]`, a list. */
export type ValueKind = string

/** Kinds by field. */
export type ContractShape = Readonly<Record<string, ValueKind>>

interface Endpoint {
  readonly response: ValueKind
  /** Parameters in the query; those with `!` are required. */
  readonly query: Readonly<Record<string, ValueKind>>
}

export interface Contract {
  readonly about: string
  readonly endpoints: Readonly<Record<string, Endpoint>>
  readonly shapes: Readonly<Record<string, ContractShape>>
  /** Known values of enumerations; Strava can add others at any time. */
  readonly words: Readonly<Record<string, ReadonlyArray<string>>>
}

/** Paths that the client requests. */
export const contractRequests = [
  "/athlete",
  "/athlete/zones",
  "/athletes/{id}/stats",
  "/athlete/activities",
  "/activities/{id}",
  "/activities/{id}/streams",
  "/activities/{id}/zones",
  "/gear/{id}",
]

interface Node {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly enum?: ReadonlyArray<string>
  readonly items?: Node
  readonly properties?: Readonly<Record<string, Node>>
  readonly allOf?: ReadonlyArray<Node>
}

interface Parameter extends Node {
  readonly name: string
  readonly in: string
  readonly required?: boolean
}

/** Parts of an OpenAPI 2 document that this module reads. */
export interface Document {
  readonly paths: Readonly<
    Record<string, {
      readonly get?: {
        readonly parameters?: ReadonlyArray<Parameter | { readonly $ref: string }>
        readonly responses: Readonly<Record<string, { readonly schema?: Node }>>
      }
    }>
  >
  readonly parameters?: Readonly<Record<string, Parameter>>
  readonly definitions: Readonly<Record<string, Node>>
}

type Properties = Readonly<Record<string, { readonly node: Node; readonly at: string }>>

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf("/") + 1)

const sorted = <A>(record: Readonly<Record<string, A>>): Readonly<Record<string, A>> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1))

/** Returns the contract of `paths`, with every shape that they refer to. */
export const relaxed = (document: Document, paths: ReadonlyArray<string>): Contract => {
  const shapes: Record<string, ContractShape> = {}
  const words: Record<string, ReadonlyArray<string>> = {}

  /** Returns the properties of a node and of the nodes it includes, each with the path of its definition. */
  const propertiesOf = ({ $ref, allOf = [], properties = {} }: Node, at: string): Properties =>
    Object.assign(
      {},
      $ref === undefined ? {} : propertiesOf(definition(nameOf($ref)), nameOf($ref)),
      ...allOf.map((part) => propertiesOf(part, at)),
      Object.fromEntries(
        Object.entries(properties).map(([name, node]) => [name, { node, at: `${at}.${name}` }]),
      ),
    )

  const definition = (name: string): Node => {
    const found = document.definitions[name]
    if (found === undefined) throw new Error(`The document does not define ${name}`)
    return found
  }

  const shape = (name: string, node: Node): ValueKind => {
    if (shapes[name] === undefined) {
      shapes[name] = {}
      shapes[name] = Object.fromEntries(
        Object.entries(propertiesOf(node, name))
          .map(([field, each]) => [field, kindOf(each.node, each.at)]),
      )
    }
    return name
  }

  /** Returns the kind of a node. `at` is the name for a shape that the document does not name. */
  const kindOf = (node: Node, at: string): ValueKind => {
    const { $ref, enum: values, format, items, type } = node
    if ($ref !== undefined) {
      const [name, to] = [nameOf($ref), definition(nameOf($ref))]
      return isObject(to) ? shape(name, to) : kindOf(to, name)
    }
    if (values !== undefined) words[at] = values
    if (items !== undefined) return `[${kindOf(items, at)}]`
    if (type === "integer") return format === "int64" ? "integer" : "number"
    if (isObject(node)) {
      return Object.keys(propertiesOf(node, at)).length > 0 ? shape(at, node) : "object"
    }
    return type ?? "object"
  }

  const endpoint = (path: string): Endpoint => {
    const get = document.paths[path]?.get
    const schema = get?.responses["200"]?.schema
    if (schema === undefined) {
      throw new Error(`The document does not define the response to GET ${path}`)
    }
    const parameters = (get?.parameters ?? []).map((each) =>
      "name" in each ? each : document.parameters?.[nameOf(each.$ref)]
    )
    return {
      query: Object.fromEntries(
        parameters.filter((each) => each?.in === "query")
          .map((each) => [
            `${each!.name}${each!.required ? "!" : ""}`,
            kindOf(each!, `${path}?${each!.name}`),
          ]),
      ),
      response: kindOf(schema, path),
    }
  }

  const endpoints = Object.fromEntries(paths.map((path) => [`GET ${path}`, endpoint(path)]))
  if (document.definitions["Fault"] !== undefined) kindOf({ $ref: "#/definitions/Fault" }, "Fault")
  return {
    about: "The rules of Strava's API reference that hold in practice, made by derive.ts. " +
      "Every value can be null, every field absent, and Strava can add fields and words.",
    endpoints,
    shapes: sorted(shapes),
    words: sorted(words),
  }
}

const isObject = ({ allOf, properties, type }: Node): boolean =>
  allOf !== undefined || properties !== undefined || type === "object"

if (import.meta.main) {
  const [from = "strava-openapi.json"] = Deno.args
  const contract = relaxed(JSON.parse(Deno.readTextFileSync(from)), contractRequests)
  const to = new URL("strava.json", import.meta.url)
  Deno.writeTextFileSync(to, `${JSON.stringify(contract, null, 2)}\n`)
}
