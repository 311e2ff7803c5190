alter table strava.activities add column deleted_at timestamptz;
comment on column strava.activities.deleted_at is 'when it was found to be gone from Strava; null while it is there';
alter table strava.streams add column deleted_at timestamptz;
comment on column strava.streams.deleted_at is 'when it was found to be gone from Strava; null while it is there';
create table strava.details (activity_id bigint primary key, athlete_id bigint not null, resource_state integer, name text, distance float8, moving_time integer, elapsed_time integer, total_elevation_gain float8, type text, sport_type text, workout_type integer, device_name text, start_date timestamptz, start_date_local timestamp, timezone text, utc_offset float8, location_city text, location_state text, location_country text, achievement_count integer, kudos_count integer, comment_count integer, athlete_count integer, photo_count integer, map_id text, map_summary_polyline text, trainer boolean, commute boolean, manual boolean, private boolean, visibility text, flagged boolean, gear_id text, start_latlng float8[], end_latlng float8[], average_speed float8, max_speed float8, average_cadence float8, average_temp float8, average_watts float8, max_watts float8, weighted_average_watts float8, kilojoules float8, device_watts boolean, has_heartrate boolean, average_heartrate float8, max_heartrate float8, heartrate_opt_out boolean, display_hide_heartrate_option boolean, elev_high float8, elev_low float8, upload_id bigint, upload_id_str text, external_id text, from_accepted_tag boolean, pr_count integer, total_photo_count integer, has_kudoed boolean, suffer_score float8, description text, private_note text, calories float8, perceived_exertion float8, prefer_perceived_exertion boolean, gear_name text, map_polyline text, photo_url text, embed_token text, hide_from_home boolean, raw jsonb not null, sha256 text not null, source text not null default 'api', fetched_at timestamptz not null, answer bytea, deleted_at timestamptz);
comment on table strava.details is 'One row per activity that was asked for in detail. Names and units are Strava''s own. Laps, splits and efforts are tables of their own.';
comment on column strava.details.activity_id is 'activities.id';
comment on column strava.details.athlete_id is 'whose it is: athletes.id';
comment on column strava.details.resource_state is 'how much Strava told: 2 summary, 3 detail';
comment on column strava.details.name is 'title';
comment on column strava.details.distance is 'metres';
comment on column strava.details.moving_time is 'seconds without pauses';
comment on column strava.details.elapsed_time is 'seconds from start to end';
comment on column strava.details.total_elevation_gain is 'metres climbed';
comment on column strava.details.type is 'sport, in Strava''s older and shorter list';
comment on column strava.details.sport_type is 'sport';
comment on column strava.details.workout_type is '0-3 runs, 10-12 rides, 30-31 weights: default, race, long, workout';
comment on column strava.details.device_name is 'what recorded it';
comment on column strava.details.start_date is 'start';
comment on column strava.details.start_date_local is 'start, as the clock showed it there';
comment on column strava.details.timezone is 'time zone, such as (GMT+01:00) Europe/Paris';
comment on column strava.details.utc_offset is 'seconds that local time was ahead of UTC';
comment on column strava.details.location_city is 'city (no longer filled by Strava)';
comment on column strava.details.location_state is 'state (no longer filled by Strava)';
comment on column strava.details.location_country is 'country (no longer filled by Strava)';
comment on column strava.details.achievement_count is 'achievements';
comment on column strava.details.kudos_count is 'kudos';
comment on column strava.details.comment_count is 'comments';
comment on column strava.details.athlete_count is 'athletes in the group';
comment on column strava.details.photo_count is 'photos from Instagram';
comment on column strava.details.map_id is 'id of the map';
comment on column strava.details.map_summary_polyline is 'track in Google''s polyline encoding';
comment on column strava.details.trainer is 'whether on a trainer, indoors';
comment on column strava.details.commute is 'whether a commute';
comment on column strava.details.manual is 'whether typed in by hand';
comment on column strava.details.private is 'whether only the athlete sees it';
comment on column strava.details.visibility is 'everyone, followers_only or only_me';
comment on column strava.details.flagged is 'whether flagged';
comment on column strava.details.gear_id is 'bike (b…) or shoes (g…)';
comment on column strava.details.start_latlng is 'latitude and longitude of the start in degrees; empty without a position';
comment on column strava.details.end_latlng is 'latitude and longitude of the end in degrees; empty without a position';
comment on column strava.details.average_speed is 'metres per second';
comment on column strava.details.max_speed is 'metres per second';
comment on column strava.details.average_cadence is 'turns (of one foot, when running) per minute';
comment on column strava.details.average_temp is 'degrees Celsius';
comment on column strava.details.average_watts is 'watts';
comment on column strava.details.max_watts is 'watts';
comment on column strava.details.weighted_average_watts is 'watts, as normalised power';
comment on column strava.details.kilojoules is 'work in kilojoules';
comment on column strava.details.device_watts is 'whether a power meter measured the watts; else they are estimated';
comment on column strava.details.has_heartrate is 'whether there is a heart rate';
comment on column strava.details.average_heartrate is 'beats per minute';
comment on column strava.details.max_heartrate is 'beats per minute';
comment on column strava.details.heartrate_opt_out is 'whether the athlete hides the heart rate';
comment on column strava.details.display_hide_heartrate_option is 'whether Strava offers to hide the heart rate';
comment on column strava.details.elev_high is 'highest point in metres';
comment on column strava.details.elev_low is 'lowest point in metres';
comment on column strava.details.upload_id is 'id of the upload';
comment on column strava.details.upload_id_str is 'id of the upload, as text';
comment on column strava.details.external_id is 'name of the uploaded file';
comment on column strava.details.from_accepted_tag is 'whether taken over from a friend''s activity';
comment on column strava.details.pr_count is 'personal records';
comment on column strava.details.total_photo_count is 'photos';
comment on column strava.details.has_kudoed is 'whether the athlete gave kudos';
comment on column strava.details.suffer_score is 'relative effort';
comment on column strava.details.description is 'what the athlete wrote of it';
comment on column strava.details.private_note is 'what the athlete wrote for themselves';
comment on column strava.details.calories is 'kilocalories';
comment on column strava.details.perceived_exertion is 'how hard it felt, from 1 to 10';
comment on column strava.details.prefer_perceived_exertion is 'whether that counts in place of the heart rate';
comment on column strava.details.gear_name is 'name of the bike or shoes';
comment on column strava.details.map_polyline is 'whole track in Google''s polyline encoding';
comment on column strava.details.photo_url is 'address of the first photo at its largest; the others are in raw';
comment on column strava.details.embed_token is 'key of the page that shows it in other pages';
comment on column strava.details.hide_from_home is 'whether it is kept out of followers'' feeds';
comment on column strava.details.raw is 'the whole answer as Strava sent it, numbers to the last digit';
comment on column strava.details.sha256 is 'SHA-256 of the answer as sent';
comment on column strava.details.source is 'where it came from';
comment on column strava.details.fetched_at is 'when it was received';
comment on column strava.details.answer is 'gzip of the answer, byte for byte as sent; null in old rows';
comment on column strava.details.deleted_at is 'when it was found to be gone from Strava; null while it is there';
alter table strava.details alter column answer set storage external;
create table strava.laps (activity_id bigint not null, position integer not null, athlete_id bigint not null, id bigint, name text, lap_index integer, split integer, start_date timestamptz, start_date_local timestamp, elapsed_time integer, moving_time integer, distance float8, start_index integer, end_index integer, total_elevation_gain float8, average_speed float8, max_speed float8, average_cadence float8, average_watts float8, device_watts boolean, average_heartrate float8, max_heartrate float8, pace_zone integer, raw jsonb not null, primary key (activity_id,position));
comment on table strava.laps is 'One row per lap. Names and units are Strava''s own.';
comment on column strava.laps.activity_id is 'activities.id';
comment on column strava.laps.position is 'place in Strava''s list, from 1';
comment on column strava.laps.athlete_id is 'whose it is: athletes.id';
comment on column strava.laps.id is 'Strava''s id of the lap';
comment on column strava.laps.name is 'title';
comment on column strava.laps.lap_index is 'number of the lap, from 1';
comment on column strava.laps.split is 'number of the split';
comment on column strava.laps.start_date is 'start';
comment on column strava.laps.start_date_local is 'start, as the clock showed it there';
comment on column strava.laps.elapsed_time is 'seconds from start to end';
comment on column strava.laps.moving_time is 'seconds without pauses';
comment on column strava.laps.distance is 'metres';
comment on column strava.laps.start_index is 'its first sample in streams, from 0';
comment on column strava.laps.end_index is 'its last sample in streams';
comment on column strava.laps.total_elevation_gain is 'metres climbed';
comment on column strava.laps.average_speed is 'metres per second';
comment on column strava.laps.max_speed is 'metres per second';
comment on column strava.laps.average_cadence is 'turns (of one foot, when running) per minute';
comment on column strava.laps.average_watts is 'watts';
comment on column strava.laps.device_watts is 'whether a power meter measured the watts';
comment on column strava.laps.average_heartrate is 'beats per minute';
comment on column strava.laps.max_heartrate is 'beats per minute';
comment on column strava.laps.pace_zone is 'zone of pace that it was run in';
comment on column strava.laps.raw is 'the entry as Strava sent it, numbers to the last digit';
create table strava.splits (activity_id bigint not null, unit text not null, position integer not null, athlete_id bigint not null, split integer, elapsed_time integer, moving_time integer, distance float8, elevation_difference float8, average_speed float8, average_grade_adjusted_speed float8, average_heartrate float8, pace_zone integer, raw jsonb not null, primary key (activity_id,unit,position));
comment on table strava.splits is 'One row per kilometre and one per mile of runs. Names and units are Strava''s own.';
comment on column strava.splits.activity_id is 'activities.id';
comment on column strava.splits.unit is 'metric: kilometres; standard: miles';
comment on column strava.splits.position is 'place in Strava''s list, from 1';
comment on column strava.splits.athlete_id is 'whose it is: athletes.id';
comment on column strava.splits.split is 'number of the split, from 1';
comment on column strava.splits.elapsed_time is 'seconds from start to end';
comment on column strava.splits.moving_time is 'seconds without pauses';
comment on column strava.splits.distance is 'metres';
comment on column strava.splits.elevation_difference is 'metres higher at its end than at its start';
comment on column strava.splits.average_speed is 'metres per second';
comment on column strava.splits.average_grade_adjusted_speed is 'metres per second, as if it were flat';
comment on column strava.splits.average_heartrate is 'beats per minute';
comment on column strava.splits.pace_zone is 'zone of pace that it was run in';
comment on column strava.splits.raw is 'the entry as Strava sent it, numbers to the last digit';
create table strava.segment_efforts (activity_id bigint not null, position integer not null, athlete_id bigint not null, id bigint, name text, start_date timestamptz, start_date_local timestamp, elapsed_time integer, moving_time integer, distance float8, start_index integer, end_index integer, average_cadence float8, average_watts float8, device_watts boolean, average_heartrate float8, max_heartrate float8, kom_rank integer, pr_rank integer, hidden boolean, visibility text, segment_id bigint, segment_activity_type text, segment_distance float8, segment_average_grade float8, segment_maximum_grade float8, segment_elevation_high float8, segment_elevation_low float8, segment_climb_category integer, segment_city text, segment_state text, segment_country text, segment_private boolean, segment_hazardous boolean, segment_starred boolean, raw jsonb not null, primary key (activity_id,position));
comment on table strava.segment_efforts is 'One row per passage of a segment. Names and units are Strava''s own.';
comment on column strava.segment_efforts.activity_id is 'activities.id';
comment on column strava.segment_efforts.position is 'place in Strava''s list, from 1';
comment on column strava.segment_efforts.athlete_id is 'whose it is: athletes.id';
comment on column strava.segment_efforts.id is 'Strava''s id of the effort; not a key, for ids have been seen twice';
comment on column strava.segment_efforts.name is 'name of the segment';
comment on column strava.segment_efforts.start_date is 'start';
comment on column strava.segment_efforts.start_date_local is 'start, as the clock showed it there';
comment on column strava.segment_efforts.elapsed_time is 'seconds from start to end';
comment on column strava.segment_efforts.moving_time is 'seconds without pauses';
comment on column strava.segment_efforts.distance is 'metres';
comment on column strava.segment_efforts.start_index is 'its first sample in streams, from 0';
comment on column strava.segment_efforts.end_index is 'its last sample in streams';
comment on column strava.segment_efforts.average_cadence is 'turns (of one foot, when running) per minute';
comment on column strava.segment_efforts.average_watts is 'watts';
comment on column strava.segment_efforts.device_watts is 'whether a power meter measured the watts';
comment on column strava.segment_efforts.average_heartrate is 'beats per minute';
comment on column strava.segment_efforts.max_heartrate is 'beats per minute';
comment on column strava.segment_efforts.kom_rank is 'place among all athletes, 1 to 10; else null';
comment on column strava.segment_efforts.pr_rank is 'place among the athlete''s own, 1 to 3; else null';
comment on column strava.segment_efforts.hidden is 'whether Strava does not show it';
comment on column strava.segment_efforts.visibility is 'everyone, followers_only or only_me';
comment on column strava.segment_efforts.segment_id is 'Strava''s id of the segment';
comment on column strava.segment_efforts.segment_activity_type is 'sport of the segment';
comment on column strava.segment_efforts.segment_distance is 'metres';
comment on column strava.segment_efforts.segment_average_grade is 'percent';
comment on column strava.segment_efforts.segment_maximum_grade is 'percent';
comment on column strava.segment_efforts.segment_elevation_high is 'metres';
comment on column strava.segment_efforts.segment_elevation_low is 'metres';
comment on column strava.segment_efforts.segment_climb_category is '0 none, 1 to 5: 4 to hors catégorie';
comment on column strava.segment_efforts.segment_city is 'city';
comment on column strava.segment_efforts.segment_state is 'state or region';
comment on column strava.segment_efforts.segment_country is 'country';
comment on column strava.segment_efforts.segment_private is 'whether only its maker sees it';
comment on column strava.segment_efforts.segment_hazardous is 'whether it has been called dangerous';
comment on column strava.segment_efforts.segment_starred is 'whether the athlete has starred it';
comment on column strava.segment_efforts.raw is 'the entry as Strava sent it, numbers to the last digit';
create table strava.best_efforts (activity_id bigint not null, position integer not null, athlete_id bigint not null, id bigint, name text, start_date timestamptz, start_date_local timestamp, elapsed_time integer, moving_time integer, distance float8, start_index integer, end_index integer, pr_rank integer, raw jsonb not null, primary key (activity_id,position));
comment on table strava.best_efforts is 'One row per fastest stretch of a standard length in a run.';
comment on column strava.best_efforts.activity_id is 'activities.id';
comment on column strava.best_efforts.position is 'place in Strava''s list, from 1';
comment on column strava.best_efforts.athlete_id is 'whose it is: athletes.id';
comment on column strava.best_efforts.id is 'Strava''s id of the effort; not a key, for ids have been seen twice';
comment on column strava.best_efforts.name is 'the length, such as 400m or Half-Marathon';
comment on column strava.best_efforts.start_date is 'start';
comment on column strava.best_efforts.start_date_local is 'start, as the clock showed it there';
comment on column strava.best_efforts.elapsed_time is 'seconds from start to end';
comment on column strava.best_efforts.moving_time is 'seconds without pauses';
comment on column strava.best_efforts.distance is 'metres';
comment on column strava.best_efforts.start_index is 'its first sample in streams, from 0';
comment on column strava.best_efforts.end_index is 'its last sample in streams';
comment on column strava.best_efforts.pr_rank is 'place among the athlete''s own, 1 to 3; else null';
comment on column strava.best_efforts.raw is 'the entry as Strava sent it, numbers to the last digit';
create index segment_efforts_segment_id_idx on strava.segment_efforts (segment_id);
create index best_efforts_name_idx on strava.best_efforts (name);
create table strava.zones (athlete_id bigint primary key, heart_rate_custom_zones boolean, heart_rate_min float8[], heart_rate_max float8[], power_min float8[], power_max float8[], raw jsonb not null, sha256 text not null, source text not null default 'api', fetched_at timestamptz not null, answer bytea, deleted_at timestamptz);
comment on table strava.zones is 'One row per athlete: the zones of heart rate and power.';
comment on column strava.zones.athlete_id is 'athletes.id';
comment on column strava.zones.heart_rate_custom_zones is 'whether the athlete set them';
comment on column strava.zones.heart_rate_min is 'where each zone begins, beats per minute, from the lowest zone';
comment on column strava.zones.heart_rate_max is 'where each zone ends, beats per minute; -1: it has no end';
comment on column strava.zones.power_min is 'where each zone begins, watts; null without zones of power';
comment on column strava.zones.power_max is 'where each zone ends, watts; -1: it has no end';
comment on column strava.zones.raw is 'the whole answer as Strava sent it, numbers to the last digit';
comment on column strava.zones.sha256 is 'SHA-256 of the answer as sent';
comment on column strava.zones.source is 'where it came from';
comment on column strava.zones.fetched_at is 'when it was received';
comment on column strava.zones.answer is 'gzip of the answer, byte for byte as sent; null in old rows';
comment on column strava.zones.deleted_at is 'when it was found to be gone from Strava; null while it is there';
alter table strava.zones alter column answer set storage external;
create table strava.stats (athlete_id bigint primary key, biggest_ride_distance float8, biggest_climb_elevation_gain float8, recent_ride_totals_count integer, recent_ride_totals_distance float8, recent_ride_totals_moving_time float8, recent_ride_totals_elapsed_time float8, recent_ride_totals_elevation_gain float8, recent_ride_totals_achievement_count integer, recent_run_totals_count integer, recent_run_totals_distance float8, recent_run_totals_moving_time float8, recent_run_totals_elapsed_time float8, recent_run_totals_elevation_gain float8, recent_run_totals_achievement_count integer, recent_swim_totals_count integer, recent_swim_totals_distance float8, recent_swim_totals_moving_time float8, recent_swim_totals_elapsed_time float8, recent_swim_totals_elevation_gain float8, recent_swim_totals_achievement_count integer, ytd_ride_totals_count integer, ytd_ride_totals_distance float8, ytd_ride_totals_moving_time float8, ytd_ride_totals_elapsed_time float8, ytd_ride_totals_elevation_gain float8, ytd_run_totals_count integer, ytd_run_totals_distance float8, ytd_run_totals_moving_time float8, ytd_run_totals_elapsed_time float8, ytd_run_totals_elevation_gain float8, ytd_swim_totals_count integer, ytd_swim_totals_distance float8, ytd_swim_totals_moving_time float8, ytd_swim_totals_elapsed_time float8, ytd_swim_totals_elevation_gain float8, all_ride_totals_count integer, all_ride_totals_distance float8, all_ride_totals_moving_time float8, all_ride_totals_elapsed_time float8, all_ride_totals_elevation_gain float8, all_run_totals_count integer, all_run_totals_distance float8, all_run_totals_moving_time float8, all_run_totals_elapsed_time float8, all_run_totals_elevation_gain float8, all_swim_totals_count integer, all_swim_totals_distance float8, all_swim_totals_moving_time float8, all_swim_totals_elapsed_time float8, all_swim_totals_elevation_gain float8, raw jsonb not null, sha256 text not null, source text not null default 'api', fetched_at timestamptz not null, answer bytea, deleted_at timestamptz);
comment on table strava.stats is 'One row per athlete: Strava''s own totals, of activities that everyone sees.';
comment on column strava.stats.athlete_id is 'athletes.id';
comment on column strava.stats.biggest_ride_distance is 'metres of the longest ride';
comment on column strava.stats.biggest_climb_elevation_gain is 'metres of the highest climb';
comment on column strava.stats.recent_ride_totals_count is 'how many activities, rides of the last four weeks';
comment on column strava.stats.recent_ride_totals_distance is 'metres, rides of the last four weeks';
comment on column strava.stats.recent_ride_totals_moving_time is 'seconds without pauses, rides of the last four weeks';
comment on column strava.stats.recent_ride_totals_elapsed_time is 'seconds from start to end, rides of the last four weeks';
comment on column strava.stats.recent_ride_totals_elevation_gain is 'metres climbed, rides of the last four weeks';
comment on column strava.stats.recent_ride_totals_achievement_count is 'achievements, rides of the last four weeks';
comment on column strava.stats.recent_run_totals_count is 'how many activities, runs of the last four weeks';
comment on column strava.stats.recent_run_totals_distance is 'metres, runs of the last four weeks';
comment on column strava.stats.recent_run_totals_moving_time is 'seconds without pauses, runs of the last four weeks';
comment on column strava.stats.recent_run_totals_elapsed_time is 'seconds from start to end, runs of the last four weeks';
comment on column strava.stats.recent_run_totals_elevation_gain is 'metres climbed, runs of the last four weeks';
comment on column strava.stats.recent_run_totals_achievement_count is 'achievements, runs of the last four weeks';
comment on column strava.stats.recent_swim_totals_count is 'how many activities, swims of the last four weeks';
comment on column strava.stats.recent_swim_totals_distance is 'metres, swims of the last four weeks';
comment on column strava.stats.recent_swim_totals_moving_time is 'seconds without pauses, swims of the last four weeks';
comment on column strava.stats.recent_swim_totals_elapsed_time is 'seconds from start to end, swims of the last four weeks';
comment on column strava.stats.recent_swim_totals_elevation_gain is 'metres climbed, swims of the last four weeks';
comment on column strava.stats.recent_swim_totals_achievement_count is 'achievements, swims of the last four weeks';
comment on column strava.stats.ytd_ride_totals_count is 'how many activities, rides of this year';
comment on column strava.stats.ytd_ride_totals_distance is 'metres, rides of this year';
comment on column strava.stats.ytd_ride_totals_moving_time is 'seconds without pauses, rides of this year';
comment on column strava.stats.ytd_ride_totals_elapsed_time is 'seconds from start to end, rides of this year';
comment on column strava.stats.ytd_ride_totals_elevation_gain is 'metres climbed, rides of this year';
comment on column strava.stats.ytd_run_totals_count is 'how many activities, runs of this year';
comment on column strava.stats.ytd_run_totals_distance is 'metres, runs of this year';
comment on column strava.stats.ytd_run_totals_moving_time is 'seconds without pauses, runs of this year';
comment on column strava.stats.ytd_run_totals_elapsed_time is 'seconds from start to end, runs of this year';
comment on column strava.stats.ytd_run_totals_elevation_gain is 'metres climbed, runs of this year';
comment on column strava.stats.ytd_swim_totals_count is 'how many activities, swims of this year';
comment on column strava.stats.ytd_swim_totals_distance is 'metres, swims of this year';
comment on column strava.stats.ytd_swim_totals_moving_time is 'seconds without pauses, swims of this year';
comment on column strava.stats.ytd_swim_totals_elapsed_time is 'seconds from start to end, swims of this year';
comment on column strava.stats.ytd_swim_totals_elevation_gain is 'metres climbed, swims of this year';
comment on column strava.stats.all_ride_totals_count is 'how many activities, rides of all time';
comment on column strava.stats.all_ride_totals_distance is 'metres, rides of all time';
comment on column strava.stats.all_ride_totals_moving_time is 'seconds without pauses, rides of all time';
comment on column strava.stats.all_ride_totals_elapsed_time is 'seconds from start to end, rides of all time';
comment on column strava.stats.all_ride_totals_elevation_gain is 'metres climbed, rides of all time';
comment on column strava.stats.all_run_totals_count is 'how many activities, runs of all time';
comment on column strava.stats.all_run_totals_distance is 'metres, runs of all time';
comment on column strava.stats.all_run_totals_moving_time is 'seconds without pauses, runs of all time';
comment on column strava.stats.all_run_totals_elapsed_time is 'seconds from start to end, runs of all time';
comment on column strava.stats.all_run_totals_elevation_gain is 'metres climbed, runs of all time';
comment on column strava.stats.all_swim_totals_count is 'how many activities, swims of all time';
comment on column strava.stats.all_swim_totals_distance is 'metres, swims of all time';
comment on column strava.stats.all_swim_totals_moving_time is 'seconds without pauses, swims of all time';
comment on column strava.stats.all_swim_totals_elapsed_time is 'seconds from start to end, swims of all time';
comment on column strava.stats.all_swim_totals_elevation_gain is 'metres climbed, swims of all time';
comment on column strava.stats.raw is 'the whole answer as Strava sent it, numbers to the last digit';
comment on column strava.stats.sha256 is 'SHA-256 of the answer as sent';
comment on column strava.stats.source is 'where it came from';
comment on column strava.stats.fetched_at is 'when it was received';
comment on column strava.stats.answer is 'gzip of the answer, byte for byte as sent; null in old rows';
comment on column strava.stats.deleted_at is 'when it was found to be gone from Strava; null while it is there';
alter table strava.stats alter column answer set storage external;
create table strava.gear (id text primary key, athlete_id bigint not null, resource_state integer, is_primary boolean, name text, nickname text, retired boolean, distance float8, converted_distance float8, brand_name text, model_name text, frame_type integer, weight float8, description text, notification_distance float8, raw jsonb not null, sha256 text not null, source text not null default 'api', fetched_at timestamptz not null, answer bytea, deleted_at timestamptz);
comment on table strava.gear is 'One row per bike or pair of shoes. Names and units are Strava''s own.';
comment on column strava.gear.id is 'Strava''s id: activities.gear_id';
comment on column strava.gear.athlete_id is 'whose it is: athletes.id';
comment on column strava.gear.resource_state is 'how much Strava told: 2 summary, 3 detail';
comment on column strava.gear.is_primary is 'whether it is the athlete''s default';
comment on column strava.gear.name is 'name';
comment on column strava.gear.nickname is 'what the athlete calls it';
comment on column strava.gear.retired is 'whether it is no longer used';
comment on column strava.gear.distance is 'metres it has been used for';
comment on column strava.gear.converted_distance is 'the same in the athlete''s unit, km or miles';
comment on column strava.gear.brand_name is 'brand';
comment on column strava.gear.model_name is 'model';
comment on column strava.gear.frame_type is 'of bikes: 1 mountain, 2 cross, 3 road, 4 time trial, 5 gravel';
comment on column strava.gear.weight is 'kilograms';
comment on column strava.gear.description is 'what the athlete wrote of it';
comment on column strava.gear.notification_distance is 'distance at which Strava reminds of its age';
comment on column strava.gear.raw is 'the whole answer as Strava sent it, numbers to the last digit';
comment on column strava.gear.sha256 is 'SHA-256 of the answer as sent';
comment on column strava.gear.source is 'where it came from';
comment on column strava.gear.fetched_at is 'when it was received';
comment on column strava.gear.answer is 'gzip of the answer, byte for byte as sent; null in old rows';
comment on column strava.gear.deleted_at is 'when it was found to be gone from Strava; null while it is there';
alter table strava.gear alter column answer set storage external;
create table strava.missing (athlete_id bigint not null, activity_id bigint not null, resource text not null, status text not null, reason text not null, primary key (activity_id,resource));
comment on table strava.missing is 'One row for each answer about an activity that there is not, and why. What is not here and has no row has not been asked for yet.';
comment on column strava.missing.athlete_id is 'whose it is: athletes.id';
comment on column strava.missing.activity_id is 'activities.id';
comment on column strava.missing.resource is 'activities, details or streams';
comment on column strava.missing.status is 'absent: Strava has none; quarantined: it failed again and again; skipped: Strava does not let us';
comment on column strava.missing.reason is 'in words';
create table strava.paceline_projection (name text primary key, version integer not null);
comment on table strava.paceline_projection is 'One row per table: by which version of our columns its rows were made out of their answers.';
comment on column strava.paceline_projection.name is 'the table';
comment on column strava.paceline_projection.version is 'the version';
insert into strava.paceline_projection values ('strava.athletes', 1);
insert into strava.paceline_projection values ('strava.zones', 1);
insert into strava.paceline_projection values ('strava.stats', 1);
insert into strava.paceline_projection values ('strava.gear', 1);
insert into strava.paceline_projection values ('strava.activities', 1);
insert into strava.paceline_projection values ('strava.details', 1);
insert into strava.paceline_projection values ('strava.streams', 1);
create or replace view strava.v_activities as select (a.athlete_id)::bigint as athlete_id, (a.id)::bigint as activity_id, (a.name)::text as name, (a.sport_type)::text as sport_type, (a.start_date)::timestamptz as started_at, (coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second'))::timestamp as started_at_local, (coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second'))::date as activity_date, (round((a.distance / 1000)::numeric, 2)::float8)::float8 as distance_km, (round((a.moving_time / 3600.0)::numeric, 2)::float8)::float8 as moving_h, (a.total_elevation_gain)::float8 as elevation_m, (case when a.sport_type in ('Run', 'TrailRun', 'VirtualRun', 'Walk', 'Hike') then case when a.distance > 0 then make_interval(secs => round(a.moving_time / (a.distance / 1000))) end end)::interval as pace_per_km, (round((a.distance / nullif(a.moving_time, 0) * 3.6)::numeric, 1)::float8)::float8 as speed_kmh, (round((a.average_heartrate)::numeric, 0)::float8)::float8 as heartrate_bpm, (round((a.average_watts)::numeric, 0)::float8)::float8 as power_w, ('https://www.strava.com/activities/' || a.id)::text as url, (round((a.elapsed_time / 3600.0)::numeric, 2)::float8)::float8 as elapsed_h, (case when a.sport_type in ('Run', 'TrailRun', 'VirtualRun', 'Walk', 'Hike') then round((a.moving_time / 60.0 / (nullif(a.distance, 0) / 1000))::numeric, 2)::float8 end)::float8 as pace_min_per_km, (case when a.sport_type = 'Swim' and a.distance > 0 then make_interval(secs => round(a.moving_time / (a.distance / 100))) end)::interval as pace_per_100m, (nullif(regexp_replace(a.timezone, '^\(.*\) *', ''), ''))::text as time_zone, (a.utc_offset / 3600)::float8 as utc_offset_h, (g.name)::text as gear, (a.suffer_score)::float8 as relative_effort, (d.calories)::float8 as calories_kcal, (s.activity_id is not null)::boolean as has_streams from strava.activities a
  left join strava.gear g on g.id = a.gear_id and g.athlete_id = a.athlete_id
  left join strava.details d on d.activity_id = a.id and d.deleted_at is null
  left join strava.streams s on s.activity_id = a.id and s.deleted_at is null
  where a.deleted_at is null;
