/**
 * The resources: every kind of response that is fetched and stored. Everything else about them is
 * derived from this list, and from the declarations that a script adds to it for its runs.
 */
import { Effect, Schema, type Scope } from "effect"
import { activityResource } from "./Activity.ts"
import { activityZonesResource } from "./ActivityZones.ts"
import { athleteResource } from "./Athlete.ts"
import type { Declaration } from "./Declaration.ts"
import { detailsResource } from "./DetailedActivity.ts"
import { exportResource } from "./export/Export.ts"
import { gearResource } from "./Gear.ts"
import type { ScriptResource } from "./script/ScriptName.ts"
import { statsResource } from "./Stats.ts"
import { streamsResource } from "./StreamSet.ts"
import { zonesResource } from "./Zones.ts"

/** Built-in resources in the order in which tables and texts list them. */
export const resources = {
  athlete: athleteResource,
  zones: zonesResource,
  stats: statsResource,
  gear: gearResource,
  activities: activityResource,
  details: detailsResource,
  activity_zones: activityZonesResource,
  streams: streamsResource,
  export: exportResource,
} as const satisfies Readonly<Record<string, Declaration>>

export type BuiltInResource = keyof typeof resources

/** Name of a resource: of its stage, and of its table, file or folder in every sink. */
export type Resource = BuiltInResource | ScriptResource

/** Declarations of scripts, with the number of open scopes that use each. */
const added = new Map<
  ScriptResource,
  { readonly declaration: Declaration; readonly users: number }
>()

/** True of the name of a built-in resource. */
export const isBuiltIn = (name: string): name is BuiltInResource => Object.hasOwn(resources, name)

const isOfScript = (name: string): name is ScriptResource => added.has(name as ScriptResource)

/** True if a resource of this name is known now. */
export const isResource = (name: unknown): name is Resource =>
  typeof name === "string" && (isBuiltIn(name) || isOfScript(name))

/** Returns all resources that are known now: those of scripts come last. */
export const allResources = (): ReadonlyArray<Resource> => [
  ...(Object.keys(resources) as ReadonlyArray<BuiltInResource>),
  ...added.keys(),
]

/** Returns the declaration of a resource. */
export const declarationOf = (resource: Resource): Declaration => {
  if (isBuiltIn(resource)) return resources[resource]
  const found = added.get(resource)
  if (found === undefined) throw new Error(`The resource "${resource}" is not declared`)
  return found.declaration
}

/** Two resources have the same name. */
export class ResourceTaken extends Schema.TaggedError<ResourceTaken>()("ResourceTaken", {
  resource: Schema.String,
}) {
  override get message() {
    return `Cannot declare the resource "${this.resource}": another resource has this name. ` +
      "Nothing was changed. Rename yours"
  }
}

const add = (name: ScriptResource, declaration: Declaration): Effect.Effect<void, ResourceTaken> =>
  Effect.suspend(() => {
    const found = added.get(name)
    if (isBuiltIn(name) || (found !== undefined && found.declaration !== declaration)) {
      return Effect.fail(new ResourceTaken({ resource: name }))
    }
    added.set(name, { declaration, users: (found?.users ?? 0) + 1 })
    return Effect.void
  })

const remove = (name: ScriptResource): Effect.Effect<void> =>
  Effect.sync(() => {
    const found = added.get(name)
    if (found === undefined || found.users <= 1) added.delete(name)
    else added.set(name, { ...found, users: found.users - 1 })
  })

/**
 * Declares resources of a script as long as the scope is open: in this process, so that every part of the
 * program knows them. Fails if another resource has the name of one.
 */
export const declareResources = (
  declarations: Readonly<Record<string, Declaration>>,
): Effect.Effect<void, ResourceTaken, Scope.Scope> =>
  Effect.forEach(
    Object.entries(declarations),
    ([key, declaration]) => {
      const name = key as ScriptResource
      return Effect.acquireRelease(add(name, declaration), () => remove(name))
    },
    { discard: true },
  )

/** Declares resources of a script for the rest of the process. */
export const declareForProcess = (
  declarations: Readonly<Record<string, Declaration>>,
): Effect.Effect<void, ResourceTaken> =>
  Effect.forEach(
    Object.entries(declarations),
    ([name, declaration]) => add(name as ScriptResource, declaration),
    { discard: true },
  )

/** True if the items were computed from others, so that no request returns one that is lost. */
export const isComputed = (resource: Resource): boolean =>
  declarationOf(resource).ofScript === "derived"
