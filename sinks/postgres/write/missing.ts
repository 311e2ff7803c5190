/**
 * SQL for strava.missing (why a response is missing), and for marking or deleting rows of removed
 * activities.
 */
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { activityResources, isIdOf, type Resource } from "../../../schemas/Item.ts"
import type { Deletion, MissingResponse } from "../../Sink.ts"
import { entries } from "../schema/detailColumns.ts"
import { isStorableId } from "./sanitize.ts"
import { tombstoneStatements } from "./tombstones.ts"
import { andOf, type PostgresTable, type Statement } from "./tables.ts"

const isPossible = (resource: Resource, id: string) =>
  isIdOf(resource, id) && isStorableId(resource, id)

/** Statements that replace the athlete's rows in strava.missing with these. */
export const missingStatements = (
  without: ReadonlyArray<MissingResponse>,
  athlete: AthleteId | undefined,
): ReadonlyArray<Statement> => {
  const rows = without.flatMap(({ athlete, id, reason, resource, status }) =>
    activityResources().includes(resource) && isPossible(resource, id)
      ? [{
        athlete_id: athlete,
        activity_id: id,
        resource,
        status,
        reason: reason.toWellFormed().replaceAll("\0", "\ufffd"),
      }]
      : []
  )
  const given = "json_to_recordset($1::json) as r(athlete_id bigint, activity_id bigint, " +
    "resource text, status text, reason text)"
  const parameters = [JSON.stringify(rows)]
  return [
    {
      text: `delete from strava.missing m where not exists (select 1 from ${given} ` +
        `where r.activity_id = m.activity_id and r.resource = m.resource)${
          andOf("m.athlete_id", athlete)
        }`,
      parameters,
    },
    {
      text: "insert into strava.missing as m (athlete_id, activity_id, resource, status, reason) " +
        `select distinct on (activity_id, resource) * from ${given} ` +
        "on conflict (activity_id, resource) do update set (athlete_id, status, reason) = " +
        "(excluded.athlete_id, excluded.status, excluded.reason) where (m.athlete_id, m.status, " +
        "m.reason) is distinct from (excluded.athlete_id, excluded.status, excluded.reason)",
      parameters,
    },
  ]
}

/** Statements that delete the rows in strava.missing of responses that are now stored. */
export const deleteMissing = (
  resource: Resource,
  ids: ReadonlyArray<string>,
): ReadonlyArray<Statement> =>
  activityResources().includes(resource)
    ? [{
      text: "delete from strava.missing where resource = $2 and activity_id in " +
        "(select value::bigint from json_array_elements_text($1::json))",
      parameters: [JSON.stringify(ids), resource],
    }]
    : []

/** Statements that delete purged items, and everything made from them. */
export const purgeStatements = (
  { athlete: column, key, keyType, name, resource }: PostgresTable,
  gone: ReadonlyArray<Deletion>,
  athlete: AthleteId | undefined,
): ReadonlyArray<Statement> => {
  const ids = gone.filter(({ id, purged }) => purged === true && isPossible(resource, id))
    .map(({ id }) => id)
  if (ids.length === 0) return []
  const from = (table: string, key: string) => ({
    text: `delete from ${table} where ${key} in ` +
      `(select value::${keyType} from json_array_elements_text($1::json))` +
      andOf(column, athlete),
    parameters: [JSON.stringify(ids)],
  })
  return [
    from(name, key),
    ...(resource === "details" ? entries.map(({ name }) => from(name, "activity_id")) : []),
  ]
}

/** Statements that turn the rows of activities deleted at Strava into tombstones. */
export const deletedRowStatements = (
  table: PostgresTable,
  gone: ReadonlyArray<Deletion>,
  athlete: AthleteId | undefined,
): ReadonlyArray<Statement> => {
  const { resource } = table
  const deleted = gone.filter(({ id, purged }) => purged !== true && isPossible(resource, id))
  return [
    ...tombstoneStatements(table, deleted, athlete),
    ...(deleted.length === 0 ? [] : deleteMissing(resource, deleted.map(({ id }) => id))),
  ]
}
