/** Scope that each response was fetched with, and responses to fetch again with a wider scope. */
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { Resource } from "../../../schemas/Item.ts"
import type { Declaration } from "../../../schemas/Declaration.ts"
import { allResources, declarationOf, resources } from "../../../schemas/resources.ts"
import type { StateDatabase } from "../file/Database.ts"
import { isOfApi } from "../sources/sourceColumn.ts"
import { hasComparison } from "./completeness.ts"
import { metaIn, setMetaIn } from "../file/meta.ts"

/** Permission that decides how much a response of the resource contains; undefined if none does. */
const permissionOf = (resource: Resource): string | undefined => {
  const declared: Declaration = declarationOf(resource)
  return declared.scope
}

/** Returns SQL: resources whose responses depend on a permission. */
const dependent = () =>
  allResources().filter((resource) => permissionOf(resource) !== undefined)
    .map((resource) => `'${resource}'`).join(", ")

/** Number of items of each resource; resources without any are left out. */
export type ScopeCounts = Readonly<Partial<Record<Resource, number>>>

const key = "scope"

export const includes = (scope: string, permission: string): boolean =>
  scope.split(",").includes(permission)

/** SQL: true if an item was fetched without the permission ?3 and is not marked for it. */
const isNarrower = `athlete = ?1 and resource = ?2 and scope is not null
  and instr(',' || scope || ',', ',' || ?3 || ',') = 0
  and (status in ('staged', 'delivered', 'absent') or (status = 'skipped' and resource = 'zones'))
  and instr(coalesce(lacks, ''), 'scope') = 0`

/** Returns the number of items of `resource` that `widenIn` would mark for this scope. */
export const narrowerIn = (
  db: StateDatabase,
  athlete: AthleteId,
  resource: Resource,
  scope: string,
): number => {
  const permission = permissionOf(resource)
  if (permission === undefined || !includes(scope, permission) || !hasComparison(db)) return 0
  return db.count(
    `select count(*) as count from item where ${isNarrower}`,
    athlete,
    resource,
    permission,
  )
}

/** SQL: marks an item. Streams and details are fetched after everything else, others in the next run. */
const queue = (resource: Resource): string =>
  declarationOf(resource).per === "activity"
    ? `lacks = coalesce(lacks || ',', '') || 'scope', checks = 0, recheck = ?4`
    : `status = 'listed', updated = ?4`

/** Makes the next list a full one, because it contains activities that are visible only to the athlete. */
const listAll = (db: StateDatabase, athlete: AthleteId): void =>
  void db.run(
    `update cursor set value = json_set(value, '$.whole.ended', 0) where athlete = ?
       and stage in ('activities', 'sweep') and json_extract(value, '$.whole.ended') is not null`,
    athlete,
  )

/**
 * Inside a transaction: records the granted scope and marks the responses that were fetched with a narrower one.
 * Returns the number of items marked. Responses of unknown scope count as fetched with the first known scope.
 */
export const widenIn = (
  db: StateDatabase,
  athlete: AthleteId,
  scope: string,
  now: number,
): ScopeCounts => {
  const before = metaIn(db, key)
  if (before === undefined) {
    db.run(
      `update item set scope = ? where athlete = ? and scope is null
         and resource in (${dependent()}) and ${isOfApi}
         and status in ('staged', 'delivered', 'absent')`,
      scope,
      athlete,
    )
  }
  if (before !== scope) setMetaIn(db, key, scope)
  const all = resources.streams.scope
  if (before !== undefined && includes(scope, all) && !includes(before, all)) listAll(db, athlete)
  const counts: Partial<Record<Resource, number>> = {}
  for (const resource of allResources()) {
    const permission = permissionOf(resource)
    if (permission === undefined || narrowerIn(db, athlete, resource, scope) === 0) continue
    counts[resource] = db.run(
      `update item set ${queue(resource)} where ${isNarrower}`,
      athlete,
      resource,
      permission,
      now,
    )
  }
  return counts
}
