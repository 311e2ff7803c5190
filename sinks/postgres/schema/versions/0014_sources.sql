comment on column strava.athletes.source is 'api: Strava''s API; export: the bulk export';
comment on column strava.activities.source is 'api: Strava''s API; export: the bulk export';
comment on column strava.streams.info is 'series_type, original_size and resolution of each stream, as sent by Strava; of an imported stream also its file, and derived if it was computed';
comment on column strava.streams.source is 'api: Strava''s API; export: the bulk export';
comment on column strava.details.source is 'api: Strava''s API; export: the bulk export';
comment on column strava.zones.source is 'api: Strava''s API; export: the bulk export';
comment on column strava.stats.source is 'api: Strava''s API; export: the bulk export';
comment on column strava.gear.source is 'api: Strava''s API; export: the bulk export';
comment on column strava.activity_zones.source is 'api: Strava''s API; export: the bulk export';
comment on column strava.export.source is 'api: Strava''s API; export: the bulk export';
create or replace view strava.v_activities as select (a.athlete_id)::bigint as athlete_id, (a.id)::bigint as activity_id, (case when e.exported_at > a.fetched_at then coalesce(e.name, a.name) else a.name end)::text as name, (case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end)::text as sport_type, (a.start_date)::timestamptz as started_at, (coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second'))::timestamp as started_at_local, (coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second'))::date as activity_date, (round((a.distance / 1000)::numeric, 2)::float8)::float8 as distance_km, (round((a.moving_time / 3600.0)::numeric, 2)::float8)::float8 as moving_h, (a.total_elevation_gain)::float8 as elevation_m, (case when case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end in ('Run', 'TrailRun', 'VirtualRun', 'Walk', 'Hike') then case when a.distance > 0 then make_interval(secs => round(a.moving_time / (a.distance / 1000))) end end)::interval as pace_per_km, (round((a.distance / nullif(a.moving_time, 0) * 3.6)::numeric, 1)::float8)::float8 as speed_kmh, (round((a.average_heartrate)::numeric, 0)::float8)::float8 as heartrate_bpm, (round((a.average_watts)::numeric, 0)::float8)::float8 as power_w, ('https://www.strava.com/activities/' || a.id)::text as url, (round((a.elapsed_time / 3600.0)::numeric, 2)::float8)::float8 as elapsed_h, (case when case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end in ('Run', 'TrailRun', 'VirtualRun', 'Walk', 'Hike') then round((a.moving_time / 60.0 / (nullif(a.distance, 0) / 1000))::numeric, 2)::float8 end)::float8 as pace_min_per_km, (case when case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end = 'Swim' and a.distance > 0 then make_interval(secs => round(a.moving_time / (a.distance / 100))) end)::interval as pace_per_100m, (nullif(regexp_replace(a.timezone, '^\(.*\) *', ''), ''))::text as time_zone, (a.utc_offset / 3600)::float8 as utc_offset_h, (coalesce(g.name, e.activity_gear))::text as gear, (coalesce(a.suffer_score, e.suffer_score))::float8 as relative_effort, (coalesce(d.calories, e.calories))::float8 as calories_kcal, (s.activity_id is not null)::boolean as has_streams, (coalesce(d.description, e.description))::text as description, (coalesce(d.private_note, e.private_note))::text as private_note, (coalesce(d.perceived_exertion, e.perceived_exertion))::float8 as perceived_exertion, (e.training_load)::float8 as training_load, (a.source)::text as source, (s.source)::text as streams_source from strava.activities a
  left join strava.export e on e.activity_id = a.id and e.deleted_at is null
  left join strava.gear g on g.id = a.gear_id and g.athlete_id = a.athlete_id
  left join strava.details d on d.activity_id = a.id and d.deleted_at is null
  left join strava.streams s on s.activity_id = a.id and s.deleted_at is null
  where a.deleted_at is null;
