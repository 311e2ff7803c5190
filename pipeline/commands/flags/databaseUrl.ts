/** Address of the PostgreSQL server, from the environment. */
import { Config, ConfigProvider, Effect, Option, Redacted } from "effect"
import { Flag, GlobalFlag } from "effect/cli"
import {
  defaultSchema,
  reasonAgainstSchema,
} from "../../../sinks/postgres/connection/schemaName.ts"
import { NotConfigured } from "../../strava/errors.ts"

const variable = "PACELINE_SCHEMA"

/** The flag `--schema`. */
export const SchemaFlag = GlobalFlag.Setting("schema")({
  flag: Flag.String("schema").pipe(
    Flag.withDescription("Schema of the tables in DATABASE_URL (default strava)"),
    Flag.withMetavar("NAME"),
    Flag.optional,
  ),
})

/** Configuration in which the flag, if it is given, is the variable. */
export const schemaConfig = Effect.gen(function* () {
  const schema = yield* SchemaFlag
  const provider = yield* ConfigProvider.ConfigProvider
  return Option.match(schema, {
    onNone: () => provider,
    onSome: (name) =>
      ConfigProvider.orElse(ConfigProvider.fromEnv({ env: { [variable]: name } }), provider),
  })
})

const unreadable = (name: string) => () =>
  new NotConfigured({ missing: `${name} cannot be read`, remedy: "Set it, or unset it" })

/** Returns the URL with the parameter `schema`. A text that is no URL is refused where it is used. */
const withSchema = (url: Redacted.Redacted, schema: string): Redacted.Redacted => {
  const parsed = URL.parse(Redacted.value(url))
  if (parsed === null) return url
  parsed.searchParams.set("schema", schema)
  return Redacted.make(parsed.href)
}

/**
 * `DATABASE_URL`; an empty one, as schedulers set it, counts as none. `PACELINE_SCHEMA` is its parameter `schema`.
 */
export const databaseUrl = Effect.gen(function* () {
  const url = yield* Config.option(Config.Redacted("DATABASE_URL")).pipe(
    Effect.mapError(unreadable("DATABASE_URL")),
  )
  const given = yield* Config.option(Config.String(variable)).pipe(
    Effect.mapError(unreadable(variable)),
  )
  const schema = Option.getOrUndefined(given)
  if (schema === undefined) return url
  const reason = reasonAgainstSchema(schema)
  if (reason !== undefined) {
    return yield* new NotConfigured({
      missing: `${JSON.stringify(schema)} cannot be the name of a schema: ${reason}`,
      remedy: "Name another one: --schema NAME",
    })
  }
  if (Option.isNone(url) && schema !== defaultSchema) {
    return yield* new NotConfigured({
      missing: `The schema ${schema} needs a server in DATABASE_URL; the embedded database has ` +
        `the schema ${defaultSchema}`,
      remedy: "Set DATABASE_URL, or leave --schema out",
    })
  }
  return Option.map(url, (url) => withSchema(url, schema))
})