comment on view strava.v_activities is 'One row per activity, in everyday units; deleted ones are left out.';
comment on column strava.v_activities.athlete_id is 'athletes.id';
comment on column strava.v_activities.activity_id is 'activities.id';
comment on column strava.v_activities.name is 'title';
comment on column strava.v_activities.sport_type is 'sport';
comment on column strava.v_activities.started_at is 'start';
comment on column strava.v_activities.started_at_local is 'start, as the clock showed it there; 00:00:01 where the athlete hides it';
comment on column strava.v_activities.activity_date is 'local day of the start';
comment on column strava.v_activities.distance_km is 'kilometres';
comment on column strava.v_activities.moving_h is 'hours without pauses';
comment on column strava.v_activities.elevation_m is 'metres climbed';
comment on column strava.v_activities.pace_per_km is 'moving time per kilometre, of foot sports only';
comment on column strava.v_activities.speed_kmh is 'kilometres per hour, without pauses';
comment on column strava.v_activities.heartrate_bpm is 'mean heart rate in beats per minute';
comment on column strava.v_activities.power_w is 'mean power in watts';
comment on column strava.v_activities.url is 'where Strava shows it';
comment on column strava.v_activities.elapsed_h is 'hours with pauses';
comment on column strava.v_activities.pace_min_per_km is 'moving minutes per kilometre as a number (5.5 is 5:30), of foot sports only';
comment on column strava.v_activities.pace_per_100m is 'moving time per 100 metres, of swims only';
comment on column strava.v_activities.time_zone is 'time zone of the start, such as Europe/Paris';
comment on column strava.v_activities.utc_offset_h is 'hours that local time was ahead of UTC, with daylight saving';
comment on column strava.v_activities.gear is 'name of the bike or the shoes';
comment on column strava.v_activities.relative_effort is 'relative effort (Strava''s points, no unit)';
comment on column strava.v_activities.calories_kcal is 'kilocalories; out of the details of activities: null until --with details';
comment on column strava.v_activities.has_streams is 'whether its samples are in streams';
create or replace view strava.v_daily as select (a.athlete_id)::bigint as athlete_id, (a.local::date)::date as day, (a.sport_type)::text as sport_type, (count(*))::integer as activities, (coalesce(round((sum(a.distance / 1000))::numeric, 2)::float8, 0))::float8 as distance_km, (coalesce(round((sum(a.moving_time / 3600.0))::numeric, 2)::float8, 0))::float8 as moving_h, (coalesce(round((sum(a.elapsed_time / 3600.0))::numeric, 2)::float8, 0))::float8 as elapsed_h, (coalesce(round((sum(a.total_elevation_gain))::numeric, 0)::float8, 0))::float8 as elevation_m, (sum(a.suffer_score))::float8 as relative_effort from (
  select a.id, a.athlete_id, a.sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, a.suffer_score
  from strava.activities a where a.deleted_at is null
) a where a.local is not null
  group by a.athlete_id, a.local::date, a.sport_type;
