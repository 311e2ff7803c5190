/**
 * Changing the type of columns that views read, which PostgreSQL refuses while such views exist: they are
 * dropped and created again, with their owners' grants. Our own get today's definition. Views that people
 * made on top of them keep theirs.
 */

const literals = (values: ReadonlyArray<string>) => values.map((value) => `'${value}'`).join(", ")

/**
 * The block that runs `change` on `columns` of `table`, and after it `statements`, which create those of
 * the dropped views that are ours: `own`. It fails with a message that names the view if one of the
 * others cannot be created again.
 */
export const rebuilding = (
  { change, columns, own, statements, table }: {
    readonly table: string
    readonly columns: ReadonlyArray<string>
    readonly change: string
    readonly own: ReadonlyArray<string>
    readonly statements: ReadonlyArray<string>
  },
): string =>
  `declare
    views oid[];
    kept text[] := '{}';
    one record;
  begin
    with recursive found(id, depth) as (
      select r.ev_class, 1 from pg_depend d join pg_rewrite r on r.oid = d.objid
      join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
      where d.classid = 'pg_rewrite'::regclass and d.refobjid = '${table}'::regclass
        and a.attname in (${literals(columns)})
      union
      select r.ev_class, found.depth + 1 from found
      join pg_depend d on d.refobjid = found.id and d.classid = 'pg_rewrite'::regclass
      join pg_rewrite r on r.oid = d.objid and r.ev_class <> found.id
    )
    select array_agg(id order by depth) into views
    from (select id, max(depth) as depth from found group by id) f;
    for one in
      select v.oid, v.oid::regclass::text as name, v.relkind, v.relowner, v.relacl, v.reloptions,
        pg_get_viewdef(v.oid) as definition, v.oid::regclass::text in (${literals(own)}) as ours
      from unnest(views) with ordinality u(id, n) join pg_class v on v.oid = u.id order by u.n
    loop
      if one.relkind <> 'v' then
        raise exception using errcode = 'dependent_objects_still_exist', message = format(
          '%s reads ${table}. Drop it, run again, then create it again', one.name);
      end if;
      if not one.ours then
        kept := kept || format('create view %s %s as %s', one.name,
          coalesce('with (' || array_to_string(one.reloptions, ', ') || ')', ''), one.definition);
        kept := kept || array(select format('comment on view %s is %L', one.name, description)
          from pg_description where objoid = one.oid and objsubid = 0);
        kept := kept || array(select format('comment on column %s.%I is %L', one.name, attname,
          description) from pg_description join pg_attribute on attrelid = objoid and attnum = objsubid
          where objoid = one.oid and objsubid > 0);
      end if;
      kept := kept || array(select format('grant %s on %s to %s%s', privilege_type, one.name,
        coalesce(quote_ident(r.rolname), 'public'), case when is_grantable then ' with grant option' else '' end)
        from aclexplode(one.relacl) left join pg_roles r on r.oid = grantee
        where grantee <> one.relowner);
    end loop;
    for one in select u.id::regclass::text as name
      from unnest(views) with ordinality u(id, n) order by u.n desc
    loop
      execute format('drop view %s', one.name);
    end loop;
    ${[change, ...statements].join(";\n    ")};
    for one in select statement from unnest(kept) with ordinality u(statement, n) order by u.n
    loop
      begin
        execute one.statement;
      exception when others then
        raise exception using errcode = 'dependent_objects_still_exist', message = format(
          '%s. A view that reads ${table} cannot be created again: drop it, run again, then create ' ||
          'it again. Statement: %s', sqlerrm, left(one.statement, 200));
      end;
    end loop;
  end`
