create schema strava;
create table strava.paceline_migrations (
  migration_id integer not null,
  created_at timestamp with time zone not null default now(),
  name text not null,
  constraint paceline_migrations_pkey PRIMARY KEY (migration_id)
);
insert into strava.paceline_migrations (migration_id, created_at, name) values ('1', '2026-11-24 00:03:21.627+00', 'first');
create table strava.athletes (
  id bigint not null,
  username text,
  resource_state integer,
  firstname text,
  lastname text,
  bio text,
  city text,
  state text,
  country text,
  sex text,
  premium boolean,
  summit boolean,
  created_at timestamp with time zone,
  updated_at timestamp with time zone,
  weight double precision,
  ftp double precision,
  measurement_preference text,
  date_preference text,
  follower_count integer,
  friend_count integer,
  profile_medium text,
  profile text,
  raw jsonb not null,
  sha256 text not null,
  source text not null default 'api'::text,
  fetched_at timestamp with time zone not null,
  constraint athletes_pkey PRIMARY KEY (id)
);
insert into strava.athletes (id, username, resource_state, firstname, lastname, bio, city, state, country, sex, premium, summit, created_at, updated_at, weight, ftp, measurement_preference, date_preference, follower_count, friend_count, profile_medium, profile, raw, sha256, source, fetched_at) values ('4100001', 'mara_synthetic', '3', 'Mara', 'Muster 🏃', 'I do not exist.', 'Nirgendwo', 'Bayern', '', 'F', 'true', 'true', '2021-04-29 06:32:49+00', '2026-11-15 00:00:00+00', '61.4', '245', 'meters', '%d/%m/%Y', '42', '37', 'https://example.invalid/athlete/medium.jpg', 'https://example.invalid/athlete/large.jpg', E'{"id": 4100001, "bio": "I do not exist.", "ftp": 245, "sex": "F", "city": "Nirgendwo", "bikes": [{"id": "b7190031", "name": "Rennrad", "primary": true, "retired": false, "distance": 0, "nickname": "", "resource_state": 2, "converted_distance": 0.0}, {"id": "b9420177", "name": "Gravel \\"Mud\\" 40", "primary": false, "retired": false, "distance": 0, "nickname": "", "resource_state": 2, "converted_distance": 0.0}], "clubs": [{"id": 900001, "url": "unauffindbar", "city": "Nirgendwo", "name": "Verein der Unauffindbaren", "admin": false, "owner": false, "state": "", "country": "", "private": false, "profile": "https://example.invalid/club/large.png", "featured": false, "verified": false, "dimensions": ["distance", "num_activities"], "membership": "member", "sport_type": "running", "cover_photo": null, "member_count": 12, "activity_types": ["Run", "Ride"], "profile_medium": "https://example.invalid/club/medium.png", "resource_state": 2, "cover_photo_small": null, "activity_types_icon": "sports_run_normal", "localized_sport_type": "Laufen"}], "shoes": [{"id": "g8812040", "name": "Wolke 2", "primary": true, "retired": true, "distance": 17200, "nickname": "", "resource_state": 2, "converted_distance": 17.2}, {"id": "g10490213", "name": "Wolke 3", "primary": false, "retired": true, "distance": 0, "nickname": "", "resource_state": 2, "converted_distance": 0.0}, {"id": "g14022977", "name": "Wolke 4, blue", "primary": false, "retired": true, "distance": 8600, "nickname": "", "resource_state": 2, "converted_distance": 8.6}, {"id": "g18270505", "name": "Wolke 5", "primary": false, "retired": false, "distance": 8600, "nickname": "", "resource_state": 2, "converted_distance": 8.6}, {"id": "g12380161", "name": "Pfad 1", "primary": false, "retired": false, "distance": 0, "nickname": "", "resource_state": 2, "converted_distance": 0.0}], "state": "Bayern", "friend": null, "summit": true, "weight": 61.4, "blocked": false, "country": "", "premium": true, "profile": "https://example.invalid/athlete/large.jpg", "follower": null, "lastname": "Muster 🏃", "username": "mara_synthetic", "firstname": "Mara", "can_follow": true, "created_at": "2021-04-29T06:32:49Z", "updated_at": "2026-11-15T00:00:00Z", "athlete_type": 1, "friend_count": 37, "badge_type_id": 1, "follower_count": 42, "profile_medium": "https://example.invalid/athlete/medium.jpg", "resource_state": 3, "date_preference": "%d/%m/%Y", "mutual_friend_count": 0, "postable_clubs_count": 1, "measurement_preference": "meters"}', '9fd35e63d57a2b51f95a5ffa58638918119fa149d18a99f202bbd04243191e90', 'api', '2026-11-24 00:03:21.898+00');
create table strava.activities (
  id bigint not null,
  athlete_id bigint not null,
  resource_state integer,
  name text,
  distance double precision,
  moving_time integer,
  elapsed_time integer,
  total_elevation_gain double precision,
  type text,
  sport_type text,
  workout_type integer,
  device_name text,
  start_date timestamp with time zone,
  start_date_local timestamp without time zone,
  timezone text,
  utc_offset double precision,
  location_city text,
  location_state text,
  location_country text,
  achievement_count integer,
  kudos_count integer,
  comment_count integer,
  athlete_count integer,
  photo_count integer,
  map_id text,
  map_summary_polyline text,
  trainer boolean,
  commute boolean,
  manual boolean,
  private boolean,
  visibility text,
  flagged boolean,
  gear_id text,
  start_latlng double precision[],
  end_latlng double precision[],
  average_speed double precision,
  max_speed double precision,
  average_cadence double precision,
  average_temp double precision,
  average_watts double precision,
  max_watts double precision,
  weighted_average_watts double precision,
  kilojoules double precision,
  device_watts boolean,
  has_heartrate boolean,
  average_heartrate double precision,
  max_heartrate double precision,
  heartrate_opt_out boolean,
  display_hide_heartrate_option boolean,
  elev_high double precision,
  elev_low double precision,
  upload_id bigint,
  upload_id_str text,
  external_id text,
  from_accepted_tag boolean,
  pr_count integer,
  total_photo_count integer,
  has_kudoed boolean,
  suffer_score double precision,
  raw jsonb not null,
  sha256 text not null,
  source text not null default 'api'::text,
  fetched_at timestamp with time zone not null,
  constraint activities_pkey PRIMARY KEY (id)
);
CREATE INDEX activities_start_date_idx ON strava.activities USING btree (start_date);
CREATE INDEX activities_sport_type_idx ON strava.activities USING btree (sport_type, start_date_local);
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at) values ('10060361114', '4100001', '2', 'Morning Walk', '7700.8', '5448', '5448', '27', 'Walk', 'Walk', NULL, NULL, '2023-03-30 04:15:59+00', '2023-03-30 06:15:59', '(GMT+01:00) Europe/Berlin', '7200', NULL, NULL, NULL, '0', '1', '0', '1', '0', 'a10060361114', E'_ielHwc~|@ObCO|Bu@pBwAb@oA?wABiAd@o@zBc@bCYvB_@xB]lBk@`Co@xBiAn@uAOmAg@yAKyACwABwABcAgAeAoAkA}@yAQwAGmASwACwAI{ACwAGq@`AEdCYvBwAn@yA@qAKuAAiAh@OjCIhCMzBL{ANmCGyBVwBz@eB|@aB`AmBl@aBj@kB^yBLaCy@uAyACwAUuAc@y@yAf@iCXyBj@sBf@gBh@qBp@aCh@oBx@iBn@{A^uBw@sAuASqAY}ADgAlAWvBW|BQvB]hC[bC]zBeAr@iAy@qAw@s@aBZuBb@}B`@kCTuB\\{BRyBV_C~@qBx@{A|@wAnAGtAJ|AHrA\\tAZlA\\tAHzAFrAb@tAC^gBf@qBh@}B\\_Cd@cC`@iBp@gBv@gBt@mB|@qBhABlAv@lAv@vAV|A@lAIZwBNwBpAi@|A?rATtAFnA?vAW|AStADtANjAt@tAXZzAi@rB[tBo@dCq@jBo@fBg@nBZbBlAXtAItAYVzA_@lB{@tB^xArAVxARp@hAo@|B_@|B[fC]tBe@fBi@zBa@xBo@`Ce@pB', 'false', 'false', 'false', 'false', 'everyone', 'false', NULL, '{49.348158,10.153723}', '{49.348183,10.153684}', '1.414', '1.722', '55.2', '5', NULL, NULL, NULL, NULL, NULL, 'true', '96', '100', 'false', 'true', '443', '423.8', '10724354023', '10724354023', '10724354023.fit', 'false', '0', '0', 'false', '0', E'{"id": 10060361114, "map": {"id": "a10060361114", "resource_state": 2, "summary_polyline": "_ielHwc~|@ObCO|Bu@pBwAb@oA?wABiAd@o@zBc@bCYvB_@xB]lBk@`Co@xBiAn@uAOmAg@yAKyACwABwABcAgAeAoAkA}@yAQwAGmASwACwAI{ACwAGq@`AEdCYvBwAn@yA@qAKuAAiAh@OjCIhCMzBL{ANmCGyBVwBz@eB|@aB`AmBl@aBj@kB^yBLaCy@uAyACwAUuAc@y@yAf@iCXyBj@sBf@gBh@qBp@aCh@oBx@iBn@{A^uBw@sAuASqAY}ADgAlAWvBW|BQvB]hC[bC]zBeAr@iAy@qAw@s@aBZuBb@}B`@kCTuB\\\\{BRyBV_C~@qBx@{A|@wAnAGtAJ|AHrA\\\\tAZlA\\\\tAHzAFrAb@tAC^gBf@qBh@}B\\\\_Cd@cC`@iBp@gBv@gBt@mB|@qBhABlAv@lAv@vAV|A@lAIZwBNwBpAi@|A?rATtAFnA?vAW|AStADtANjAt@tAXZzAi@rB[tBo@dCq@jBo@fBg@nBZbBlAXtAItAYVzA_@lB{@tB^xArAVxARp@hAo@|B_@|B[fC]tBe@fBi@zBa@xBo@`Ce@pB"}, "name": "Morning Walk", "type": "Walk", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": null, "private": false, "trainer": false, "distance": 7700.8, "elev_low": 423.8, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "elev_high": 443.0, "max_speed": 1.722, "upload_id": 10724354023, "end_latlng": [49.348183, 10.153684], "has_kudoed": false, "sport_type": "Walk", "start_date": "2023-03-30T04:15:59Z", "utc_offset": 7200.0, "visibility": "everyone", "external_id": "10724354023.fit", "kudos_count": 1, "moving_time": 5448, "photo_count": 0, "average_temp": 5, "elapsed_time": 5448, "start_latlng": [49.348158, 10.153723], "suffer_score": 0.0, "athlete_count": 1, "average_speed": 1.414, "comment_count": 0, "has_heartrate": true, "location_city": null, "max_heartrate": 100.0, "upload_id_str": "10724354023", "location_state": null, "resource_state": 2, "average_cadence": 55.2, "location_country": null, "start_date_local": "2023-03-30T06:15:59Z", "achievement_count": 0, "average_heartrate": 96.0, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 27.0, "display_hide_heartrate_option": true}', 'fdaf26db1987d9f99bea3243ee472f98b85862c104a7f895fbeb0fcd4670102a', 'api', '2026-11-24 00:03:22.016+00');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at) values ('13161866576', '4100001', '2', 'Morning Weight Training', '0', '2739', '2739', '0', 'WeightTraining', 'WeightTraining', '30', NULL, '2024-07-13 07:10:31+00', '2024-07-13 09:10:31', '(GMT+01:00) Europe/Berlin', '7200', NULL, NULL, NULL, '0', '1', '0', '1', '0', 'a13161866576', '', 'false', 'false', 'false', 'false', 'everyone', 'false', NULL, '{}', '{}', '0', '0', NULL, '20', NULL, NULL, NULL, NULL, NULL, 'true', '109.2', '122', 'false', 'true', NULL, NULL, '14030549950', '14030549950', 'uhrwerk_push_14030549950', 'false', '0', '0', 'false', '3', '{"id": 13161866576, "map": {"id": "a13161866576", "resource_state": 2, "summary_polyline": ""}, "name": "Morning Weight Training", "type": "WeightTraining", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": null, "private": false, "trainer": false, "distance": 0.0, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "max_speed": 0.0, "upload_id": 14030549950, "end_latlng": [], "has_kudoed": false, "sport_type": "WeightTraining", "start_date": "2024-07-13T07:10:31Z", "utc_offset": 7200.0, "visibility": "everyone", "external_id": "uhrwerk_push_14030549950", "kudos_count": 1, "moving_time": 2739, "photo_count": 0, "average_temp": 20, "elapsed_time": 2739, "start_latlng": [], "suffer_score": 3.0, "workout_type": 30, "athlete_count": 1, "average_speed": 0.0, "comment_count": 0, "has_heartrate": true, "location_city": null, "max_heartrate": 122.0, "upload_id_str": "14030549950", "location_state": null, "resource_state": 2, "location_country": null, "start_date_local": "2024-07-13T09:10:31Z", "achievement_count": 0, "average_heartrate": 109.2, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 0.0, "display_hide_heartrate_option": true}', '60ffa1b473ea93b88a640d3837cce91f9ca1052cc69b24fa68ee54d07d582719', 'api', '2026-11-24 00:03:22.016+00');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at) values ('13925723923', '4100001', '2', 'L''étape d''après; "bonk" at km 60', '14558.4', '4653', '4653', '68.6', 'Run', 'Run', '0', NULL, '2024-11-06 06:01:29+00', '2024-11-06 07:01:29', '(GMT+01:00) Europe/Berlin', '3600', NULL, NULL, NULL, '0', '7', '0', '1', '0', 'a13925723923', E'evelHyv}|@bDChD[nCbBrCrAhDOdB_DrAeF`AoFv@aFjAmFpAwEz@yEjAkFdByD|BqChDR|CV~BKu@bFExFzCnApC{AnAiE|A_FjAeFz@}EV{FxC}@vCa@`DjArC~AbDVfDf@pCdBxC~ApCtBOdFu@bE|ClAvCjAhDX~Cl@zB`DbD|@|C\\lB`BoAjEnAvDpCvB|CvAa@jFmCbAq@GtCd@[fFk@pFu@vFc@bFsA~EiAfF{A`EmAlFs@rFs@`FwAbFy@`Fc@jFy@xF_A|Ei@tFm@`GaAvE_@vFM~FMjFkAfFWtFCrFe@bGaCxA{Cw@gDQsBz@c@lFcDFqCkB{CuA{CE@nFd@jFdCnCrAbEYbGcCw@cCoCgD@}CFsCaB}C{AsC}AyAlCuAzCwCuAcDo@gDG{C]sC_BOyFgA}EaDmAo@|DRvFYdGaAxEGnFo@|E{CCeDEeDs@}C]iDB}A{AhAsFn@gFj@wFHcGe@iFL_GA}FDoFI_G}CRgDJwCcAeDWeDt@BsFAqFH{FiByCyCsAN}FfBmDzCCrAiD^uFn@eFb@eGz@gFz@cFb@cGd@aF|AeEl@{FZiFfAiFjAmFr@cF`AqF', 'false', 'false', 'false', 'false', 'everyone', 'false', 'g14022977', '{49.350269,10.151647}', '{49.350254,10.15167}', '3.129', '3.952', '84.2', NULL, NULL, NULL, NULL, NULL, NULL, 'false', NULL, NULL, 'false', 'false', '444.7', '428', '14844824367', '14844824367', 'uhrwerk_push_14844824367', 'false', '0', '0', 'false', NULL, E'{"id": 13925723923, "map": {"id": "a13925723923", "resource_state": 2, "summary_polyline": "evelHyv}|@bDChD[nCbBrCrAhDOdB_DrAeF`AoFv@aFjAmFpAwEz@yEjAkFdByD|BqChDR|CV~BKu@bFExFzCnApC{AnAiE|A_FjAeFz@}EV{FxC}@vCa@`DjArC~AbDVfDf@pCdBxC~ApCtBOdFu@bE|ClAvCjAhDX~Cl@zB`DbD|@|C\\\\lB`BoAjEnAvDpCvB|CvAa@jFmCbAq@GtCd@[fFk@pFu@vFc@bFsA~EiAfF{A`EmAlFs@rFs@`FwAbFy@`Fc@jFy@xF_A|Ei@tFm@`GaAvE_@vFM~FMjFkAfFWtFCrFe@bGaCxA{Cw@gDQsBz@c@lFcDFqCkB{CuA{CE@nFd@jFdCnCrAbEYbGcCw@cCoCgD@}CFsCaB}C{AsC}AyAlCuAzCwCuAcDo@gDG{C]sC_BOyFgA}EaDmAo@|DRvFYdGaAxEGnFo@|E{CCeDEeDs@}C]iDB}A{AhAsFn@gFj@wFHcGe@iFL_GA}FDoFI_G}CRgDJwCcAeDWeDt@BsFAqFH{FiByCyCsAN}FfBmDzCCrAiD^uFn@eFb@eGz@gFz@cFb@cGd@aF|AeEl@{FZiFfAiFjAmFr@cF`AqF"}, "name": "L''étape d''après; \\"bonk\\" at km 60", "type": "Run", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": "g14022977", "private": false, "trainer": false, "distance": 14558.4, "elev_low": 428.0, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "elev_high": 444.7, "max_speed": 3.952, "upload_id": 14844824367, "end_latlng": [49.350254, 10.15167], "has_kudoed": false, "sport_type": "Run", "start_date": "2024-11-06T06:01:29Z", "utc_offset": 3600.0, "visibility": "everyone", "external_id": "uhrwerk_push_14844824367", "kudos_count": 7, "moving_time": 4653, "photo_count": 0, "elapsed_time": 4653, "start_latlng": [49.350269, 10.151647], "workout_type": 0, "athlete_count": 1, "average_speed": 3.129, "comment_count": 0, "has_heartrate": false, "location_city": null, "upload_id_str": "14844824367", "location_state": null, "resource_state": 2, "average_cadence": 84.2, "location_country": null, "start_date_local": "2024-11-06T07:01:29Z", "achievement_count": 0, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 68.6, "display_hide_heartrate_option": false}', '1cd5c44499b2c22085d3dd12366e18a23a2d5a51c9a28cde3e96423f1695f63d', 'api', '2026-11-24 00:03:22.016+00');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at) values ('16562479556', '4100001', '2', 'Evening Weight Training', '0', '2652', '2652', '0', 'WeightTraining', 'WeightTraining', '30', 'Paceline Phone App', '2025-12-11 16:20:53+00', '2025-12-11 17:20:53', '(GMT+01:00) Europe/Berlin', '3600', NULL, NULL, NULL, '0', '3', '0', '1', '0', 'a16562479556', '', 'false', 'false', 'false', 'true', 'only_me', 'false', NULL, '{}', '{}', '0', '0', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'true', '105.2', '116', 'false', 'true', NULL, NULL, '17655606592', '17655606592', 'uhrwerk_push_17655606592', 'false', '0', '5', 'false', '1', '{"id": 16562479556, "map": {"id": "a16562479556", "resource_state": 2, "summary_polyline": ""}, "name": "Evening Weight Training", "type": "WeightTraining", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": null, "private": true, "trainer": false, "distance": 0.0, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "max_speed": 0.0, "upload_id": 17655606592, "end_latlng": [], "has_kudoed": false, "sport_type": "WeightTraining", "start_date": "2025-12-11T16:20:53Z", "utc_offset": 3600.0, "visibility": "only_me", "device_name": "Paceline Phone App", "external_id": "uhrwerk_push_17655606592", "kudos_count": 3, "moving_time": 2652, "photo_count": 0, "elapsed_time": 2652, "start_latlng": [], "suffer_score": 1.0, "workout_type": 30, "athlete_count": 1, "average_speed": 0.0, "comment_count": 0, "has_heartrate": true, "location_city": null, "max_heartrate": 116.0, "upload_id_str": "17655606592", "location_state": null, "resource_state": 2, "location_country": null, "start_date_local": "2025-12-11T17:20:53Z", "achievement_count": 0, "average_heartrate": 105.2, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 5, "total_elevation_gain": 0.0, "display_hide_heartrate_option": true}', '91ec6a2ad0add733fe9e93ac150b5d43f29ea6665888aa49c7e604e0125d4ae2', 'api', '2026-11-24 00:03:22.016+00');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at) values ('17793662759', '4100001', '2', 'Renamed between two runs', '8189.8', '2676', '2676', '29.6', 'Run', 'Run', '0', 'Paceline Phone App', '2026-06-16 16:14:34+00', '2026-06-16 18:14:34', '(GMT+01:00) Europe/Berlin', '7200', NULL, NULL, NULL, '0', '4', '0', '2', '0', 'a17793662759', E'gaelHeb~|@rAd@~AR|ANdAiA`@cCZyBl@}B~A_@rAp@rAx@rAt@xANdB[vA]tA?zAHxAX`BL|ATpAl@xAZzAXxAh@lAiAd@oBp@mBzAe@zAP~AHtAd@lA`ArA`A`@|B@lCSjCi@nCm@nBc@rBa@hCi@`Cw@zBu@pB[rBSnC_@jCu@tBm@~BLtBpA~@pAl@xAh@vAj@zA^~APrAVxAP|AZ`@nBg@rBo@fCi@jCM~BOhC]~B]jCe@pC]xB[|BUlCYfCq@`CsA[iAoAqAeAsA{@yAk@wAm@qAk@{AOaBG{AAq@pBI`CIfCWxCUhCo@nBwAGsAm@_AoAZ_CBmCuAe@wA[}A]gAhA@bC{@~@yAY{AUcBIwAUuAM}A?VyBf@qBb@cCa@iB}A\\}AX}AL}AGsA_@yAMcB@{AKuAe@SkCBsCB}Bh@{Br@}Bd@cCK}BcBB_BJwACg@yAl@aC\\_CP{BXsC`@kCd@}Bl@yB\\wBVmC`@sCXaC^aCaA_A}ABqAM}AM_BMyAa@C_Cf@oCf@cCfAs@zACzAK~AIzA^bA|Az@}@^mC`@eCh@gC', 'false', 'false', 'false', 'false', 'everyone', 'false', 'g18270505', '{49.34692,10.153473}', '{49.346901,10.153501}', '3.06', '3.548', '83.9', '24', NULL, NULL, NULL, NULL, NULL, 'true', '148.4', '155', 'false', 'true', '437.9', '414.8', '18968045304', '18968045304', 'uhrwerk_push_18968045304', 'false', '0', '0', 'false', '35', E'{"id": 17793662759, "map": {"id": "a17793662759", "resource_state": 2, "summary_polyline": "gaelHeb~|@rAd@~AR|ANdAiA`@cCZyBl@}B~A_@rAp@rAx@rAt@xANdB[vA]tA?zAHxAX`BL|ATpAl@xAZzAXxAh@lAiAd@oBp@mBzAe@zAP~AHtAd@lA`ArA`A`@|B@lCSjCi@nCm@nBc@rBa@hCi@`Cw@zBu@pB[rBSnC_@jCu@tBm@~BLtBpA~@pAl@xAh@vAj@zA^~APrAVxAP|AZ`@nBg@rBo@fCi@jCM~BOhC]~B]jCe@pC]xB[|BUlCYfCq@`CsA[iAoAqAeAsA{@yAk@wAm@qAk@{AOaBG{AAq@pBI`CIfCWxCUhCo@nBwAGsAm@_AoAZ_CBmCuAe@wA[}A]gAhA@bC{@~@yAY{AUcBIwAUuAM}A?VyBf@qBb@cCa@iB}A\\\\}AX}AL}AGsA_@yAMcB@{AKuAe@SkCBsCB}Bh@{Br@}Bd@cCK}BcBB_BJwACg@yAl@aC\\\\_CP{BXsC`@kCd@}Bl@yB\\\\wBVmC`@sCXaC^aCaA_A}ABqAM}AM_BMyAa@C_Cf@oCf@cCfAs@zACzAK~AIzA^bA|Az@}@^mC`@eCh@gC"}, "name": "Renamed between two runs", "type": "Run", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": "g18270505", "private": false, "trainer": false, "distance": 8189.8, "elev_low": 414.8, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "elev_high": 437.9, "max_speed": 3.548, "upload_id": 18968045304, "end_latlng": [49.346901, 10.153501], "has_kudoed": false, "sport_type": "Run", "start_date": "2026-06-16T16:14:34Z", "utc_offset": 7200.0, "visibility": "everyone", "device_name": "Paceline Phone App", "external_id": "uhrwerk_push_18968045304", "kudos_count": 4, "moving_time": 2676, "photo_count": 0, "average_temp": 24, "elapsed_time": 2676, "start_latlng": [49.34692, 10.153473], "suffer_score": 35.0, "workout_type": 0, "athlete_count": 2, "average_speed": 3.06, "comment_count": 0, "has_heartrate": true, "location_city": null, "max_heartrate": 155.0, "upload_id_str": "18968045304", "location_state": null, "resource_state": 2, "average_cadence": 83.9, "location_country": null, "start_date_local": "2026-06-16T18:14:34Z", "achievement_count": 0, "average_heartrate": 148.4, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 29.6, "display_hide_heartrate_option": true}', 'b074ad403ca78cccfc5e59a3eeab31d94c325387e9bd30b7a21d76688b3471bf', 'api', '2026-11-24 00:03:22.787+00');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at) values ('5649287225', '4100001', '2', 'Morning Run', '4518.4', '1620', '1620', '20.7', 'Run', 'Run', '0', NULL, '2021-05-29 06:32:49+00', '2021-05-29 08:32:49', '(GMT+01:00) Europe/Berlin', '7200', NULL, NULL, NULL, '0', '4', '0', '4', '0', 'a5649287225', '}delHir}|@j@Fr@Ap@?n@Bv@Ir@Br@Ft@Dn@Jn@Fr@Cj@PDdAO|@WfAO`AQ`AWnAShAUfA]nAU~@U`ASfAEbAGhAOpAQdAYlA]hAW|@UfAMdAXz@f@l@l@b@n@Xh@`@n@Rt@Hn@Hv@Ct@Mn@Ir@Wn@Ij@Xl@`@j@f@h@h@r@Vp@Xp@Ht@Il@Cl@?t@El@Jf@l@J`AInAKdAOdA[nAYdAUfASpACfAGdAMlAP~@f@n@f@l@l@^TfAArA@dAAlA@jADICgA?kABoAGcAY_Ai@g@m@a@a@w@IoAHeAJmADiAF_AViAXeATeAVsALkAFiACoAk@e@u@?o@Au@Ho@Fk@Cs@Go@[k@e@q@[m@e@k@c@u@Im@Bk@Ns@No@As@@w@@q@Os@Ks@Sg@g@m@a@g@m@OkAHaARaAZcAP{@VgAVoAJiAJsANoAL_AXeAT_AN}@XmARiARgAZqAReAPaAViAK{@s@Eo@As@?o@Kk@Uu@Eq@Cs@?y@Jq@@q@Au@D', 'false', 'false', 'false', 'false', 'everyone', 'false', 'g8812040', '{49.347509,10.150933}', '{49.347556,10.150861}', '2.789', '3.3', '83.8', '16', NULL, NULL, NULL, NULL, NULL, 'true', '147.6', '154', 'false', 'true', '434.6', '418.8', '6022143760', NULL, 'uhrwerk_push_6022143760', 'false', '0', '0', 'false', '21', '{"id": 5649287225, "map": {"id": "a5649287225", "resource_state": 2, "summary_polyline": "}delHir}|@j@Fr@Ap@?n@Bv@Ir@Br@Ft@Dn@Jn@Fr@Cj@PDdAO|@WfAO`AQ`AWnAShAUfA]nAU~@U`ASfAEbAGhAOpAQdAYlA]hAW|@UfAMdAXz@f@l@l@b@n@Xh@`@n@Rt@Hn@Hv@Ct@Mn@Ir@Wn@Ij@Xl@`@j@f@h@h@r@Vp@Xp@Ht@Il@Cl@?t@El@Jf@l@J`AInAKdAOdA[nAYdAUfASpACfAGdAMlAP~@f@n@f@l@l@^TfAArA@dAAlA@jADICgA?kABoAGcAY_Ai@g@m@a@a@w@IoAHeAJmADiAF_AViAXeATeAVsALkAFiACoAk@e@u@?o@Au@Ho@Fk@Cs@Go@[k@e@q@[m@e@k@c@u@Im@Bk@Ns@No@As@@w@@q@Os@Ks@Sg@g@m@a@g@m@OkAHaARaAZcAP{@VgAVoAJiAJsANoAL_AXeAT_AN}@XmARiARgAZqAReAPaAViAK{@s@Eo@As@?o@Kk@Uu@Eq@Cs@?y@Jq@@q@Au@D"}, "name": "Morning Run", "type": "Run", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": "g8812040", "private": false, "trainer": false, "distance": 4518.4, "elev_low": 418.8, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "elev_high": 434.6, "max_speed": 3.3, "upload_id": 6022143760, "end_latlng": [49.347556, 10.150861], "has_kudoed": false, "sport_type": "Run", "start_date": "2021-05-29T06:32:49Z", "utc_offset": 7200.0, "visibility": "everyone", "external_id": "uhrwerk_push_6022143760", "kudos_count": 4, "moving_time": 1620, "photo_count": 0, "average_temp": 16, "elapsed_time": 1620, "start_latlng": [49.347509, 10.150933], "suffer_score": 21.0, "workout_type": 0, "athlete_count": 4, "average_speed": 2.789, "comment_count": 0, "has_heartrate": true, "location_city": null, "max_heartrate": 154.0, "location_state": null, "resource_state": 2, "average_cadence": 83.8, "location_country": null, "start_date_local": "2021-05-29T08:32:49Z", "achievement_count": 0, "average_heartrate": 147.6, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 20.7, "display_hide_heartrate_option": true}', 'c7b85aed63f8a2e02684280b2d3029566631b099a800ab6a8dca2af6845f7f79', 'api', '2026-11-24 00:03:22.016+00');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at) values ('7591828547', '4100001', '2', 'Morning Run', '8557.6', '3183', '3183', '26.7', 'Run', 'Run', '2', NULL, '2022-03-20 07:17:57+00', '2022-03-20 08:17:57', '(GMT+01:00) Europe/Berlin', '3600', NULL, NULL, NULL, '0', '11', '2', '2', '0', 'a7591828547', E'ujelHax}|@eBXaBL_B@q@{Ah@qCL_CaBOyAA}AHaBDaBIaBWyAs@oAiA}Ak@eBNwAd@_BAyAm@{Ai@eBWyAs@qAcA{Ao@}Ai@_Bg@_B]wA]}ACgB\\yAIRwCZmCn@aCxASxA\\dBHbBM~@uAl@_CVkCmA{@yA]aBYeBSyA]{AM_B]wA}@aBc@{Ag@sAs@_Ba@cBY{Ai@{Am@yAg@yAm@aBk@sAiAuAo@_BMaBM_B]_Ba@wAm@i@qBd@wBd@_Cl@mCj@eCp@eCl@{BcAa@yAHyAS}Ak@sAoAsAgA??xA|@nAtApA~@`BDbBYz@l@o@|Bs@jCk@fCa@vBg@dCs@jCl@hB|Ad@~Ab@bBVvA\\zARbBVrAfAvA|@zAh@vAj@~Ad@dBZvAl@vAl@~A^|Ad@~Ad@vA~@rAl@bBBdBH|A`@xAd@|ATlAz@O`Cm@|BoAlB}AF{A]}AS{ATq@dCa@tCEbCzADxAG~A@|AR~A\\bB^tAv@rAz@~Al@|Al@zAf@zAh@vAn@`BAbBw@zAAtAz@vAz@zAn@bBV`BFvAH|AKhBSxAXUjCe@jCp@~AdBOdBQvAC', 'false', 'false', 'false', 'false', 'everyone', 'false', 'g8812040', '{49.348425,10.151851}', '{49.348461,10.151797}', '2.689', '3.168', '83.8', NULL, NULL, NULL, NULL, NULL, NULL, 'true', '150.4', '156', 'false', 'true', '452', '435.3', '8092894376', '8092894376', 'uhrwerk_push_8092894376', 'false', '0', '0', 'false', '45', E'{"id": 7591828547, "map": {"id": "a7591828547", "resource_state": 2, "summary_polyline": "ujelHax}|@eBXaBL_B@q@{Ah@qCL_CaBOyAA}AHaBDaBIaBWyAs@oAiA}Ak@eBNwAd@_BAyAm@{Ai@eBWyAs@qAcA{Ao@}Ai@_Bg@_B]wA]}ACgB\\\\yAIRwCZmCn@aCxASxA\\\\dBHbBM~@uAl@_CVkCmA{@yA]aBYeBSyA]{AM_B]wA}@aBc@{Ag@sAs@_Ba@cBY{Ai@{Am@yAg@yAm@aBk@sAiAuAo@_BMaBM_B]_Ba@wAm@i@qBd@wBd@_Cl@mCj@eCp@eCl@{BcAa@yAHyAS}Ak@sAoAsAgA??xA|@nAtApA~@`BDbBYz@l@o@|Bs@jCk@fCa@vBg@dCs@jCl@hB|Ad@~Ab@bBVvA\\\\zARbBVrAfAvA|@zAh@vAj@~Ad@dBZvAl@vAl@~A^|Ad@~Ad@vA~@rAl@bBBdBH|A`@xAd@|ATlAz@O`Cm@|BoAlB}AF{A]}AS{ATq@dCa@tCEbCzADxAG~A@|AR~A\\\\bB^tAv@rAz@~Al@|Al@zAf@zAh@vAn@`BAbBw@zAAtAz@vAz@zAn@bBV`BFvAH|AKhBSxAXUjCe@jCp@~AdBOdBQvAC"}, "name": "Morning Run", "type": "Run", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": "g8812040", "private": false, "trainer": false, "distance": 8557.6, "elev_low": 435.3, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "elev_high": 452.0, "max_speed": 3.168, "upload_id": 8092894376, "end_latlng": [49.348461, 10.151797], "has_kudoed": false, "sport_type": "Run", "start_date": "2022-03-20T07:17:57Z", "utc_offset": 3600.0, "visibility": "everyone", "external_id": "uhrwerk_push_8092894376", "kudos_count": 11, "moving_time": 3183, "photo_count": 0, "elapsed_time": 3183, "start_latlng": [49.348425, 10.151851], "suffer_score": 45.0, "workout_type": 2, "athlete_count": 2, "average_speed": 2.689, "comment_count": 2, "has_heartrate": true, "location_city": null, "max_heartrate": 156.0, "upload_id_str": "8092894376", "location_state": null, "resource_state": 2, "average_cadence": 83.8, "location_country": null, "start_date_local": "2022-03-20T08:17:57Z", "achievement_count": 0, "average_heartrate": 150.4, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 26.7, "display_hide_heartrate_option": true}', 'a773e866920b53ebdf94cf77c3c00378ab5544641f22f09e5d4527db69187941', 'api', '2026-11-24 00:03:22.016+00');
create table strava.streams (
  activity_id bigint not null,
  athlete_id bigint not null,
  n integer not null,
  "time" integer[],
  distance double precision[],
  lat double precision[],
  lng double precision[],
  altitude double precision[],
  velocity_smooth double precision[],
  heartrate integer[],
  cadence double precision[],
  watts integer[],
  temp integer[],
  moving boolean[],
  grade_smooth double precision[],
  info jsonb not null,
  other jsonb,
  sha256 text not null,
  source text not null default 'api'::text,
  fetched_at timestamp with time zone not null,
  constraint streams_pkey PRIMARY KEY (activity_id)
);
insert into strava.streams (activity_id, athlete_id, n, "time", distance, lat, lng, altitude, velocity_smooth, heartrate, cadence, watts, temp, moving, grade_smooth, info, other, sha256, source, fetched_at) values ('13161866576', '4100001', '4', '{0,913,1826,2739}', NULL, NULL, NULL, NULL, NULL, '{90,115,104,108}', NULL, NULL, '{19,20,20,20}', '{t,t,t,t}', NULL, '{"temp": {"resolution": "high", "series_type": "time", "original_size": 4}, "time": {"resolution": "high", "series_type": "time", "original_size": 4}, "moving": {"resolution": "high", "series_type": "time", "original_size": 4}, "heartrate": {"resolution": "high", "series_type": "time", "original_size": 4}}', NULL, '760bb6d43bbc3494c455e2457d9dfe94487f083e05292995f9af6579529175b7', 'api', '2026-11-24 00:03:22.907+00');
insert into strava.streams (activity_id, athlete_id, n, "time", distance, lat, lng, altitude, velocity_smooth, heartrate, cadence, watts, temp, moving, grade_smooth, info, other, sha256, source, fetched_at) values ('13925723923', '4100001', '4', '{0,1551,3102,4653}', '{0,4557.9,9929.9,14558.4}', '{49.350269,49.323054,49.344705,49.350254}', '{10.151647,10.154366,10.121132,10.15167}', '{435.7,433.6,432.8,435.7}', '{0,3.646,3.395,2.805}', NULL, '{82,84,86,86}', NULL, NULL, '{t,t,t,t}', '{0,-1.1,-2.3,0.1}', '{"time": {"resolution": "high", "series_type": "distance", "original_size": 4}, "latlng": {"resolution": "high", "series_type": "distance", "original_size": 4}, "moving": {"resolution": "high", "series_type": "distance", "original_size": 4}, "cadence": {"resolution": "high", "series_type": "distance", "original_size": 4}, "altitude": {"resolution": "high", "series_type": "distance", "original_size": 4}, "distance": {"resolution": "high", "series_type": "distance", "original_size": 4}, "grade_smooth": {"resolution": "high", "series_type": "distance", "original_size": 4}, "velocity_smooth": {"resolution": "high", "series_type": "distance", "original_size": 4}}', NULL, 'f2a9bd8374b2bf8e8c04400e84109e78d9238d59aa3c203e270cc4f48a1731de', 'api', '2026-11-24 00:03:22.885+00');
insert into strava.streams (activity_id, athlete_id, n, "time", distance, lat, lng, altitude, velocity_smooth, heartrate, cadence, watts, temp, moving, grade_smooth, info, other, sha256, source, fetched_at) values ('17793662759', '4100001', '4', '{0,892,1784,2676}', '{0,2777.3,5470,8189.8}', '{49.34692,49.333668,49.34473,49.346901}', '{10.153473,10.143063,10.134519,10.153501}', '{435.3,430.5,415,435.3}', '{0,2.869,2.923,3.053}', '{87,146,150,150}', '{82,84,83,82}', NULL, '{23,24,24,24}', '{t,t,t,t}', '{0.1,0.8,-0.1,-0.2}', '{"temp": {"resolution": "high", "series_type": "distance", "original_size": 4}, "time": {"resolution": "high", "series_type": "distance", "original_size": 4}, "latlng": {"resolution": "high", "series_type": "distance", "original_size": 4}, "moving": {"resolution": "high", "series_type": "distance", "original_size": 4}, "cadence": {"resolution": "high", "series_type": "distance", "original_size": 4}, "altitude": {"resolution": "high", "series_type": "distance", "original_size": 4}, "distance": {"resolution": "high", "series_type": "distance", "original_size": 4}, "heartrate": {"resolution": "high", "series_type": "distance", "original_size": 4}, "grade_smooth": {"resolution": "high", "series_type": "distance", "original_size": 4}, "velocity_smooth": {"resolution": "high", "series_type": "distance", "original_size": 4}}', NULL, '25e70a790827a6bf8d3a355a60e96560ace65e7c65d453902a609bfb49f22b87', 'api', '2026-11-24 00:03:22.107+00');
create view strava.v_activities as
 SELECT athlete_id,
    id AS activity_id,
    name,
    sport_type,
    start_date AS started_at,
    start_date_local AS started_at_local,
    (start_date_local)::date AS activity_date,
    (round(((distance / (1000)::double precision))::numeric, 2))::double precision AS distance_km,
    (round(((moving_time)::numeric / 3600.0), 2))::double precision AS moving_h,
    total_elevation_gain AS elevation_m,
        CASE
            WHEN ((distance > (0)::double precision) AND (sport_type = ANY (ARRAY['Run'::text, 'TrailRun'::text, 'VirtualRun'::text, 'Walk'::text, 'Hike'::text]))) THEN make_interval(secs => round(((moving_time)::double precision / (distance / (1000)::double precision))))
            ELSE NULL::interval
        END AS pace_per_km,
    (round((((distance / (NULLIF(moving_time, 0))::double precision) * (3.6)::double precision))::numeric, 1))::double precision AS speed_kmh,
    (round((average_heartrate)::numeric, 0))::double precision AS heartrate_bpm,
    (round((average_watts)::numeric, 0))::double precision AS power_w,
    ('https://www.strava.com/activities/'::text || id) AS url
   FROM strava.activities;