comment on view strava.v_daily is 'One row per athlete, local day and sport; days without the sport are left out.';
comment on column strava.v_daily.athlete_id is 'athletes.id';
comment on column strava.v_daily.day is 'local day of the start';
comment on column strava.v_daily.sport_type is 'sport';
comment on column strava.v_daily.activities is 'how many activities';
comment on column strava.v_daily.distance_km is 'kilometres';
comment on column strava.v_daily.moving_h is 'hours without pauses';
comment on column strava.v_daily.elapsed_h is 'hours with pauses';
comment on column strava.v_daily.elevation_m is 'metres climbed';
comment on column strava.v_daily.relative_effort is 'relative effort (Strava''s points, no unit); null where Strava gave none';
create or replace view strava.v_weekly as select (w.athlete_id)::bigint as athlete_id, (w.week)::date as week, (s.sport_type)::text as sport_type, (count(a.id))::bigint as activities, (coalesce(round((sum(a.distance / 1000))::numeric, 1)::float8, 0))::float8 as distance_km, (coalesce(round((sum(a.moving_time / 3600.0))::numeric, 2)::float8, 0))::float8 as moving_h, (coalesce(round((sum(a.total_elevation_gain))::numeric, 0)::float8, 0))::float8 as elevation_m, (coalesce(round((sum(a.elapsed_time / 3600.0))::numeric, 2)::float8, 0))::float8 as elapsed_h, (sum(a.suffer_score))::float8 as relative_effort from (
    select athlete_id, generate_series(
      date_trunc('week', min(local)), date_trunc('week', max(local)), interval '1 week'
    )::date as week from (
  select a.id, a.athlete_id, a.sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, a.suffer_score
  from strava.activities a where a.deleted_at is null
) a group by athlete_id
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
comment on view strava.v_weekly is 'One row per athlete, week (from Monday) and sport; weeks without training are zeros.';
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
    select n.athlete_id, n.day::date as day, extract(year from n.day)::integer as year
    from (
      select athlete_id,
        generate_series(date_trunc('year', min(local)), max(local), interval '1 day') as day
      from (
  select a.id, a.athlete_id, a.sport_type, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local, a.distance, a.moving_time,
    a.elapsed_time, a.total_elevation_gain, a.suffer_score
  from strava.activities a where a.deleted_at is null
) a group by athlete_id
    ) n
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
create or replace view strava.v_stream_points as select (s.activity_id)::bigint as activity_id, (s.athlete_id)::bigint as athlete_id, (p.o - 1)::integer as idx, (a.start_date + p.t_s * interval '1 second')::timestamptz as time, (p.t_s)::integer as t_s, (p.distance_m)::float8 as distance_m, (p.lat)::float8 as lat, (p.lng)::float8 as lng, (p.altitude_m)::float8 as altitude_m, (p.speed_mps)::float8 as speed_mps, (p.heartrate_bpm)::integer as heartrate_bpm, (p.cadence_rpm)::float8 as cadence_rpm, (p.power_w)::integer as power_w, (p.temp_c)::integer as temp_c, (p.moving)::boolean as moving, (p.grade_pct)::float8 as grade_pct, (a.start_date)::timestamptz as started_at, (a.sport_type)::text as sport_type from strava.streams s
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
create or replace view strava.v_best_efforts as select (e.athlete_id)::bigint as athlete_id, (e.activity_id)::bigint as activity_id, (e.id)::bigint as effort_id, (e.name)::text as effort, (e.distance)::float8 as distance_m, (e.elapsed_time)::integer as elapsed_s, (case when e.distance > 0 then make_interval(secs => round(e.elapsed_time / (e.distance / 1000))) end)::interval as pace_per_km, (round((e.elapsed_time / 60.0 / (nullif(e.distance, 0) / 1000))::numeric, 2)::float8)::float8 as pace_min_per_km, (rank() over (partition by e.athlete_id, e.name order by e.elapsed_time))::integer as rank, (coalesce(e.elapsed_time < min(e.elapsed_time) over before, e.elapsed_time is not null))::boolean as was_record, (e.local)::date as activity_date, (e.activity_name)::text as activity_name, (e.sport_type)::text as sport_type, ('https://www.strava.com/activities/' || e.activity_id)::text as url from (
    select distinct on (b.activity_id, b.name, b.id, b.elapsed_time)
      b.athlete_id, b.activity_id, b.id, b.name, b.distance, b.elapsed_time, b.position,
      a.name as activity_name, a.sport_type, a.start_date, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local
    from strava.best_efforts b
    left join strava.activities a on a.id = b.activity_id
    left join strava.details d on d.activity_id = b.activity_id
    where a.deleted_at is null and d.deleted_at is null
    order by b.activity_id, b.name, b.id, b.elapsed_time, b.position
  ) e
  window before as (
    partition by e.athlete_id, e.name order by e.start_date, e.activity_id, e.position
    rows between unbounded preceding and 1 preceding
  );
comment on view strava.v_best_efforts is 'One row per run and length: the fastest kilometre, mile, … in it, as Strava found it. Out of the details of activities: empty until --with details.';
comment on column strava.v_best_efforts.athlete_id is 'athletes.id';
comment on column strava.v_best_efforts.activity_id is 'activities.id';
comment on column strava.v_best_efforts.effort_id is 'Strava''s id of the effort';
comment on column strava.v_best_efforts.effort is 'name of the length, such as 5K';
comment on column strava.v_best_efforts.distance_m is 'metres';
comment on column strava.v_best_efforts.elapsed_s is 'seconds with pauses: what counts';
comment on column strava.v_best_efforts.pace_per_km is 'elapsed time per kilometre';
comment on column strava.v_best_efforts.pace_min_per_km is 'elapsed minutes per kilometre as a number (5.5 is 5:30)';
comment on column strava.v_best_efforts.rank is 'place among the athlete''s efforts of this length; 1 is the fastest';
comment on column strava.v_best_efforts.was_record is 'whether it was the fastest until then, the first one too';
comment on column strava.v_best_efforts.activity_date is 'local day of the start of the activity';
comment on column strava.v_best_efforts.activity_name is 'title of the activity';
comment on column strava.v_best_efforts.sport_type is 'sport';
comment on column strava.v_best_efforts.url is 'where Strava shows the activity';
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
        where bpm > 0 and t - before between 1 and 30
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
create or replace view strava.v_coverage as select (i.athlete_id)::bigint as athlete_id, (i.year)::integer as year, (count(*))::integer as listed, (count(*) filter (where s.activity_id is not null))::integer as with_streams, (count(*) filter (where s.activity_id is null and ms.status = 'absent'))::integer as streams_absent, (count(*) filter (where s.activity_id is null and ms.status = 'quarantined'))::integer as streams_quarantined, (count(*) filter (where s.activity_id is null and ms.status = 'skipped'))::integer as streams_skipped, (count(*) filter (where s.activity_id is null and ms.status is null))::integer as streams_to_fetch, (count(*) filter (where d.activity_id is not null))::integer as with_details, (count(*) filter (where d.activity_id is null and md.status = 'absent'))::integer as details_absent, (count(*) filter (where d.activity_id is null and md.status = 'quarantined'))::integer as details_quarantined, (count(*) filter (where d.activity_id is null and md.status = 'skipped'))::integer as details_skipped, (count(*) filter (where d.activity_id is null and md.status is null))::integer as details_to_fetch, (min(i.local))::date as first_date, (max(i.local))::date as last_date from (
    select a.athlete_id, a.id, coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second') as local,
      extract(year from coalesce(a.start_date_local, a.start_date at time zone 'UTC' + coalesce(a.utc_offset, 0) * interval '1 second'))::integer as year
    from strava.activities a where a.deleted_at is null
    union all
    select o.athlete_id, o.id, null, null from (
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
  group by i.athlete_id, i.year;
comment on view strava.v_coverage is 'One row per athlete and local year: how many activities, and how many of them are complete. A row without year counts what came without its activity.';
comment on column strava.v_coverage.athlete_id is 'athletes.id';
comment on column strava.v_coverage.year is 'local year of the start; null: not known';
comment on column strava.v_coverage.listed is 'how many activities, without deleted ones';
comment on column strava.v_coverage.with_streams is 'how many have samples here';
comment on column strava.v_coverage.streams_absent is 'for how many Strava has no samples';
comment on column strava.v_coverage.streams_quarantined is 'for how many samples failed and will be tried again';
comment on column strava.v_coverage.streams_skipped is 'for how many samples may not be asked for';
comment on column strava.v_coverage.streams_to_fetch is 'how many have neither samples nor a reason in missing';
comment on column strava.v_coverage.with_details is 'how many have details here';
comment on column strava.v_coverage.details_absent is 'for how many Strava has no details';
comment on column strava.v_coverage.details_quarantined is 'for how many details failed and will be tried again';
comment on column strava.v_coverage.details_skipped is 'for how many details may not be asked for';
comment on column strava.v_coverage.details_to_fetch is 'how many have neither details nor a reason in missing';
comment on column strava.v_coverage.first_date is 'local day of the first one';
comment on column strava.v_coverage.last_date is 'local day of the last one';
