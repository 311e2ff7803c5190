create or replace view strava.v_activities as select (a.athlete_id)::bigint as athlete_id, (a.id)::bigint as activity_id, (case when e.exported_at > a.fetched_at then coalesce(e.name, a.name) else a.name end)::text as name, (case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end)::text as sport_type, (a.start_date)::timestamptz as started_at, (coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second'))::timestamp as started_at_local, (coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second'))::date as activity_date, (round((a.distance / 1000)::numeric, 2)::float8)::float8 as distance_km, (round((a.moving_time / 3600.0)::numeric, 2)::float8)::float8 as moving_h, (a.total_elevation_gain)::float8 as elevation_m, (case when case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end in ('Run', 'TrailRun', 'VirtualRun', 'Walk', 'Hike') then case when a.distance > 0 then make_interval(secs => round(a.moving_time / (a.distance / 1000))) end end)::interval as pace_per_km, (round((a.distance / nullif(a.moving_time, 0) * 3.6)::numeric, 1)::float8)::float8 as speed_kmh, (round((a.average_heartrate)::numeric, 0)::float8)::float8 as heartrate_bpm, (round((a.average_watts)::numeric, 0)::float8)::float8 as power_w, ('https://www.strava.com/activities/' || a.id)::text as url, (round((a.elapsed_time / 3600.0)::numeric, 2)::float8)::float8 as elapsed_h, (case when case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end in ('Run', 'TrailRun', 'VirtualRun', 'Walk', 'Hike') then round((a.moving_time / 60.0 / (nullif(a.distance, 0) / 1000))::numeric, 2)::float8 end)::float8 as pace_min_per_km, (case when case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end = 'Swim' and a.distance > 0 then make_interval(secs => round(a.moving_time / (a.distance / 100))) end)::interval as pace_per_100m, (nullif(regexp_replace(a.timezone, '^\(.*\) *', ''), ''))::text as time_zone, (a.utc_offset / 3600)::float8 as utc_offset_h, (coalesce(g.name, e.activity_gear))::text as gear, (coalesce(a.suffer_score, e.suffer_score))::float8 as relative_effort, (coalesce(d.calories, e.calories))::float8 as calories_kcal, (s.activity_id is not null)::boolean as has_streams, (coalesce(d.description, e.description))::text as description, (coalesce(d.private_note, e.private_note))::text as private_note, (coalesce(d.perceived_exertion, e.perceived_exertion))::float8 as perceived_exertion, (e.training_load)::float8 as training_load, (a.source)::text as source, (s.source)::text as streams_source, (round((a.distance / 1609.344)::numeric, 2)::float8)::float8 as distance_mi, (round((a.total_elevation_gain / 0.3048)::numeric, 0)::float8)::float8 as elevation_ft, (round((a.distance / nullif(a.moving_time, 0) * 3600 / 1609.344)::numeric, 1)::float8)::float8 as speed_mph, (case when case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end in ('Run', 'TrailRun', 'VirtualRun', 'Walk', 'Hike') then case when a.distance > 0 then make_interval(secs => round(a.moving_time / (a.distance / 1609.344))) end end)::interval as pace_per_mi, (case when case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end in ('Run', 'TrailRun', 'VirtualRun', 'Walk', 'Hike') then round((a.moving_time / 60.0 / (nullif(a.distance, 0) / 1609.344))::numeric, 2)::float8 end)::float8 as pace_min_per_mi, (case when case when e.exported_at > a.fetched_at and e.sport_type <> a.type then e.sport_type else a.sport_type end = 'Swim' and a.distance > 0 then make_interval(secs => round(a.moving_time / (a.distance / 91.44))) end)::interval as pace_per_100yd from strava.activities a
  left join strava.export e on e.activity_id = a.id and e.deleted_at is null
  left join strava.gear g on g.id = a.gear_id and g.athlete_id = a.athlete_id
  left join strava.details d on d.activity_id = a.id and d.deleted_at is null
  left join strava.streams s on s.activity_id = a.id and s.deleted_at is null
  where a.deleted_at is null;
