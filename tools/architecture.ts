/** The layers of the code, and the rules that every file follows. */

interface Layer {
  readonly name: string
  readonly files: RegExp
  /** Layers below this one that it must not import. */
  readonly without?: ReadonlyArray<string>
}

const notForPages = [
  "the sink interface",
  "sinks",
  "simulator",
  "state",
  "strava",
  "stages",
  "verify",
]

/**
 * From the bottom up. A file belongs to the first layer that matches, and may import from its own
 * layer and those above it in this list, which are below it in the program.
 */
const layers: ReadonlyArray<Layer> = [
  { name: "schemas", files: /^schemas\// },
  {
    name: "the sink interface",
    files:
      /^sinks\/((Sink|SinkKind|SinkReader|ScriptSink|failpoints|isolate|nothing|systemError|validate)|files\/(atomic|fileVersion|privacy|regularFile))\.ts$/,
  },
  { name: "sinks", files: /^sinks\// },
  { name: "output kit", files: /^pipeline\/output\/kit\//, without: ["sinks"] },
  { name: "base", files: /^pipeline\/base\//, without: ["sinks"] },
  { name: "files of an export", files: /^pipeline\/export\/archive\//, without: ["sinks"] },
  {
    name: "readers of an export",
    files: /^pipeline\/export\/\w+\//,
    without: ["the sink interface", "sinks", "output kit"],
  },
  {
    name: "simulator",
    files: /^pipeline\/simulator\//,
    without: ["the sink interface", "sinks", "base"],
  },
  { name: "state", files: /^pipeline\/state\//, without: ["sinks", "simulator"] },
  { name: "strava", files: /^pipeline\/strava\/(?!signIn)/, without: ["sinks", "simulator"] },
  {
    name: "what stages stand on",
    files: /^pipeline\/(stages\/(Stage\w*|Run\w+)|delivery\/\w+)\.ts$/,
    without: ["sinks", "simulator"],
  },
  { name: "stages", files: /^pipeline\/stages\//, without: ["sinks", "simulator"] },
  { name: "verify", files: /^pipeline\/verify\//, without: ["sinks", "simulator", "stages"] },
  {
    name: "landed",
    files: /^pipeline\/landed\//,
    without: ["simulator", "strava", "stages", "verify"],
  },
  { name: "purge", files: /^pipeline\/purge\//, without: ["sinks", "simulator", "stages"] },
  { name: "layers of a run", files: /^pipeline\/run\/layers\.ts$/, without: ["simulator"] },
  { name: "run", files: /^pipeline\/run\//, without: ["sinks", "simulator"] },
  { name: "import", files: /^pipeline\/export\/\w+\.ts$/, without: ["sinks", "simulator"] },
  { name: "output", files: /^pipeline\/output\//, without: ["sinks", "simulator"] },
  { name: "sign-in", files: /^pipeline\/strava\/signIn\//, without: ["sinks", "simulator"] },
  { name: "keep", files: /^pipeline\/keep\//, without: ["sinks", "simulator", "stages"] },
  { name: "metrics", files: /^pipeline\/metrics\//, without: notForPages },
  {
    name: "pages of a report",
    files: /^pipeline\/report\/(html|format|(model|charts|pages|client)\/.+)\.ts$/,
    without: notForPages,
  },
  { name: "report", files: /^pipeline\/report\//, without: notForPages },
  {
    name: "show",
    files: /^pipeline\/show\//,
    without: ["the sink interface", "simulator", "state", "strava", "stages", "verify"],
  },
  { name: "fleet", files: /^pipeline\/fleet\//, without: ["simulator"] },
  { name: "commands", files: /^pipeline\/commands\/(?!installed\/main\b)/ },
  { name: "main", files: /^pipeline\/((commands\/installed\/)?main|mod)\.ts$/ },
  { name: "scripts", files: /^examples\/scripts\// },
  { name: "the fault matrix", files: /^tests\/faults\/(matrix|Fault|of\w+)\.ts$/ },
  { name: "tools", files: /^tools\// },
  { name: "tests", files: /^tests\// },
]

/** Files that may name the platform; all others ask for its services, and so run anywhere. */
const platformUsers = /^(pipeline\/(base\/platform\.ts|commands\/)|tests\/|tools\/)/

/** Paths from the root to the text of each file. */
export type Sources = ReadonlyMap<string, string>

/** A broken rule, as `path: what is wrong`. */
export type Complaint = string

const statement = /^\s*(?:import|export)\b(?:[^"';]*?\bfrom)?\s*["']([^"']+)["']/gm
const dynamic = /\bimport\(\s*["']([^"']+)["']/g

/** Returns the imports of a file: paths from the root for our own code, otherwise as written. */
export const importsOf = (path: string, text: string): ReadonlyArray<string> =>
  [statement, dynamic].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, name]) =>
      name!.startsWith(".") ? new URL(name!, `file:///${path}`).pathname.slice(1) : name!
    )
  )

const heightOf = (path: string): number => layers.findIndex(({ files }) => files.test(path))

const each = (
  sources: Sources,
  complaints: (path: string, text: string) => ReadonlyArray<string>,
): ReadonlyArray<Complaint> =>
  [...sources].flatMap(([path, text]) => complaints(path, text).map((what) => `${path}: ${what}`))

/** Imports that point up, or sideways where a layer does without another. */
export const upwardImports = (sources: Sources): ReadonlyArray<Complaint> =>
  each(sources, (path, text) => {
    const own = layers[heightOf(path)]
    if (own === undefined) return ["belongs to no layer of tools/architecture.ts"]
    return importsOf(path, text).filter((to) => sources.has(to)).flatMap((to) => {
      const target = layers[heightOf(to)]
      if (target === undefined) return []
      if (heightOf(to) > heightOf(path)) return [`${own.name} must not import ${to}, a layer up`]
      return own.without?.includes(target.name) ? [`${own.name} must do without ${to}`] : []
    })
  })

/** Returns relative imports of files that do not exist. */
export const lostImports = (sources: Sources): ReadonlyArray<Complaint> =>
  each(sources, (path, text) =>
    importsOf(path, text)
      .filter((to) => to.endsWith(".ts") && !sources.has(to))
      .map((to) => `imports ${to}, which is no file of the repository`))

/** Each circle of imports once, as `a -> b -> a`. */
export const circles = (sources: Sources): ReadonlyArray<Complaint> => {
  const done = new Set<string>()
  const found: Array<Complaint> = []
  const visit = (path: string, trail: ReadonlyArray<string>): void => {
    const start = trail.indexOf(path)
    if (start >= 0) found.push([...trail.slice(start), path].join(" -> "))
    if (start >= 0 || done.has(path)) return
    for (const to of importsOf(path, sources.get(path)!)) {
      if (sources.has(to)) visit(to, [...trail, path])
    }
    done.add(path)
  }
  for (const path of sources.keys()) visit(path, [])
  return found
}

/** Packages named past the import map, and the platform named where it should not be. */
export const strayPackages = (sources: Sources): ReadonlyArray<Complaint> =>
  each(sources, (path, text) =>
    importsOf(path, text).flatMap((name) => {
      if (/^(npm|jsr|https?):/.test(name) && !path.startsWith("tests/postgres/")) {
        return [`imports ${name}: packages belong into deno.json`]
      }
      if (name === "@effect/platform-node") return ["imports all of the platform: name its module"]
      return name.startsWith("@effect/platform-node/") && !platformUsers.test(path)
        ? [`imports ${name}: ask for the service instead`]
        : []
    }))

/** Maximum number of lines of a file. A test file is a list of tests, so it can be longer. */
const longestFile = 300
const longestTest = 400
const head = /^(#!.*\n)?\/[/*]/
const silenced =
  /\/\/\s*(@ts-(ignore|nocheck|expect-error)|deno-lint-ignore(-file)?\s*($|.*no-explicit-any))/m

/** Files that are too long, do not say what they are, or switch the checks off. */
export const unreadable = (sources: Sources): ReadonlyArray<Complaint> =>
  each(sources, (path, text) => {
    const lines = text.trimEnd().split("\n").length
    const most = path.startsWith("tests/") ? longestTest : longestFile
    return [
      ...(lines > most ? [`has ${lines} lines, more than ${most}`] : []),
      ...(head.test(text) ? [] : ["does not begin with a comment that says what it is"]),
      // In a test, an expected error is itself a check: that a mistake does not compile.
      ...(silenced.test(path.startsWith("tests/") ? text.replaceAll("@ts-expect-error", "") : text)
        ? ["switches a check off"]
        : []),
    ]
  })

/** Calls that a full disk, a limit or missing permission can make throw, as the name in the code. */
const throwing =
  /\bDeno\.(?!build\b|std(in|out|err)\.isTerminal|permissions\b|errors\b)\w+|\b\w+Sync\(|\bnew DatabaseSync\b/

/** Returns the text between the parenthesis that opens at `from` and the one that closes it. */
const argumentsAt = (text: string, from: number): string => {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    if (text[at] === "(") depth++
    if (text[at] === ")" && --depth === 0) return text.slice(from + 1, at)
  }
  return text.slice(from + 1)
}

/** The program itself, whose errors a user reads; not tools, tests or the simulator. */
const isProgram = (path: string) => /^(sinks|pipeline(?!\/simulator))\//.test(path)

/** Calls to the system in `Effect.sync` or `Effect.promise`, where their errors look like bugs. */
export const unguardedCalls = (sources: Sources): ReadonlyArray<Complaint> =>
  each(
    sources,
    (path, text) =>
      isProgram(path)
        ? [...text.matchAll(/\bEffect\.(?:sync|promise)\(/g)].flatMap(({ 0: call, index }) => {
          const [found] = throwing.exec(argumentsAt(text, index + call.length - 1)) ?? []
          return found === undefined ? [] : [`${call}… ${found}: use Effect.try or tryPromise`]
        })
        : [],
  )

/** Returns calls that open a file and would wait for the other end of a pipe. */
export const blockingOpens = (sources: Sources): ReadonlyArray<Complaint> =>
  each(
    sources,
    (path, text) =>
      isProgram(path) && path !== "sinks/files/regularFile.ts"
        ? [...text.matchAll(/\b(Deno\.(open|readFile|readTextFile)(Sync)?|readFileSync)\(/g)].map((
          [call],
        ) => `${call}…: use sinks/files/regularFile.ts`)
        : [],
  )
