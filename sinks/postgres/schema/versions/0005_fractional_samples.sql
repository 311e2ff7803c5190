declare
    views oid[];
    kept text[] := '{}';
    one record;
  begin
    with recursive found(id, depth) as (
      select r.ev_class, 1 from pg_depend d join pg_rewrite r on r.oid = d.objid
      join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
      where d.classid = 'pg_rewrite'::regclass and d.refobjid = 'strava.streams'::regclass
        and a.attname in ('time', 'heartrate', 'watts', 'temp')
      union
      select r.ev_class, found.depth + 1 from found
      join pg_depend d on d.refobjid = found.id and d.classid = 'pg_rewrite'::regclass
      join pg_rewrite r on r.oid = d.objid and r.ev_class <> found.id
    )
    select array_agg(id order by depth) into views
    from (select id, max(depth) as depth from found group by id) f;
    for one in
      select v.oid, v.oid::regclass::text as name, v.relkind, v.relowner, v.relacl, v.reloptions,
        pg_get_viewdef(v.oid) as definition, v.oid::regclass::text in ('strava.v_stream_points', 'strava.v_hr_zones') as ours
      from unnest(views) with ordinality u(id, n) join pg_class v on v.oid = u.id order by u.n
    loop
      if one.relkind <> 'v' then
        raise exception using errcode = 'dependent_objects_still_exist', message = format(
          '%s reads strava.streams. Drop it, run again, then create it again', one.name);
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
    alter table strava.streams alter column time type float8[], alter column heartrate type float8[], alter column watts type float8[], alter column temp type float8[];
    create or replace view strava.v_stream_points as select (s.activity_id)::bigint as activity_id, (s.athlete_id)::bigint as athlete_id, (p.o - 1)::integer as idx, (case when p.t_s between -2147483648 and 2147483647
    then a.start_date + p.t_s * interval '1 second' end)::timestamptz as time, (p.t_s)::float8 as t_s, (p.distance_m)::float8 as distance_m, (p.lat)::float8 as lat, (p.lng)::float8 as lng, (p.altitude_m)::float8 as altitude_m, (p.speed_mps)::float8 as speed_mps, (p.heartrate_bpm)::float8 as heartrate_bpm, (p.cadence_rpm)::float8 as cadence_rpm, (p.power_w)::float8 as power_w, (p.temp_c)::float8 as temp_c, (p.moving)::boolean as moving, (p.grade_pct)::float8 as grade_pct, (a.start_date)::timestamptz as started_at, (a.sport_type)::text as sport_type from strava.streams s
  left join strava.activities a on a.id = s.activity_id
  cross join lateral unnest(
    s.time, s.distance, s.lat, s.lng, s.altitude, s.velocity_smooth, s.heartrate, s.cadence,
    s.watts, s.temp, s.moving, s.grade_smooth
  ) with ordinality as p(
    t_s, distance_m, lat, lng, altitude_m, speed_mps, heartrate_bpm, cadence_rpm,
    power_w, temp_c, moving, grade_pct, o
  )
  where a.deleted_at is null and s.deleted_at is null;
    comment on view strava.v_stream_points is 'One row per sample; those of deleted activities are left out. A filter on activity_id, or on started_at, is fast.';
    comment on column strava.v_stream_points.activity_id is 'activities.id';
    comment on column strava.v_stream_points.athlete_id is 'athletes.id';
    comment on column strava.v_stream_points.idx is 'number of the sample, from 0';
    comment on column strava.v_stream_points.time is 'when; null without the activity';
    comment on column strava.v_stream_points.t_s is 'seconds since the start';
    comment on column strava.v_stream_points.distance_m is 'metres since the start';
    comment on column strava.v_stream_points.lat is 'latitude in degrees';
    comment on column strava.v_stream_points.lng is 'longitude in degrees';
    comment on column strava.v_stream_points.altitude_m is 'metres above sea level';
    comment on column strava.v_stream_points.speed_mps is 'metres per second, smoothed';
    comment on column strava.v_stream_points.heartrate_bpm is 'beats per minute';
    comment on column strava.v_stream_points.cadence_rpm is 'turns (of one foot, when running) per minute';
    comment on column strava.v_stream_points.power_w is 'watts';
    comment on column strava.v_stream_points.temp_c is 'degrees Celsius';
    comment on column strava.v_stream_points.moving is 'whether moving';
    comment on column strava.v_stream_points.grade_pct is 'slope in percent, smoothed';
    comment on column strava.v_stream_points.started_at is 'start of the activity';
    comment on column strava.v_stream_points.sport_type is 'sport';
    create or replace view strava.v_hr_zones as select (s.athlete_id)::bigint as athlete_id, (s.activity_id)::bigint as activity_id, (coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second'))::date as activity_date, (a.sport_type)::text as sport_type, (q.zone)::integer as zone, (q.min_bpm)::float8 as min_bpm, (nullif(q.max_bpm, -1))::float8 as max_bpm, (q.seconds)::integer as time_s, (round((100 * q.seconds / nullif(q.all_seconds, 0))::numeric, 1)::float8)::float8 as share_pct from strava.streams s
  join strava.activities a on a.id = s.activity_id and a.deleted_at is null
  join strava.zones z on z.athlete_id = s.athlete_id and z.deleted_at is null
  cross join lateral (
    select o.zone, o.min_bpm, o.max_bpm, coalesce(t.seconds, 0) as seconds,
      sum(t.seconds) over () as all_seconds
    from unnest(z.heart_rate_min, z.heart_rate_max) with ordinality as o(min_bpm, max_bpm, zone)
    left join (
      select case when array_position(z.heart_rate_min, null) is null
  then width_bucket(p.bpm::float8, z.heart_rate_min::float8[]) end as zone, sum(p.seconds)::float8 as seconds
      from (
        select bpm, sum(t - before) as seconds
        from unnest(s.time, array_prepend(null, s.time), s.heartrate) as u(t, before, bpm)
        where bpm > 0 and t > before and t - before <= 30
        group by bpm
      ) p
      group by 1
    ) t on t.zone = o.zone
  ) q
  where s.heartrate is not null and s.deleted_at is null;
    comment on view strava.v_hr_zones is 'One row per activity that has a heart rate, and zone: the athlete''s as they are now. Gaps of over 30 seconds between samples are not counted.';
    comment on column strava.v_hr_zones.athlete_id is 'athletes.id';
    comment on column strava.v_hr_zones.activity_id is 'activities.id';
    comment on column strava.v_hr_zones.activity_date is 'local day of the start';
    comment on column strava.v_hr_zones.sport_type is 'sport';
    comment on column strava.v_hr_zones.zone is 'number of the zone, from 1, the lowest';
    comment on column strava.v_hr_zones.min_bpm is 'where the zone begins, in beats per minute';
    comment on column strava.v_hr_zones.max_bpm is 'where the zone ends, in beats per minute; null: it does not';
    comment on column strava.v_hr_zones.time_s is 'seconds in the zone';
    comment on column strava.v_hr_zones.share_pct is 'percent of the activity''s seconds in any zone';
    for one in select statement from unnest(kept) with ordinality u(statement, n) order by u.n
    loop
      begin
        execute one.statement;
      exception when others then
        raise exception using errcode = 'dependent_objects_still_exist', message = format(
          '%s. A view that reads strava.streams cannot be created again: drop it, run again, then create ' ||
          'it again. Statement: %s', sqlerrm, left(one.statement, 200));
      end;
    end loop;
  end;
comment on column strava.streams.other is 'whole streams of unknown type, or that their column does not hold exactly';
comment on column strava.athletes.raw is 'the whole response as JSON, with all digits (-0.0 becomes 0.0); answer has each byte';
comment on column strava.activities.raw is 'the whole response as JSON, with all digits (-0.0 becomes 0.0); answer has each byte';
comment on column strava.details.raw is 'the whole response as JSON, with all digits (-0.0 becomes 0.0); answer has each byte';
comment on column strava.zones.raw is 'the whole response as JSON, with all digits (-0.0 becomes 0.0); answer has each byte';
comment on column strava.stats.raw is 'the whole response as JSON, with all digits (-0.0 becomes 0.0); answer has each byte';
comment on column strava.gear.raw is 'the whole response as JSON, with all digits (-0.0 becomes 0.0); answer has each byte';
comment on column strava.laps.raw is 'the entry as JSON, with all digits (-0.0 becomes 0.0)';
comment on column strava.splits.raw is 'the entry as JSON, with all digits (-0.0 becomes 0.0)';
comment on column strava.segment_efforts.raw is 'the entry as JSON, with all digits (-0.0 becomes 0.0)';
comment on column strava.best_efforts.raw is 'the entry as JSON, with all digits (-0.0 becomes 0.0)';