comment on view strava.v_activities is 'One row per activity, in kilometers and hours. Excludes deleted activities.';
comment on column strava.v_activities.athlete_id is 'athletes.id';
comment on column strava.v_activities.activity_id is 'activities.id';
comment on column strava.v_activities.name is 'title';
comment on column strava.v_activities.sport_type is 'sport';
comment on column strava.v_activities.started_at is 'start time';
comment on column strava.v_activities.started_at_local is 'start in local time; 00:00:01 if the athlete hides it';
comment on column strava.v_activities.activity_date is 'local date of the start';
comment on column strava.v_activities.distance_km is 'distance, kilometers';
comment on column strava.v_activities.moving_h is 'moving time, hours';
comment on column strava.v_activities.elevation_m is 'elevation gain, meters';
comment on column strava.v_activities.pace_per_km is 'moving time per kilometer (foot sports only)';
comment on column strava.v_activities.speed_kmh is 'moving speed, km/h';
comment on column strava.v_activities.heartrate_bpm is 'average heart rate, beats per minute';
comment on column strava.v_activities.power_w is 'average power, watts';
comment on column strava.v_activities.url is 'URL of the activity at Strava';
comment on column strava.v_activities.elapsed_h is 'elapsed time including pauses, hours';
comment on column strava.v_activities.pace_min_per_km is 'moving minutes per kilometer as a number (5.5 is 5:30; foot sports only)';
comment on column strava.v_activities.pace_per_100m is 'moving time per 100 meters (swims only)';
comment on column strava.v_activities.time_zone is 'time zone of the start, such as Europe/Paris';
comment on column strava.v_activities.utc_offset_h is 'offset of local time from UTC, with daylight saving, hours';
comment on column strava.v_activities.gear is 'name of the bike or the shoes';
comment on column strava.v_activities.relative_effort is 'relative effort (Strava''s points, no unit)';
comment on column strava.v_activities.calories_kcal is 'energy, kilocalories; null without details (--with details) and without an export';
comment on column strava.v_activities.has_streams is 'true if streams are stored';
comment on column strava.v_activities.description is 'description; null without details (--with details) and without an export';
comment on column strava.v_activities.private_note is 'note that only the athlete sees; null without details (--with details) and without an export';
comment on column strava.v_activities.perceived_exertion is 'perceived exertion, 1 to 10';
comment on column strava.v_activities.training_load is 'training load; null without an export';
comment on column strava.v_activities.source is 'api: sent by Strava''s API; export: imported from the bulk export';
comment on column strava.v_activities.streams_source is 'api: sent by Strava''s API; export: imported from the bulk export; null without streams';
create or replace view strava.v_daily as select (a.athlete_id)::bigint as athlete_id, (a.local::date)::date as day, (a.sport_type)::text as sport_type, (count(*))::integer as activities, (coalesce(round((sum(a.distance / 1000))::numeric, 2)::float8, 0))::float8 as distance_km, (coalesce(round((sum(a.moving_time / 3600.0))::numeric, 2)::float8, 0))::float8 as moving_h, (coalesce(round((sum(a.elapsed_time / 3600.0))::numeric, 2)::float8, 0))::float8 as elapsed_h, (coalesce(round((sum(a.total_elevation_gain))::numeric, 0)::float8, 0))::float8 as elevation_m, (sum(a.suffer_score))::float8 as relative_effort from (
  select a.id, a.athlete_id, case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end as sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, coalesce(a.suffer_score, e.suffer_score) as suffer_score
  from strava.activities a left join strava.export e on e.activity_id = a.id and e.deleted_at is null where a.deleted_at is null
) a where a.local is not null
  group by a.athlete_id, a.local::date, a.sport_type;
comment on view strava.v_daily is 'One row per athlete, local day and sport. Days without that sport have no row.';
comment on column strava.v_daily.athlete_id is 'athletes.id';
comment on column strava.v_daily.day is 'local date of the start';
comment on column strava.v_daily.sport_type is 'sport';
comment on column strava.v_daily.activities is 'number of activities';
comment on column strava.v_daily.distance_km is 'distance, kilometers';
comment on column strava.v_daily.moving_h is 'moving time, hours';
comment on column strava.v_daily.elapsed_h is 'elapsed time including pauses, hours';
comment on column strava.v_daily.elevation_m is 'elevation gain, meters';
comment on column strava.v_daily.relative_effort is 'relative effort (Strava''s points, no unit); null if Strava sent none';
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
  select a.id, a.athlete_id, case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end as sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, coalesce(a.suffer_score, e.suffer_score) as suffer_score
  from strava.activities a left join strava.export e on e.activity_id = a.id and e.deleted_at is null where a.deleted_at is null
) a
        where local is not null
      ) a
    ) a
  ) w
  join (select distinct athlete_id, sport_type from (
  select a.id, a.athlete_id, case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end as sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, coalesce(a.suffer_score, e.suffer_score) as suffer_score
  from strava.activities a left join strava.export e on e.activity_id = a.id and e.deleted_at is null where a.deleted_at is null
) a) s on s.athlete_id = w.athlete_id
  left join (
  select a.id, a.athlete_id, case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end as sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, coalesce(a.suffer_score, e.suffer_score) as suffer_score
  from strava.activities a left join strava.export e on e.activity_id = a.id and e.deleted_at is null where a.deleted_at is null
) a
    on date_trunc('week', a.local)::date = w.week and a.athlete_id = s.athlete_id and a.sport_type is not distinct from s.sport_type
  group by w.athlete_id, w.week, s.sport_type;
