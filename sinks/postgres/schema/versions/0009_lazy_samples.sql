create or replace view strava.v_stream_points as select (p.activity_id)::bigint as activity_id, (p.athlete_id)::bigint as athlete_id, (p.o - 1)::integer as idx, (case when p.t_s[p.o] between -2147483648 and 2147483647
    then p.start_date + p.t_s[p.o] * interval '1 second' end)::timestamptz as time, (p.t_s[p.o])::float8 as t_s, (p.distance_m[p.o])::float8 as distance_m, (p.lat[p.o])::float8 as lat, (p.lng[p.o])::float8 as lng, (p.altitude_m[p.o])::float8 as altitude_m, (p.speed_mps[p.o])::float8 as speed_mps, (p.heartrate_bpm[p.o])::float8 as heartrate_bpm, (p.cadence_rpm[p.o])::float8 as cadence_rpm, (p.power_w[p.o])::float8 as power_w, (p.temp_c[p.o])::float8 as temp_c, (p.moving[p.o])::boolean as moving, (p.grade_pct[p.o])::float8 as grade_pct, (p.start_date)::timestamptz as started_at, (p.sport_type)::text as sport_type from (
    select q.*, generate_series(1, q.count) as o from (
      select s.activity_id, s.athlete_id, a.start_date, a.sport_type, case when s.other is null then s.n
  else greatest(cardinality(s.time), cardinality(s.distance), cardinality(s.lat), cardinality(s.lng), cardinality(s.altitude), cardinality(s.velocity_smooth), cardinality(s.heartrate), cardinality(s.cadence), cardinality(s.watts), cardinality(s.temp), cardinality(s.moving), cardinality(s.grade_smooth)) end as count,
        array_append(s.time, null) as t_s, array_append(s.distance, null) as distance_m, array_append(s.lat, null) as lat, array_append(s.lng, null) as lng, array_append(s.altitude, null) as altitude_m, array_append(s.velocity_smooth, null) as speed_mps, array_append(s.heartrate, null) as heartrate_bpm, array_append(s.cadence, null) as cadence_rpm, array_append(s.watts, null) as power_w, array_append(s.temp, null) as temp_c, array_append(s.moving, null) as moving, array_append(s.grade_smooth, null) as grade_pct,
        generate_series(1, 1) as one
      from strava.streams s left join strava.activities a on a.id = s.activity_id
  where a.deleted_at is null and s.deleted_at is null
    ) q
  ) p;
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
