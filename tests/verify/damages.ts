/** Damage to files and rows, and the difference that verify must report. */
import { Effect, FileSystem } from "effect"
import type { Finished } from "./fixture.ts"

/** Damage to the activity at `place` in the list, and the expected difference. */
interface Damage {
  readonly sink: "json" | "csv" | "postgres"
  readonly resource: "activities" | "streams"
  readonly place: number
  readonly detail: RegExp
  do(folder: Finished, id: string): Effect.Effect<unknown, unknown, FileSystem.FileSystem>
}

export const change =
  (sink: "json" | "csv", how: (text: string) => string): Damage["do"] => (folder, id) =>
    folder.change([sink, "streams", `${id}.${sink}`], how)

export const removeFile = (sink: "json" | "csv"): Damage["do"] => ({ file }, id) =>
  Effect.flatMap(
    FileSystem.FileSystem,
    (fs) => fs.remove(file(sink, "streams", `${id}.${sink}`)),
  )

/** Replaces the line of the activity with the lines that `how` returns. */
export const lines =
  (sink: "json" | "csv", how: (line: string) => ReadonlyArray<string>): Damage["do"] =>
  (folder, id) =>
    folder.change(
      [sink, sink === "json" ? "activities.ndjson" : "activities.csv"],
      (text) =>
        text.split("\n").flatMap((line) =>
          line.startsWith(`${id},`) || line.includes(`"id":${id},`) ? how(line) : [line]
        ).join("\n"),
    )

const sql = (statement: string): Damage["do"] => ({ sql }, id) => sql.unsafe(statement, [id])

export const damages: Readonly<Record<string, ReadonlyArray<Omit<Damage, "place">>>> = {
  "a file of samples that was deleted, cut or edited": [
    { sink: "json", resource: "streams", detail: /^missing$/, do: removeFile("json") },
    { sink: "csv", resource: "streams", detail: /^missing$/, do: removeFile("csv") },
    {
      sink: "json",
      resource: "streams",
      detail: /^streams\/\d+\.json is not a complete response$/,
      do: change("json", (text) => text.slice(0, 100)),
    },
    {
      sink: "csv",
      resource: "streams",
      detail: /^ends after 20 of \d+ bytes$/,
      do: change("csv", (text) => text.slice(0, 20)),
    },
    {
      sink: "json",
      resource: "streams",
      detail: /not a complete response$/,
      do: change("json", () => ""),
    },
    {
      sink: "json",
      resource: "streams",
      detail: /^another response/,
      do: change("json", (text) => text.replace("data", "dbta")),
    },
    {
      sink: "csv",
      resource: "streams",
      detail: /^differs from line 3 on$/,
      do: change("csv", (text) => text.replace(/^(.*\n.*\n)\d/, "$19x")),
    },
  ],
  "a row of activities.csv that was deleted, doubled or edited": [
    { sink: "csv", resource: "activities", detail: /^missing$/, do: lines("csv", () => []) },
    {
      sink: "csv",
      resource: "activities",
      detail: /^occurs twice$/,
      do: lines("csv", (line) => [line, line]),
    },
    {
      sink: "csv",
      resource: "activities",
      detail: /^column \w+ holds ".+" instead of ".+"$/,
      do: lines("csv", (line) => [line.replace(/,(\d)/, ",9$1")]),
    },
  ],
  "a line of activities.ndjson that was deleted or edited": [
    { sink: "json", resource: "activities", detail: /^missing$/, do: lines("json", () => []) },
    {
      sink: "json",
      resource: "activities",
      detail: /^another response/,
      do: lines("json", (line) => [line.replace(/"distance":/, '"distance":9')]),
    },
  ],
  "a torn line of activities.ndjson": [
    {
      sink: "json",
      resource: "activities",
      detail: /^missing$/,
      do: lines("json", (line) => [line.slice(0, 60)]),
    },
  ],
  "a row of PostgreSQL that was deleted or edited": [
    {
      sink: "postgres",
      resource: "activities",
      detail: /^missing$/,
      do: sql("delete from strava.activities where id = $1::text::bigint"),
    },
    {
      sink: "postgres",
      resource: "activities",
      detail: /distance/,
      do: sql("update strava.activities set distance = 1 where id = $1::text::bigint"),
    },
    {
      sink: "postgres",
      resource: "streams",
      detail: /^missing$/,
      do: sql("delete from strava.streams where activity_id = $1::text::bigint"),
    },
    {
      sink: "postgres",
      resource: "streams",
      detail: /time/,
      do: sql("update strava.streams set time[2] = -1 where activity_id = $1::text::bigint"),
    },
  ],
}
