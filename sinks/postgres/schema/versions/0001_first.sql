create table strava.athletes (id bigint primary key, username text, resource_state integer, firstname text, lastname text, bio text, city text, state text, country text, sex text, premium boolean, summit boolean, created_at timestamptz, updated_at timestamptz, weight float8, ftp float8, measurement_preference text, date_preference text, follower_count integer, friend_count integer, profile_medium text, profile text, raw jsonb not null, sha256 text not null, source text not null default 'api', fetched_at timestamptz not null);
comment on table strava.athletes is 'One row per athlete. Names and units are Strava''s own.';
comment on column strava.athletes.id is 'Strava''s id';
comment on column strava.athletes.username is 'the name in the address of the profile';
comment on column strava.athletes.resource_state is 'how much Strava told: 2 summary, 3 detail';
comment on column strava.athletes.firstname is 'first name';
comment on column strava.athletes.lastname is 'last name';
comment on column strava.athletes.bio is 'what the athlete wrote of themselves';
comment on column strava.athletes.city is 'city';
comment on column strava.athletes.state is 'state or region';
comment on column strava.athletes.country is 'country';
comment on column strava.athletes.sex is 'M, F or null';
comment on column strava.athletes.premium is 'whether a subscriber (the old name of summit)';
comment on column strava.athletes.summit is 'whether a subscriber';
comment on column strava.athletes.created_at is 'when the account was made';
comment on column strava.athletes.updated_at is 'when the profile last changed';
comment on column strava.athletes.weight is 'kilograms';
comment on column strava.athletes.ftp is 'functional threshold power in watts';
comment on column strava.athletes.measurement_preference is 'feet or meters';
comment on column strava.athletes.date_preference is 'how the athlete writes dates';
comment on column strava.athletes.follower_count is 'how many follow the athlete';
comment on column strava.athletes.friend_count is 'how many the athlete follows';
comment on column strava.athletes.profile_medium is 'address of the picture, 62 pixels wide';
comment on column strava.athletes.profile is 'address of the picture, 124 pixels wide';
comment on column strava.athletes.raw is 'the whole answer as Strava sent it, numbers to the last digit';
comment on column strava.athletes.sha256 is 'SHA-256 of the answer as sent';
comment on column strava.athletes.source is 'where it came from';
comment on column strava.athletes.fetched_at is 'when it was received';
create table strava.activities (id bigint primary key, athlete_id bigint not null, resource_state integer, name text, distance float8, moving_time integer, elapsed_time integer, total_elevation_gain float8, type text, sport_type text, workout_type integer, device_name text, start_date timestamptz, start_date_local timestamp, timezone text, utc_offset float8, location_city text, location_state text, location_country text, achievement_count integer, kudos_count integer, comment_count integer, athlete_count integer, photo_count integer, map_id text, map_summary_polyline text, trainer boolean, commute boolean, manual boolean, private boolean, visibility text, flagged boolean, gear_id text, start_latlng float8[], end_latlng float8[], average_speed float8, max_speed float8, average_cadence float8, average_temp float8, average_watts float8, max_watts float8, weighted_average_watts float8, kilojoules float8, device_watts boolean, has_heartrate boolean, average_heartrate float8, max_heartrate float8, heartrate_opt_out boolean, display_hide_heartrate_option boolean, elev_high float8, elev_low float8, upload_id bigint, upload_id_str text, external_id text, from_accepted_tag boolean, pr_count integer, total_photo_count integer, has_kudoed boolean, suffer_score float8, raw jsonb not null, sha256 text not null, source text not null default 'api', fetched_at timestamptz not null);
comment on table strava.activities is 'One row per activity. Names and units are Strava''s own.';
comment on column strava.activities.id is 'Strava''s id';
comment on column strava.activities.athlete_id is 'whose it is: athletes.id';
comment on column strava.activities.resource_state is 'how much Strava told: 2 summary, 3 detail';
comment on column strava.activities.name is 'title';
comment on column strava.activities.distance is 'metres';
comment on column strava.activities.moving_time is 'seconds without pauses';
comment on column strava.activities.elapsed_time is 'seconds from start to end';
comment on column strava.activities.total_elevation_gain is 'metres climbed';
comment on column strava.activities.type is 'sport, in Strava''s older and shorter list';
comment on column strava.activities.sport_type is 'sport';
comment on column strava.activities.workout_type is '0-3 runs, 10-12 rides, 30-31 weights: default, race, long, workout';
comment on column strava.activities.device_name is 'what recorded it';
comment on column strava.activities.start_date is 'start';
comment on column strava.activities.start_date_local is 'start, as the clock showed it there';
comment on column strava.activities.timezone is 'time zone, such as (GMT+01:00) Europe/Paris';
comment on column strava.activities.utc_offset is 'seconds that local time was ahead of UTC';
comment on column strava.activities.location_city is 'city (no longer filled by Strava)';
comment on column strava.activities.location_state is 'state (no longer filled by Strava)';
comment on column strava.activities.location_country is 'country (no longer filled by Strava)';
comment on column strava.activities.achievement_count is 'achievements';
comment on column strava.activities.kudos_count is 'kudos';
comment on column strava.activities.comment_count is 'comments';
comment on column strava.activities.athlete_count is 'athletes in the group';
comment on column strava.activities.photo_count is 'photos from Instagram';
comment on column strava.activities.map_id is 'id of the map';
comment on column strava.activities.map_summary_polyline is 'track in Google''s polyline encoding';
comment on column strava.activities.trainer is 'whether on a trainer, indoors';
comment on column strava.activities.commute is 'whether a commute';
comment on column strava.activities.manual is 'whether typed in by hand';
comment on column strava.activities.private is 'whether only the athlete sees it';
comment on column strava.activities.visibility is 'everyone, followers_only or only_me';
comment on column strava.activities.flagged is 'whether flagged';
comment on column strava.activities.gear_id is 'bike (b…) or shoes (g…)';
comment on column strava.activities.start_latlng is 'latitude and longitude of the start in degrees; empty without a position';
comment on column strava.activities.end_latlng is 'latitude and longitude of the end in degrees; empty without a position';
comment on column strava.activities.average_speed is 'metres per second';
comment on column strava.activities.max_speed is 'metres per second';
comment on column strava.activities.average_cadence is 'turns (of one foot, when running) per minute';
comment on column strava.activities.average_temp is 'degrees Celsius';
comment on column strava.activities.average_watts is 'watts';
comment on column strava.activities.max_watts is 'watts';
comment on column strava.activities.weighted_average_watts is 'watts, as normalised power';
comment on column strava.activities.kilojoules is 'work in kilojoules';
comment on column strava.activities.device_watts is 'whether a power meter measured the watts; else they are estimated';
comment on column strava.activities.has_heartrate is 'whether there is a heart rate';
comment on column strava.activities.average_heartrate is 'beats per minute';
comment on column strava.activities.max_heartrate is 'beats per minute';
comment on column strava.activities.heartrate_opt_out is 'whether the athlete hides the heart rate';
comment on column strava.activities.display_hide_heartrate_option is 'whether Strava offers to hide the heart rate';
comment on column strava.activities.elev_high is 'highest point in metres';
comment on column strava.activities.elev_low is 'lowest point in metres';
comment on column strava.activities.upload_id is 'id of the upload';
comment on column strava.activities.upload_id_str is 'id of the upload, as text';
comment on column strava.activities.external_id is 'name of the uploaded file';
comment on column strava.activities.from_accepted_tag is 'whether taken over from a friend''s activity';
comment on column strava.activities.pr_count is 'personal records';
comment on column strava.activities.total_photo_count is 'photos';
comment on column strava.activities.has_kudoed is 'whether the athlete gave kudos';
comment on column strava.activities.suffer_score is 'relative effort';
comment on column strava.activities.raw is 'the whole answer as Strava sent it, numbers to the last digit';
comment on column strava.activities.sha256 is 'SHA-256 of the answer as sent';
comment on column strava.activities.source is 'where it came from';
comment on column strava.activities.fetched_at is 'when it was received';
create index activities_start_date_idx on strava.activities (start_date);
create index activities_sport_type_idx on strava.activities (sport_type, start_date_local);
create table strava.streams (activity_id bigint primary key, athlete_id bigint not null, n integer not null, time integer[], distance float8[], lat float8[], lng float8[], altitude float8[], velocity_smooth float8[], heartrate integer[], cadence float8[], watts integer[], temp integer[], moving boolean[], grade_smooth float8[], info jsonb not null, other jsonb, sha256 text not null, source text not null default 'api', fetched_at timestamptz not null);
comment on table strava.streams is 'One row per activity: its samples as arrays, whose n-th entries belong together. A stream that Strava did not send is null. v_stream_points has one row per sample.';
comment on column strava.streams.activity_id is 'activities.id';
comment on column strava.streams.athlete_id is 'whose it is: athletes.id';
comment on column strava.streams.n is 'how many samples';
comment on column strava.streams.time is 'seconds since the start';
comment on column strava.streams.distance is 'metres since the start';
comment on column strava.streams.lat is 'latitude in degrees';
comment on column strava.streams.lng is 'longitude in degrees';
comment on column strava.streams.altitude is 'metres above sea level';
comment on column strava.streams.velocity_smooth is 'metres per second, smoothed';
comment on column strava.streams.heartrate is 'beats per minute';
comment on column strava.streams.cadence is 'turns (of one foot, when running) per minute';
comment on column strava.streams.watts is 'watts';
comment on column strava.streams.temp is 'degrees Celsius';
comment on column strava.streams.moving is 'whether moving';
comment on column strava.streams.grade_smooth is 'slope in percent, smoothed';
comment on column strava.streams.info is 'what Strava says of each stream: series_type, original_size, resolution';
comment on column strava.streams.other is 'streams of unknown type, or that do not fit their column, as sent';
comment on column strava.streams.sha256 is 'SHA-256 of the answer as sent';
comment on column strava.streams.source is 'where it came from';
comment on column strava.streams.fetched_at is 'when it was received';
create view strava.v_activities as select athlete_id as athlete_id, id as activity_id, name as name, sport_type as sport_type, start_date as started_at, start_date_local as started_at_local, start_date_local::date as activity_date, round((distance / 1000)::numeric, 2)::float8 as distance_km, round((moving_time / 3600.0)::numeric, 2)::float8 as moving_h, total_elevation_gain as elevation_m, case when distance > 0 and sport_type in ('Run', 'TrailRun', 'VirtualRun', 'Walk', 'Hike') then make_interval(secs => round(moving_time / (distance / 1000))) end as pace_per_km, round((distance / nullif(moving_time, 0) * 3.6)::numeric, 1)::float8 as speed_kmh, round((average_heartrate)::numeric, 0)::float8 as heartrate_bpm, round((average_watts)::numeric, 0)::float8 as power_w, 'https://www.strava.com/activities/' || id as url from strava.activities;
comment on view strava.v_activities is 'One row per activity, in everyday units.';
comment on column strava.v_activities.athlete_id is 'athletes.id';
comment on column strava.v_activities.activity_id is 'activities.id';
comment on column strava.v_activities.name is 'title';
comment on column strava.v_activities.sport_type is 'sport';
comment on column strava.v_activities.started_at is 'start';
comment on column strava.v_activities.started_at_local is 'start, as the clock showed it there';
comment on column strava.v_activities.activity_date is 'local day of the start';
comment on column strava.v_activities.distance_km is 'kilometres';
comment on column strava.v_activities.moving_h is 'hours without pauses';
comment on column strava.v_activities.elevation_m is 'metres climbed';
comment on column strava.v_activities.pace_per_km is 'moving time per kilometre, of foot sports only';
comment on column strava.v_activities.speed_kmh is 'kilometres per hour';
comment on column strava.v_activities.heartrate_bpm is 'mean heart rate in beats per minute';
comment on column strava.v_activities.power_w is 'mean power in watts';
comment on column strava.v_activities.url is 'where Strava shows it';
create view strava.v_weekly as select w.athlete_id as athlete_id, w.week as week, s.sport_type as sport_type, count(a.id) as activities, coalesce(round((sum(a.distance / 1000))::numeric, 1)::float8, 0) as distance_km, coalesce(round((sum(a.moving_time / 3600.0))::numeric, 2)::float8, 0) as moving_h, coalesce(round((sum(a.total_elevation_gain))::numeric, 0)::float8, 0) as elevation_m from (
    select athlete_id, generate_series(
      date_trunc('week', min(start_date_local)),
      date_trunc('week', max(start_date_local)),
      interval '1 week'
    )::date as week from strava.activities group by athlete_id
  ) w
  join (select distinct athlete_id, sport_type from strava.activities) s
    on s.athlete_id = w.athlete_id
  left join strava.activities a
    on a.athlete_id = w.athlete_id and a.sport_type is not distinct from s.sport_type
    and date_trunc('week', a.start_date_local)::date = w.week
  group by w.athlete_id, w.week, s.sport_type;