comment on view strava.v_weekly is 'One row per athlete, week (from Monday) and sport. Weeks without training have zeros; gaps of more than 104 weeks have no rows.';
comment on column strava.v_weekly.athlete_id is 'athletes.id';
comment on column strava.v_weekly.week is 'Monday of the week, local date';
comment on column strava.v_weekly.sport_type is 'sport';
comment on column strava.v_weekly.activities is 'number of activities';
comment on column strava.v_weekly.distance_km is 'distance, kilometers';
comment on column strava.v_weekly.moving_h is 'moving time, hours';
comment on column strava.v_weekly.elevation_m is 'elevation gain, meters';
comment on column strava.v_weekly.elapsed_h is 'elapsed time including pauses, hours';
comment on column strava.v_weekly.relative_effort is 'relative effort (Strava''s points, no unit); null if Strava sent none';
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
  select a.id, a.athlete_id, case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end as sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, coalesce(a.suffer_score, e.suffer_score) as suffer_score
  from strava.activities a left join strava.export e on e.activity_id = a.id and e.deleted_at is null where a.deleted_at is null
) a where local is not null
        group by athlete_id, extract(year from local)::integer
      ) a
    ) y
  ) d
  join (
    select distinct athlete_id, extract(year from local)::integer as year, sport_type
    from (
  select a.id, a.athlete_id, case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end as sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, coalesce(a.suffer_score, e.suffer_score) as suffer_score
  from strava.activities a left join strava.export e on e.activity_id = a.id and e.deleted_at is null where a.deleted_at is null
) a
  ) s on s.athlete_id = d.athlete_id and s.year = d.year
  left join (
    select athlete_id, local::date as day, sport_type, count(*) as activities,
      sum(distance) as distance, sum(moving_time) as moving_time,
      sum(total_elevation_gain) as elevation
    from (
  select a.id, a.athlete_id, case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end as sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, coalesce(a.suffer_score, e.suffer_score) as suffer_score
  from strava.activities a left join strava.export e on e.activity_id = a.id and e.deleted_at is null where a.deleted_at is null
) a group by athlete_id, local::date, sport_type
  ) t on t.day = d.day and t.athlete_id = s.athlete_id and t.sport_type is not distinct from s.sport_type
  window so_far as (partition by d.athlete_id, d.year, s.sport_type order by d.day);