create view strava.v_weekly as
 SELECT w.athlete_id,
    w.week,
    s.sport_type,
    count(a.id) AS activities,
    COALESCE((round((sum((a.distance / (1000)::double precision)))::numeric, 1))::double precision, (0)::double precision) AS distance_km,
    COALESCE((round(sum(((a.moving_time)::numeric / 3600.0)), 2))::double precision, (0)::double precision) AS moving_h,
    COALESCE((round((sum(a.total_elevation_gain))::numeric, 0))::double precision, (0)::double precision) AS elevation_m
   FROM ((( SELECT activities.athlete_id,
            (generate_series(date_trunc('week'::text, min(activities.start_date_local)), date_trunc('week'::text, max(activities.start_date_local)), '7 days'::interval))::date AS week
           FROM strava.activities
          GROUP BY activities.athlete_id) w
     JOIN ( SELECT DISTINCT activities.athlete_id,
            activities.sport_type
           FROM strava.activities) s ON ((s.athlete_id = w.athlete_id)))
     LEFT JOIN strava.activities a ON (((a.athlete_id = w.athlete_id) AND (NOT (a.sport_type IS DISTINCT FROM s.sport_type)) AND ((date_trunc('week'::text, a.start_date_local))::date = w.week))))
  GROUP BY w.athlete_id, w.week, s.sport_type;
