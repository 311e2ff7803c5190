/** Declarations of scripts as data, so that later runs know the resources without the script. */
import { Option, Result, Schema } from "effect"
import type { Declaration } from "../Declaration.ts"
import { declaredResource } from "./ScriptResource.ts"

const Column = Schema.Struct({
  name: Schema.String,
  type: Schema.Literals(["boolean", "integer", "number", "numbers", "text", "texts", "time"]),
  comment: Schema.String,
  path: Schema.Array(Schema.String),
})

const Remembered = Schema.Struct({
  counted: Schema.Tuple([Schema.String, Schema.String]),
  about: Schema.String,
  per: Schema.Literals(["activity", "other"]),
  ofScript: Schema.Literals(["fetched", "derived"]),
  columns: Schema.Array(Column),
})

/** Declarations by the names of their resources. */
export const RememberedResources = Schema.Record(Schema.String, Remembered)
export type RememberedResources = typeof RememberedResources.Type

/** Returns what is remembered of declarations. */
export const toRemembered = (
  declarations: Readonly<Record<string, Declaration>>,
): RememberedResources =>
  Object.fromEntries(
    Object.entries(declarations).map(([name, { counted, help, ofScript, per, table }]) => [
      name,
      {
        counted,
        about: help,
        per: per === "activity" ? per : "other" as const,
        ofScript: ofScript ?? "fetched",
        columns: table?.columns ?? [],
      },
    ]),
  )

/**
 * Returns the remembered declarations, without those that a script could not make. Any response is accepted: only
 * the script knows the shape.
 */
export const declarationsFrom = (
  remembered: RememberedResources,
): Readonly<Record<string, Declaration>> =>
  Object.fromEntries(
    Object.entries(remembered).flatMap(([name, { ofScript, ...options }]) =>
      Option.toArray(Result.getSuccess(Result.try(() => {
        const { declaration } = declaredResource(
          { ...options, name, schema: Schema.Unknown },
          ofScript,
        )
        return [name, declaration] as const
      })))
    ),
  )