comment on view strava.v_year_to_date is 'One row per athlete, local day and sport: totals from 1 January to that day. Covers each sport done in that year, for every day until the newest activity.';
comment on column strava.v_year_to_date.athlete_id is 'athletes.id';
comment on column strava.v_year_to_date.year is 'year';
comment on column strava.v_year_to_date.day is 'local date';
comment on column strava.v_year_to_date.day_of_year is 'number of the day in its year, from 1';
comment on column strava.v_year_to_date.sport_type is 'sport';
comment on column strava.v_year_to_date.activities is 'number of activities since 1 January';
comment on column strava.v_year_to_date.distance_km is 'distance since 1 January, kilometers';
comment on column strava.v_year_to_date.moving_h is 'moving time since 1 January, hours';
comment on column strava.v_year_to_date.elevation_m is 'elevation gain since 1 January, meters';
create or replace view strava.v_stream_points as select (p.activity_id)::bigint as activity_id, (p.athlete_id)::bigint as athlete_id, (p.o - 1)::integer as idx, (case when p.t_s[p.o] between -2147483648 and 2147483647
    then p.start_date + p.t_s[p.o] * interval '1 second' end)::timestamptz as time, (p.t_s[p.o])::float8 as t_s, (p.distance_m[p.o])::float8 as distance_m, (p.lat[p.o])::float8 as lat, (p.lng[p.o])::float8 as lng, (p.altitude_m[p.o])::float8 as altitude_m, (p.speed_mps[p.o])::float8 as speed_mps, (p.heartrate_bpm[p.o])::float8 as heartrate_bpm, (p.cadence_rpm[p.o])::float8 as cadence_rpm, (p.power_w[p.o])::float8 as power_w, (p.temp_c[p.o])::float8 as temp_c, (p.moving[p.o])::boolean as moving, (p.grade_pct[p.o])::float8 as grade_pct, (p.start_date)::timestamptz as started_at, (p.sport_type)::text as sport_type from (
    select q.*, generate_series(1, q.count) as o from (
      select s.activity_id, s.athlete_id, a.start_date, case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end as sport_type, case when s.other is null then s.n
  else greatest(cardinality(s.time), cardinality(s.distance), cardinality(s.lat), cardinality(s.lng), cardinality(s.altitude), cardinality(s.velocity_smooth), cardinality(s.heartrate), cardinality(s.cadence), cardinality(s.watts), cardinality(s.temp), cardinality(s.moving), cardinality(s.grade_smooth)) end as count,
        array_append(s.time, null) as t_s, array_append(s.distance, null) as distance_m, array_append(s.lat, null) as lat, array_append(s.lng, null) as lng, array_append(s.altitude, null) as altitude_m, array_append(s.velocity_smooth, null) as speed_mps, array_append(s.heartrate, null) as heartrate_bpm, array_append(s.cadence, null) as cadence_rpm, array_append(s.watts, null) as power_w, array_append(s.temp, null) as temp_c, array_append(s.moving, null) as moving, array_append(s.grade_smooth, null) as grade_pct,
        generate_series(1, 1) as one
      from strava.streams s left join strava.activities a on a.id = s.activity_id
  left join strava.export e on e.activity_id = a.id and e.deleted_at is null where a.deleted_at is null and s.deleted_at is null
    ) q
  ) p;
comment on view strava.v_stream_points is 'One row per sample. Excludes deleted activities. Fast with a filter on activity_id or started_at.';
comment on column strava.v_stream_points.activity_id is 'activities.id';
comment on column strava.v_stream_points.athlete_id is 'athletes.id';
comment on column strava.v_stream_points.idx is 'index of the sample, from 0';
comment on column strava.v_stream_points.time is 'time of the sample; null without the activity';
comment on column strava.v_stream_points.t_s is 'time since the start, seconds';
comment on column strava.v_stream_points.distance_m is 'distance since the start, meters';
comment on column strava.v_stream_points.lat is 'latitude, degrees';
comment on column strava.v_stream_points.lng is 'longitude, degrees';
comment on column strava.v_stream_points.altitude_m is 'altitude above sea level, meters';
comment on column strava.v_stream_points.speed_mps is 'smoothed speed, meters per second';
comment on column strava.v_stream_points.heartrate_bpm is 'heart rate, beats per minute';
comment on column strava.v_stream_points.cadence_rpm is 'cadence, revolutions per minute (for runs: of one foot)';
comment on column strava.v_stream_points.power_w is 'power, watts';
comment on column strava.v_stream_points.temp_c is 'temperature, degrees Celsius';
comment on column strava.v_stream_points.moving is 'true if moving';
comment on column strava.v_stream_points.grade_pct is 'smoothed grade, percent';
comment on column strava.v_stream_points.started_at is 'start time of the activity';
comment on column strava.v_stream_points.sport_type is 'sport';
create or replace view strava.v_best_efforts as select (e.athlete_id)::bigint as athlete_id, (e.activity_id)::bigint as activity_id, (e.id)::bigint as effort_id, (e.name)::text as effort, (e.distance)::float8 as distance_m, (e.elapsed_time)::integer as elapsed_s, (case when e.distance > 0 then make_interval(secs => round(e.elapsed_time / (e.distance / 1000))) end)::interval as pace_per_km, (round((e.elapsed_time / 60.0 / (nullif(e.distance, 0) / 1000))::numeric, 2)::float8)::float8 as pace_min_per_km, (rank() over (partition by e.athlete_id, e.name order by e.elapsed_time))::integer as rank, (coalesce(e.elapsed_time < min(e.elapsed_time) over before, e.elapsed_time is not null))::boolean as was_record, (e.local)::date as activity_date, (e.activity_name)::text as activity_name, (e.sport_type)::text as sport_type, ('https://www.strava.com/activities/' || e.activity_id)::text as url from (
    select distinct on (b.activity_id, b.name, b.id, b.elapsed_time)
      b.athlete_id, b.activity_id, b.id, b.name, b.distance, b.elapsed_time, b.position,
      case when e.exported_at > a.fetched_at then coalesce(e.name, a.name) else a.name end as activity_name, case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end as sport_type, a.start_date, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local
    from strava.best_efforts b
    left join strava.activities a on a.id = b.activity_id
    left join strava.export e on e.activity_id = a.id and e.deleted_at is null
    left join strava.details d on d.activity_id = b.activity_id
    where a.deleted_at is null and d.deleted_at is null
    order by b.activity_id, b.name, b.id, b.elapsed_time, b.position
  ) e
  window before as (
    partition by e.athlete_id, e.name order by e.start_date, e.activity_id, e.position
    rows between unbounded preceding and 1 preceding
  );
