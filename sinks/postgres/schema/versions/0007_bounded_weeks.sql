create or replace view strava.v_weekly as select (w.athlete_id)::bigint as athlete_id, (w.week)::date as week, (s.sport_type)::text as sport_type, (count(a.id))::bigint as activities, (coalesce(round((sum(a.distance / 1000))::numeric, 1)::float8, 0))::float8 as distance_km, (coalesce(round((sum(a.moving_time / 3600.0))::numeric, 2)::float8, 0))::float8 as moving_h, (coalesce(round((sum(a.total_elevation_gain))::numeric, 0)::float8, 0))::float8 as elevation_m, (coalesce(round((sum(a.elapsed_time / 3600.0))::numeric, 2)::float8, 0))::float8 as elapsed_h, (sum(a.suffer_score))::float8 as relative_effort from (
    select athlete_id, generate_series(
      week,
      case when next <= week + interval '104 weeks' then next - interval '1 week'
        else week end,
      interval '1 week'
    )::date as week
    from (
      select athlete_id, week, lead(week) over (partition by athlete_id order by week) as next
      from (
        select distinct athlete_id, date_trunc('week', local) as week from (
  select a.id, a.athlete_id, a.sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, a.suffer_score
  from strava.activities a where a.deleted_at is null
) a
        where local is not null
      ) a
    ) a
  ) w
  join (select distinct athlete_id, sport_type from (
  select a.id, a.athlete_id, a.sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, a.suffer_score
  from strava.activities a where a.deleted_at is null
) a) s on s.athlete_id = w.athlete_id
  left join (
  select a.id, a.athlete_id, a.sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, a.suffer_score
  from strava.activities a where a.deleted_at is null
) a
    on date_trunc('week', a.local)::date = w.week and a.athlete_id = s.athlete_id and a.sport_type is not distinct from s.sport_type
  group by w.athlete_id, w.week, s.sport_type;
comment on view strava.v_weekly is 'One row per athlete, week (from Monday) and sport; weeks without training are zeros, unless they are more than 104 in a row.';
comment on column strava.v_weekly.athlete_id is 'athletes.id';
comment on column strava.v_weekly.week is 'Monday of the week, by local time';
comment on column strava.v_weekly.sport_type is 'sport';
comment on column strava.v_weekly.activities is 'how many activities';
comment on column strava.v_weekly.distance_km is 'kilometres';
comment on column strava.v_weekly.moving_h is 'hours without pauses';
comment on column strava.v_weekly.elevation_m is 'metres climbed';
comment on column strava.v_weekly.elapsed_h is 'hours with pauses';
comment on column strava.v_weekly.relative_effort is 'relative effort (Strava''s points, no unit); null where Strava gave none';
create or replace view strava.v_year_to_date as select (d.athlete_id)::bigint as athlete_id, (d.year)::integer as year, (d.day)::date as day, (extract(doy from d.day))::integer as day_of_year, (s.sport_type)::text as sport_type, (coalesce(sum(t.activities) over so_far, 0))::integer as activities, (coalesce(round((sum(t.distance / 1000) over so_far)::numeric, 1)::float8, 0))::float8 as distance_km, (coalesce(round((sum(t.moving_time / 3600.0) over so_far)::numeric, 2)::float8, 0))::float8 as moving_h, (coalesce(round((sum(t.elevation) over so_far)::numeric, 0)::float8, 0))::float8 as elevation_m from (
    select y.athlete_id, y.day::date as day, y.year
    from (
      select athlete_id, year, generate_series(
        make_timestamp(year, 1, 1, 0, 0, 0),
        case when year < newest then make_timestamp(year, 12, 31, 0, 0, 0) else last end,
        interval '1 day'
      ) as day
      from (
        select athlete_id, extract(year from local)::integer as year, max(local) as last,
          max(extract(year from max(local) filter (where local < now() + interval '1 day')))
            over (partition by athlete_id) as newest
        from (
  select a.id, a.athlete_id, a.sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, a.suffer_score
  from strava.activities a where a.deleted_at is null
) a where local is not null
        group by athlete_id, extract(year from local)::integer
      ) a
    ) y
  ) d
  join (
    select distinct athlete_id, extract(year from local)::integer as year, sport_type
    from (
  select a.id, a.athlete_id, a.sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, a.suffer_score
  from strava.activities a where a.deleted_at is null
) a
  ) s on s.athlete_id = d.athlete_id and s.year = d.year
  left join (
    select athlete_id, local::date as day, sport_type, count(*) as activities,
      sum(distance) as distance, sum(moving_time) as moving_time,
      sum(total_elevation_gain) as elevation
    from (
  select a.id, a.athlete_id, a.sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, a.suffer_score
  from strava.activities a where a.deleted_at is null
) a group by athlete_id, local::date, sport_type
  ) t on t.day = d.day and t.athlete_id = s.athlete_id and t.sport_type is not distinct from s.sport_type
  window so_far as (partition by d.athlete_id, d.year, s.sport_type order by d.day);
comment on view strava.v_year_to_date is 'One row per athlete, day and sport: sums from 1 January to that day, by local time. Of the sports done in that year, every day until the newest activity.';
comment on column strava.v_year_to_date.athlete_id is 'athletes.id';
comment on column strava.v_year_to_date.year is 'year';
comment on column strava.v_year_to_date.day is 'local day';
comment on column strava.v_year_to_date.day_of_year is 'number of the day in its year, from 1';
comment on column strava.v_year_to_date.sport_type is 'sport';
comment on column strava.v_year_to_date.activities is 'how many activities since 1 January';
comment on column strava.v_year_to_date.distance_km is 'kilometres since 1 January';
comment on column strava.v_year_to_date.moving_h is 'hours without pauses since 1 January';
comment on column strava.v_year_to_date.elevation_m is 'metres climbed since 1 January';