comment on view strava.v_weekly is 'One row per athlete, week (from Monday) and sport; weeks without training are zeros.';
comment on column strava.v_weekly.athlete_id is 'athletes.id';
comment on column strava.v_weekly.week is 'Monday of the week, by local time';
comment on column strava.v_weekly.sport_type is 'sport';
comment on column strava.v_weekly.activities is 'how many activities';
comment on column strava.v_weekly.distance_km is 'kilometres';
comment on column strava.v_weekly.moving_h is 'hours without pauses';
comment on column strava.v_weekly.elevation_m is 'metres climbed';
create view strava.v_stream_points as select s.activity_id as activity_id, s.athlete_id as athlete_id, (p.o - 1)::integer as idx, a.start_date + p.t_s * interval '1 second' as time, p.t_s as t_s, p.distance_m as distance_m, p.lat as lat, p.lng as lng, p.altitude_m as altitude_m, p.speed_mps as speed_mps, p.heartrate_bpm as heartrate_bpm, p.cadence_rpm as cadence_rpm, p.power_w as power_w, p.temp_c as temp_c, p.moving as moving, p.grade_pct as grade_pct from strava.streams s
  left join strava.activities a on a.id = s.activity_id
  cross join lateral unnest(
    s.time, s.distance, s.lat, s.lng, s.altitude, s.velocity_smooth, s.heartrate, s.cadence,
    s.watts, s.temp, s.moving, s.grade_smooth
  ) with ordinality as p(
    t_s, distance_m, lat, lng, altitude_m, speed_mps, heartrate_bpm, cadence_rpm,
    power_w, temp_c, moving, grade_pct, o
  );
comment on view strava.v_stream_points is 'One row per sample. A filter on activity_id, or on activities.start_date, is fast.';
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