comment on view strava.v_activities is 'One row per activity, in kilometers or miles, and hours. Excludes deleted activities.';
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
comment on column strava.v_activities.distance_mi is 'distance, miles';
comment on column strava.v_activities.elevation_ft is 'elevation gain, feet';
comment on column strava.v_activities.speed_mph is 'moving speed, miles per hour';
comment on column strava.v_activities.pace_per_mi is 'moving time per mile (foot sports only)';
comment on column strava.v_activities.pace_min_per_mi is 'moving minutes per mile as a number (5.5 is 5:30; foot sports only)';
comment on column strava.v_activities.pace_per_100yd is 'moving time per 100 yards (swims only)';
create or replace view strava.v_daily as select (a.athlete_id)::bigint as athlete_id, (a.local::date)::date as day, (a.sport_type)::text as sport_type, (count(*))::integer as activities, (coalesce(round((sum(a.distance / 1000))::numeric, 2)::float8, 0))::float8 as distance_km, (coalesce(round((sum(a.moving_time / 3600.0))::numeric, 2)::float8, 0))::float8 as moving_h, (coalesce(round((sum(a.elapsed_time / 3600.0))::numeric, 2)::float8, 0))::float8 as elapsed_h, (coalesce(round((sum(a.total_elevation_gain))::numeric, 0)::float8, 0))::float8 as elevation_m, (sum(a.suffer_score))::float8 as relative_effort, (coalesce(round((sum(a.distance / 1609.344))::numeric, 2)::float8, 0))::float8 as distance_mi, (coalesce(round((sum(a.total_elevation_gain / 0.3048))::numeric, 0)::float8, 0))::float8 as elevation_ft from (
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
comment on column strava.v_daily.distance_mi is 'distance, miles';
comment on column strava.v_daily.elevation_ft is 'elevation gain, feet';
create or replace view strava.v_weekly as select (w.athlete_id)::bigint as athlete_id, (w.week)::date as week, (s.sport_type)::text as sport_type, (count(a.id))::bigint as activities, (coalesce(round((sum(a.distance / 1000))::numeric, 1)::float8, 0))::float8 as distance_km, (coalesce(round((sum(a.moving_time / 3600.0))::numeric, 2)::float8, 0))::float8 as moving_h, (coalesce(round((sum(a.total_elevation_gain))::numeric, 0)::float8, 0))::float8 as elevation_m, (coalesce(round((sum(a.elapsed_time / 3600.0))::numeric, 2)::float8, 0))::float8 as elapsed_h, (sum(a.suffer_score))::float8 as relative_effort, (coalesce(round((sum(a.distance / 1609.344))::numeric, 1)::float8, 0))::float8 as distance_mi, (coalesce(round((sum(a.total_elevation_gain / 0.3048))::numeric, 0)::float8, 0))::float8 as elevation_ft from (
    select athlete_id, generate_series(
      week,
      case when next <= week + interval '104 weeks' then next - interval '1 week'
        else week end,
      interval '1 week'
    )::date as week
    from (
      select athlete_id, week, lead(week) over (partition by athlete_id order by week) as next
      from (
        select distinct athlete_id, (date_trunc('week', local + case current_setting('paceline.week_start', true) when 'sunday' then interval '1 day' when 'saturday' then interval '2 days' else interval '0 days' end) - case current_setting('paceline.week_start', true) when 'sunday' then interval '1 day' when 'saturday' then interval '2 days' else interval '0 days' end) as week from (
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
    on (date_trunc('week', a.local + case current_setting('paceline.week_start', true) when 'sunday' then interval '1 day' when 'saturday' then interval '2 days' else interval '0 days' end) - case current_setting('paceline.week_start', true) when 'sunday' then interval '1 day' when 'saturday' then interval '2 days' else interval '0 days' end)::date = w.week and a.athlete_id = s.athlete_id and a.sport_type is not distinct from s.sport_type
  group by w.athlete_id, w.week, s.sport_type;
comment on view strava.v_weekly is 'One row per athlete, week and sport. Weeks without training have zeros; gaps of more than 104 weeks have no rows. Weeks begin on Monday, or on the day that the setting paceline.week_start names: sunday or saturday.';
comment on column strava.v_weekly.athlete_id is 'athletes.id';
comment on column strava.v_weekly.week is 'first day of the week, local date';
comment on column strava.v_weekly.sport_type is 'sport';
comment on column strava.v_weekly.activities is 'number of activities';
comment on column strava.v_weekly.distance_km is 'distance, kilometers';
comment on column strava.v_weekly.moving_h is 'moving time, hours';
comment on column strava.v_weekly.elevation_m is 'elevation gain, meters';
comment on column strava.v_weekly.elapsed_h is 'elapsed time including pauses, hours';
comment on column strava.v_weekly.relative_effort is 'relative effort (Strava''s points, no unit); null if Strava sent none';
comment on column strava.v_weekly.distance_mi is 'distance, miles';
comment on column strava.v_weekly.elevation_ft is 'elevation gain, feet';
create or replace view strava.v_year_to_date as select (d.athlete_id)::bigint as athlete_id, (d.year)::integer as year, (d.day)::date as day, (extract(doy from d.day))::integer as day_of_year, (s.sport_type)::text as sport_type, (coalesce(sum(t.activities) over so_far, 0))::integer as activities, (coalesce(round((sum(t.distance / 1000) over so_far)::numeric, 1)::float8, 0))::float8 as distance_km, (coalesce(round((sum(t.moving_time / 3600.0) over so_far)::numeric, 2)::float8, 0))::float8 as moving_h, (coalesce(round((sum(t.elevation) over so_far)::numeric, 0)::float8, 0))::float8 as elevation_m, (coalesce(round((sum(t.distance / 1609.344) over so_far)::numeric, 1)::float8, 0))::float8 as distance_mi, (coalesce(round((sum(t.elevation / 0.3048) over so_far)::numeric, 0)::float8, 0))::float8 as elevation_ft from (
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
comment on column strava.v_year_to_date.distance_mi is 'distance since 1 January, miles';
comment on column strava.v_year_to_date.elevation_ft is 'elevation gain since 1 January, feet';
create or replace view strava.v_best_efforts as select (e.athlete_id)::bigint as athlete_id, (e.activity_id)::bigint as activity_id, (e.id)::bigint as effort_id, (e.name)::text as effort, (e.distance)::float8 as distance_m, (e.elapsed_time)::integer as elapsed_s, (case when e.distance > 0 then make_interval(secs => round(e.elapsed_time / (e.distance / 1000))) end)::interval as pace_per_km, (round((e.elapsed_time / 60.0 / (nullif(e.distance, 0) / 1000))::numeric, 2)::float8)::float8 as pace_min_per_km, (rank() over (partition by e.athlete_id, e.name order by e.elapsed_time))::integer as rank, (coalesce(e.elapsed_time < min(e.elapsed_time) over before, e.elapsed_time is not null))::boolean as was_record, (e.local)::date as activity_date, (e.activity_name)::text as activity_name, (e.sport_type)::text as sport_type, ('https://www.strava.com/activities/' || e.activity_id)::text as url, (case when e.distance > 0 then make_interval(secs => round(e.elapsed_time / (e.distance / 1609.344))) end)::interval as pace_per_mi, (round((e.elapsed_time / 60.0 / (nullif(e.distance, 0) / 1609.344))::numeric, 2)::float8)::float8 as pace_min_per_mi from (
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
comment on column strava.v_best_efforts.pace_per_mi is 'elapsed time per mile';
comment on column strava.v_best_efforts.pace_min_per_mi is 'elapsed minutes per mile as a number (5.5 is 5:30)';