create view strava.v_stream_points as
 SELECT s.activity_id,
    s.athlete_id,
    ((p.o - 1))::integer AS idx,
    (a.start_date + ((p.t_s)::double precision * '00:00:01'::interval)) AS "time",
    p.t_s,
    p.distance_m,
    p.lat,
    p.lng,
    p.altitude_m,
    p.speed_mps,
    p.heartrate_bpm,
    p.cadence_rpm,
    p.power_w,
    p.temp_c,
    p.moving,
    p.grade_pct
   FROM ((strava.streams s
     LEFT JOIN strava.activities a ON ((a.id = s.activity_id)))
     CROSS JOIN LATERAL UNNEST(s."time", s.distance, s.lat, s.lng, s.altitude, s.velocity_smooth, s.heartrate, s.cadence, s.watts, s.temp, s.moving, s.grade_smooth) WITH ORDINALITY p(t_s, distance_m, lat, lng, altitude_m, speed_mps, heartrate_bpm, cadence_rpm, power_w, temp_c, moving, grade_pct, o));
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
comment on table strava.streams is 'One row per activity: its samples as arrays, whose n-th entries belong together. A stream that Strava did not send is null. v_stream_points has one row per sample.';
comment on column strava.streams.activity_id is 'activities.id';
comment on column strava.streams.athlete_id is 'whose it is: athletes.id';
comment on column strava.streams.n is 'how many samples';
comment on column strava.streams."time" is 'seconds since the start';
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
comment on view strava.v_weekly is 'One row per athlete, week (from Monday) and sport; weeks without training are zeros.';
comment on column strava.v_weekly.athlete_id is 'athletes.id';
comment on column strava.v_weekly.week is 'Monday of the week, by local time';
comment on column strava.v_weekly.sport_type is 'sport';
comment on column strava.v_weekly.activities is 'how many activities';
comment on column strava.v_weekly.distance_km is 'kilometres';
comment on column strava.v_weekly.moving_h is 'hours without pauses';
comment on column strava.v_weekly.elevation_m is 'metres climbed';
comment on view strava.v_stream_points is 'One row per sample. A filter on activity_id, or on activities.start_date, is fast.';
comment on column strava.v_stream_points.activity_id is 'activities.id';
comment on column strava.v_stream_points.athlete_id is 'athletes.id';
comment on column strava.v_stream_points.idx is 'number of the sample, from 0';
comment on column strava.v_stream_points."time" is 'when; null without the activity';
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
