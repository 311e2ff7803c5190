/** Dumps of a small state file and of a small database as SQL. */
import type { PGlite } from "@electric-sql/pglite"
import { DatabaseSync } from "node:sqlite"

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

const sqliteLiteral = (value: unknown): string =>
  value === null
    ? "null"
    : value instanceof Uint8Array
    ? `x'${value.toHex()}'`
    : typeof value === "string"
    ? quoted(value)
    : String(value)

/** Returns the SQL that creates the SQLite file at `path`, including its version. */
export const dumpState = (path: string): string => {
  const db = new DatabaseSync(path)
  const objects = db.prepare(
    `select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%'
       order by type = 'index', rowid`,
  ).all()
  const lines = objects.map(({ sql }) => `${sql};`)
  for (const { name, type } of objects) {
    if (type !== "table") continue
    for (const row of db.prepare(`select * from ${name}`).all()) {
      lines.push(
        `insert into ${name} values (${Object.values(row).map(sqliteLiteral).join(", ")});`,
      )
    }
  }
  for (const pragma of ["user_version", "application_id"]) {
    const [value] = Object.values(db.prepare(`pragma ${pragma}`).get() ?? {})
    lines.push(`pragma ${pragma} = ${value};`)
  }
  db.close()
  return lines.join("\n") + "\n"
}

/** Returns the SQL that creates the schema `strava`: tables, keys, indexes, rows, views, comments. */
export const dumpPostgres = async (db: PGlite): Promise<string> => {
  const lines = ["create schema strava;"]
  const texts = async (sql: string, parameters: ReadonlyArray<unknown> = []) =>
    (await db.query<{ text: string }>(sql, [...parameters])).rows.map(({ text }) => text)
  const relations = (kind: string) =>
    texts(
      `select c.oid::regclass::text as text from pg_class c
         where relnamespace = 'strava'::regnamespace and relkind = $1 order by c.oid`,
      [kind],
    )
  const tables = await relations("r")
  for (const table of tables) {
    const columns = await texts(
      `select quote_ident(attname) || ' ' || format_type(atttypid, atttypmod)
           || case when attnotnull then ' not null' else '' end
           || coalesce(case attgenerated when '' then ' default '
                else ' generated always as (' end || pg_get_expr(adbin, adrelid)
              || case attgenerated when '' then '' else ') stored' end, '') as text
         from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
         where attrelid = $1::text::regclass and attnum > 0 and not attisdropped order by attnum`,
      [table],
    )
    const constraints = await texts(
      `select 'constraint ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid) as text
         from pg_constraint where conrelid = $1::text::regclass and contype in ('p', 'u', 'c')
         order by contype, conname`,
      [table],
    )
    lines.push(`create table ${table} (\n  ${[...columns, ...constraints].join(",\n  ")}\n);`)
    lines.push(
      ...(await texts(
        `select pg_get_indexdef(indexrelid) || ';' as text from pg_index
           where indrelid = $1::text::regclass and not exists (
             select 1 from pg_constraint where conindid = indexrelid) order by indexrelid`,
        [table],
      )),
    )
    const [names = ""] = await texts(
      `select string_agg(format('quote_nullable(%I::text)', attname), ', ' order by attnum) as text
         from pg_attribute where attrelid = $1::text::regclass and attnum > 0
           and not attisdropped and attgenerated = ''`,
      [table],
    )
    const [listed = ""] = await texts(
      `select string_agg(quote_ident(attname), ', ' order by attnum) as text from pg_attribute
         where attrelid = $1::text::regclass and attnum > 0 and not attisdropped
           and attgenerated = ''`,
      [table],
    )
    const rows = await texts(`select concat_ws(', ', ${names}) as text from ${table} order by 1`)
    lines.push(...rows.map((row) => `insert into ${table} (${listed}) values (${row});`))
  }
  for (const view of await relations("v")) {
    const [sql = ""] = await texts(`select pg_get_viewdef($1::text::regclass) as text`, [view])
    lines.push(`create view ${view} as\n${sql}`)
  }
  lines.push(
    ...(await texts(
      `select case when objsubid = 0 then
           'comment on ' || case relkind when 'v' then 'view ' else 'table ' end || c.oid::regclass
         else 'comment on column ' || c.oid::regclass || '.' || quote_ident(attname) end
         || ' is ' || quote_literal(description) || ';' as text
       from pg_description d join pg_class c on c.oid = objoid and classoid = 'pg_class'::regclass
         left join pg_attribute on attrelid = c.oid and attnum = objsubid and objsubid > 0
       where relnamespace = 'strava'::regnamespace and relkind in ('r', 'v')
       order by c.oid, objsubid`,
    )),
  )
  return lines.join("\n") + "\n"
}