comment on view strava.v_best_efforts is 'One row per run and length: the fastest kilometer, mile, … in it, as computed by Strava. Empty without details (--with details).';
comment on column strava.v_best_efforts.athlete_id is 'athletes.id';
comment on column strava.v_best_efforts.activity_id is 'activities.id';
comment on column strava.v_best_efforts.effort_id is 'Strava''s id of the effort';
comment on column strava.v_best_efforts.effort is 'name of the length, such as 5K';
comment on column strava.v_best_efforts.distance_m is 'distance, meters';
comment on column strava.v_best_efforts.elapsed_s is 'elapsed time including pauses, seconds';
comment on column strava.v_best_efforts.pace_per_km is 'elapsed time per kilometer';
comment on column strava.v_best_efforts.pace_min_per_km is 'elapsed minutes per kilometer as a number (5.5 is 5:30)';
comment on column strava.v_best_efforts.rank is 'rank among the athlete''s efforts of this length; 1 is the fastest';
comment on column strava.v_best_efforts.was_record is 'true if it was the fastest at that time, including the first';
comment on column strava.v_best_efforts.activity_date is 'local date of the start of the activity';
comment on column strava.v_best_efforts.activity_name is 'title of the activity';
comment on column strava.v_best_efforts.sport_type is 'sport';
comment on column strava.v_best_efforts.url is 'URL of the activity at Strava';
create or replace view strava.v_hr_zones as select (s.athlete_id)::bigint as athlete_id, (s.activity_id)::bigint as activity_id, (coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second'))::date as activity_date, (case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end)::text as sport_type, (q.zone)::integer as zone, (q.min_bpm)::float8 as min_bpm, (nullif(q.max_bpm, -1))::float8 as max_bpm, (q.seconds)::integer as time_s, (round((100 * q.seconds / nullif(q.all_seconds, 0))::numeric, 1)::float8)::float8 as share_pct from strava.streams s
  join strava.activities a on a.id = s.activity_id and a.deleted_at is null
  left join strava.export e on e.activity_id = a.id and e.deleted_at is null
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
comment on view strava.v_hr_zones is 'One row per activity with heart rate and per zone, using the athlete''s current zones. Excludes gaps of over 30 seconds between samples.';
comment on column strava.v_hr_zones.athlete_id is 'athletes.id';
comment on column strava.v_hr_zones.activity_id is 'activities.id';
comment on column strava.v_hr_zones.activity_date is 'local date of the start';
comment on column strava.v_hr_zones.sport_type is 'sport';
comment on column strava.v_hr_zones.zone is 'number of the zone, from 1, the lowest';
comment on column strava.v_hr_zones.min_bpm is 'lower bound, beats per minute';
comment on column strava.v_hr_zones.max_bpm is 'upper bound, beats per minute; null if unbounded';
comment on column strava.v_hr_zones.time_s is 'time in the zone, seconds';
comment on column strava.v_hr_zones.share_pct is 'share of the activity''s time in zones, percent';
create or replace view strava.v_coverage as select (i.athlete_id)::bigint as athlete_id, (i.year)::integer as year, (count(*))::integer as listed, (count(*) filter (where s.activity_id is not null))::integer as with_streams, (count(*) filter (where s.activity_id is null and coalesce(ms.status, ma.status) = 'absent'))::integer as streams_absent, (count(*) filter (where s.activity_id is null and coalesce(ms.status, ma.status) = 'quarantined'))::integer as streams_quarantined, (count(*) filter (where s.activity_id is null and coalesce(ms.status, ma.status) = 'skipped'))::integer as streams_skipped, (count(*) filter (where s.activity_id is null and coalesce(ms.status, ma.status) is null))::integer as streams_to_fetch, (count(*) filter (where d.activity_id is not null))::integer as with_details, (count(*) filter (where d.activity_id is null and coalesce(md.status, ma.status) = 'absent'))::integer as details_absent, (count(*) filter (where d.activity_id is null and coalesce(md.status, ma.status) = 'quarantined'))::integer as details_quarantined, (count(*) filter (where d.activity_id is null and coalesce(md.status, ma.status) = 'skipped'))::integer as details_skipped, (count(*) filter (where d.activity_id is null and coalesce(md.status, ma.status) is null))::integer as details_to_fetch, (min(i.local))::date as first_date, (max(i.local))::date as last_date, (count(*) filter (where s.activity_id is null and coalesce(ms.status, ma.status) = 'purged'))::integer as streams_purged, (count(*) filter (where d.activity_id is null and coalesce(md.status, ma.status) = 'purged'))::integer as details_purged, (count(*) filter (where ma.status is not null))::integer as activities_purged, (count(*) filter (where i.source = 'api'))::integer as activities_from_api, (count(*) filter (where i.source = 'export'))::integer as activities_from_export, (count(*) filter (where s.source = 'api'))::integer as streams_from_api, (count(*) filter (where s.source = 'export'))::integer as streams_from_export from (
    select a.athlete_id, a.id, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local,
      extract(year from coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second'))::integer as year, a.source
    from strava.activities a where a.deleted_at is null
    union all
    select o.athlete_id, o.id, null, null, null from (
      select athlete_id, activity_id as id from strava.streams where deleted_at is null
      union select athlete_id, activity_id from strava.details where deleted_at is null
      union select athlete_id, activity_id from strava.missing
        where resource in ('activities', 'streams', 'details')
    ) o where not exists (select from strava.activities a where a.id = o.id)
  ) i
  left join strava.streams s on s.activity_id = i.id and s.deleted_at is null
  left join strava.details d on d.activity_id = i.id and d.deleted_at is null
  left join strava.missing ms on ms.activity_id = i.id and ms.resource = 'streams'
  left join strava.missing md on md.activity_id = i.id and md.resource = 'details'
  left join strava.missing ma on ma.activity_id = i.id and ma.resource = 'activities'
    and ma.status = 'purged'
  group by i.athlete_id, i.year;
comment on view strava.v_coverage is 'One row per athlete and local year: number of activities, and how many are complete. The row without a year counts data without an activity, and purged activities.';
comment on column strava.v_coverage.athlete_id is 'athletes.id';
comment on column strava.v_coverage.year is 'local year of the start; null if unknown';
comment on column strava.v_coverage.listed is 'number of activities, without deleted ones';
comment on column strava.v_coverage.with_streams is 'number of activities with streams stored';
comment on column strava.v_coverage.streams_absent is 'number of activities without streams at Strava';
comment on column strava.v_coverage.streams_quarantined is 'number of activities whose streams failed and will be retried';
comment on column strava.v_coverage.streams_skipped is 'number of activities whose streams are skipped (see missing.status)';
comment on column strava.v_coverage.streams_to_fetch is 'number of activities with pending streams: neither stored nor in missing';
comment on column strava.v_coverage.with_details is 'number of activities with details stored';
comment on column strava.v_coverage.details_absent is 'number of activities without details at Strava';
comment on column strava.v_coverage.details_quarantined is 'number of activities whose details failed and will be retried';
comment on column strava.v_coverage.details_skipped is 'number of activities whose details are skipped (see missing.status)';
comment on column strava.v_coverage.details_to_fetch is 'number of activities with pending details: neither stored nor in missing';
comment on column strava.v_coverage.first_date is 'local date of the first activity';
comment on column strava.v_coverage.last_date is 'local date of the last activity';
comment on column strava.v_coverage.streams_purged is 'number of activities whose streams were purged (deleted here by age)';
comment on column strava.v_coverage.details_purged is 'number of activities whose details were purged (deleted here by age)';
comment on column strava.v_coverage.activities_purged is 'number of purged activities (deleted here by age), of which nothing else is known';
comment on column strava.v_coverage.activities_from_api is 'number of activities sent by Strava''s API';
comment on column strava.v_coverage.activities_from_export is 'number of activities imported from the bulk export';
comment on column strava.v_coverage.streams_from_api is 'number of streams sent by Strava''s API';
comment on column strava.v_coverage.streams_from_export is 'number of streams imported from the bulk export';
