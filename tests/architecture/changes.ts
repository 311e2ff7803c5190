/** Example of each kind of change that contributors make: the edited files, and the edits. */
import { read } from "../../tools/files.ts"

interface Edit {
  readonly path: string
  /** Text to replace; undefined for a new file. */
  readonly find?: string
  readonly text: string
}

interface Change {
  /** Maximum number of edited files, without tests, docs and generated files. */
  readonly most: number
  readonly edits: ReadonlyArray<Edit>
}

const after = (path: string, find: string, text: string): Edit => ({
  path,
  find,
  text: `${find}${text}`,
})

const stage: Change = {
  most: 5,
  edits: [
    {
      path: "schemas/ActivityKudos.ts",
      text: `/** Athletes who gave kudos, as \`GET /activities/{id}/kudos\` sends them. */
@import { Schema } from "effect"
@import { declare } from "./Declaration.ts"
@import { maybe, open } from "./open.ts"

const Kudo = open({ firstname: maybe(Schema.String), lastname: maybe(Schema.String) })

export const activityKudosResource = declare({
  schema: Schema.Array(Kudo),
  entries: { types: [], entry: Kudo, lists: {} },
  table: { comment: "One row per activity with kudos.", columns: [], since: "0099_kudos" },
  noun: "kudos",
  counted: ["set of kudos", "sets of kudos"],
  help: "Fetch missing kudos of activities, if enabled",
  per: "activity",
  named: false,
  optional: { on: false },
  atOnce: { compared: 100, surveyed: 1_000, adopted: 100 },
})
`,
    },
    {
      path: "schemas/resources.ts",
      find: `@import { athleteResource } from "./Athlete.ts"\n`,
      text: `@import { activityKudosResource } from "./ActivityKudos.ts"
@import { athleteResource } from "./Athlete.ts"
`,
    },
    after(
      "schemas/resources.ts",
      "  streams: streamsResource,\n",
      "  activity_kudos: activityKudosResource,\n",
    ),
    after(
      "pipeline/stages/all.ts",
      `  details: perActivity({ resource: "details", request: activityRequest }),\n`,
      `  activity_kudos: perActivity({
    resource: "activity_kudos",
    request: (id) => ({
      what: \`read the kudos of activity \${id}\`,
      path: \`/activities/\${id}/kudos\`,
      shape: "list",
      mayBeMissing: true,
    }),
  }),
`,
    ),
    after(
      "pipeline/simulator/responses/ofActivity.ts",
      "  laps: { of: lapsOf },\n",
      `  kudos: { resource: "activity_kudos", of: () => [{ firstname: "Grace" }] },\n`,
    ),
    after(
      "deno.json",
      '  "tasks": {\n',
      `    "activity_kudos": {
      "description": "Fetch missing kudos of activities, if enabled",
      "command": "deno task --quiet online activity_kudos"
    },
`,
    ),
  ],
}

const sink: Change = {
  most: 2,
  edits: [
    {
      path: "sinks/text/TextSink.ts",
      text: read("tests/sinks/fourth/TextSink.ts")
        .replaceAll("../../../sinks/", "../").replaceAll("../../../schemas/", "../../schemas/"),
    },
    {
      path: "sinks/registry.ts",
      find: `@import { namesOfSinks, type SinkKind, SinkRegistry }`,
      text:
        `@import { textSinkKind } from "./text/TextSink.ts"\n@import { namesOfSinks, type SinkKind, SinkRegistry }`,
    },
    after("sinks/registry.ts", "  postgresSinkKind,\n", "  textSinkKind,\n"),
  ],
}

const column: Change = {
  most: 3,
  edits: [
    after(
      "sinks/postgres/schema/profileColumns.ts",
      "export const gearColumns: ReadonlyArray<PostgresColumn> = [\n",
      `  column("color", "text", "color"),\n`,
    ),
    {
      path: "sinks/postgres/schema/profileColumns.ts",
      find: "export const gearProjection = 1",
      text: "export const gearProjection = 2",
    },
    {
      path: "sinks/postgres/schema/versions/0098_color.sql",
      text: `alter table strava.gear add column color text;
comment on column strava.gear.color is 'color';
`,
    },
    after(
      "sinks/postgres/schema/migrations.ts",
      `@import sql0011 from "./versions/0011_comments.sql" with { type: "text" }\n`,
      `@import sql0098 from "./versions/0098_color.sql" with { type: "text" }\n`,
    ),
    after(
      "sinks/postgres/schema/migrations.ts",
      `  "0011_comments": sql0011,\n`,
      `  "0098_color": sql0098,\n`,
    ),
  ],
}

const panel: Change = {
  most: 2,
  edits: [
    {
      path: "pipeline/report/pages/overview/manualPanel.ts",
      text: `/** Number of activities that the athlete entered manually. */
@import { markup } from "../../html.ts"
@import type { Panel } from "../../model/Panel.ts"

export const manualPanel: Panel = {
  id: "manual",
  span: 4,
  title: () => "Entered manually",
  subtitle: () => "activities",
  draw: ({ site }) => markup\`<p>\${String(site.activities.filter(({ manual }) => manual).length)}</p>\`,
}
`,
    },
    after(
      "pipeline/report/pages/overview/overviewPage.ts",
      `@import { yearsPanel } from "./yearsPanel.ts"\n`,
      `@import { manualPanel } from "./manualPanel.ts"\n`,
    ),
    {
      path: "pipeline/report/pages/overview/overviewPage.ts",
      find: "      latestPanel,\n",
      text: "      latestPanel,\n      manualPanel,\n",
    },
  ],
}

const limit: Change = {
  most: 1,
  edits: [{
    path: "pipeline/stages/RunOptions.ts",
    find: "  concurrency: 8,\n",
    text: "  concurrency: 4,\n",
  }],
}

export const changes = { stage, sink, column, "report panel": panel, limit }

/** Returns the paths that a change edits, each once. */
export const pathsOf = ({ edits }: Change): ReadonlyArray<string> => [
  ...new Set(edits.map(({ path }) => path)),
]

/**
 * Returns source text with its imports, which are written `@import` so that they do not count as
 * imports of this file.
 */
export const withImports = (text: string): string => text.replaceAll("@import", "import")

/**
 * Returns the text of a file after an edit. Throws if the text to replace is missing or occurs
 * twice.
 */
export const edited = (before: string | undefined, { find, path, text }: Edit): string => {
  if (find === undefined) {
    if (before !== undefined) throw new Error(`${path} exists`)
    return withImports(text)
  }
  const [first, second, ...more] = before?.split(withImports(find)) ?? []
  if (first === undefined || second === undefined || more.length > 0) {
    throw new Error(`${path} does not contain once: ${find}`)
  }
  return `${first}${withImports(text)}${second}`
}
