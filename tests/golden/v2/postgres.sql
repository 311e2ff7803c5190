create schema strava;
create table strava.paceline_migrations (
  migration_id integer not null,
  created_at timestamp with time zone not null default now(),
  name text not null,
  constraint paceline_migrations_pkey PRIMARY KEY (migration_id)
);
insert into strava.paceline_migrations (migration_id, created_at, name) values ('1', '2026-11-24 00:04:27.826+00', 'first');
insert into strava.paceline_migrations (migration_id, created_at, name) values ('2', '2026-11-24 00:04:27.826+00', 'answers_and_lease');
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
  answer bytea,
  constraint athletes_pkey PRIMARY KEY (id)
);
insert into strava.athletes (id, username, resource_state, firstname, lastname, bio, city, state, country, sex, premium, summit, created_at, updated_at, weight, ftp, measurement_preference, date_preference, follower_count, friend_count, profile_medium, profile, raw, sha256, source, fetched_at, answer) values ('4100001', 'mara_synthetic', '3', 'Mara', 'Muster 🏃', 'I do not exist.', 'Nirgendwo', 'Bayern', '', 'F', 'true', 'true', '2021-04-29 06:32:49+00', '2026-11-15 00:00:00+00', '61.4', '245', 'meters', '%d/%m/%Y', '42', '37', 'https://example.invalid/athlete/medium.jpg', 'https://example.invalid/athlete/large.jpg', E'{"id": 4100001, "bio": "I do not exist.", "ftp": 245, "sex": "F", "city": "Nirgendwo", "bikes": [{"id": "b7190031", "name": "Rennrad", "primary": true, "retired": false, "distance": 0, "nickname": "", "resource_state": 2, "converted_distance": 0.0}, {"id": "b9420177", "name": "Gravel \\"Mud\\" 40", "primary": false, "retired": false, "distance": 0, "nickname": "", "resource_state": 2, "converted_distance": 0.0}], "clubs": [{"id": 900001, "url": "unauffindbar", "city": "Nirgendwo", "name": "Verein der Unauffindbaren", "admin": false, "owner": false, "state": "", "country": "", "private": false, "profile": "https://example.invalid/club/large.png", "featured": false, "verified": false, "dimensions": ["distance", "num_activities"], "membership": "member", "sport_type": "running", "cover_photo": null, "member_count": 12, "activity_types": ["Run", "Ride"], "profile_medium": "https://example.invalid/club/medium.png", "resource_state": 2, "cover_photo_small": null, "activity_types_icon": "sports_run_normal", "localized_sport_type": "Laufen"}], "shoes": [{"id": "g8812040", "name": "Wolke 2", "primary": true, "retired": true, "distance": 17200, "nickname": "", "resource_state": 2, "converted_distance": 17.2}, {"id": "g10490213", "name": "Wolke 3", "primary": false, "retired": true, "distance": 0, "nickname": "", "resource_state": 2, "converted_distance": 0.0}, {"id": "g14022977", "name": "Wolke 4, blue", "primary": false, "retired": true, "distance": 8600, "nickname": "", "resource_state": 2, "converted_distance": 8.6}, {"id": "g18270505", "name": "Wolke 5", "primary": false, "retired": false, "distance": 8600, "nickname": "", "resource_state": 2, "converted_distance": 8.6}, {"id": "g12380161", "name": "Pfad 1", "primary": false, "retired": false, "distance": 0, "nickname": "", "resource_state": 2, "converted_distance": 0.0}], "state": "Bayern", "friend": null, "summit": true, "weight": 61.4, "blocked": false, "country": "", "premium": true, "profile": "https://example.invalid/athlete/large.jpg", "follower": null, "lastname": "Muster 🏃", "username": "mara_synthetic", "firstname": "Mara", "can_follow": true, "created_at": "2021-04-29T06:32:49Z", "updated_at": "2026-11-15T00:00:00Z", "athlete_type": 1, "friend_count": 37, "badge_type_id": 1, "follower_count": 42, "profile_medium": "https://example.invalid/athlete/medium.jpg", "resource_state": 3, "date_preference": "%d/%m/%Y", "mutual_friend_count": 0, "postable_clubs_count": 1, "measurement_preference": "meters"}', '9fd35e63d57a2b51f95a5ffa58638918119fa149d18a99f202bbd04243191e90', 'api', '2026-11-24 00:04:28.557+00', E'\\x1f8b0800000000000403ab56ca4c51b232313430303030d4512a2d4e2dca4bcc4d55b252ca4d2c4a8c2faecc2bc9482dc94c56d2512a4a2dce2f2d4a4e8d2f2e492c4955b232d6514acb2c2a2e81aaf74d2c4a54d251ca494488941697a416297c98dfdfaca4a3949499af64a5e4a99092af90975fa2905a91595ca2a7a4a3949c5952a964a5e49759949e9a97529eafa4a304b540c929b132b5280fa426bf34afa408a40c249b5aa164a5e4a6a4a35450949a9b599aab645552549aaaa3545c9a9b9b5902e32517a52696a4a6c4279628592919191819ea1a98e81a5986189859191b5999584629e9289516a4a0a831d33534d435340d3130b00223909aa4c494f4d4f892ca82d478505019ea2895a766a6679428599919ea99801c919f9699931a9f9b9a02768b5246494941b195be7e6a45626e414eaa5e665e59624e668a7e6249464e6a49aa3e44a15e56413ad80b60dd4a5604b5e52416a5a74275a51565a6e6a52859e595e6e4e828a5e5e7e4e497a716c1f84939f9c9d9a9294a56698939c5a93a4ac98979f11035b0b081f0528be2934101ab646562a4a304311326626caea3945b5a529a98138f2a61a0a304f508384c94ac0c75944081185f50949a965a949a970c4a3caa29faaab9faaa914a3a4ab9a989c5a545a9b9a97925a86a72534b528b8a41b19b539a54ac64150d498b96d0a4889edc8c7494a0292d2cb52835334f2125b54821342fb1342d2d332f2529b1281594520a8ac0e149383692734a9360515190475c5480f540e201a22539bf2cb528be2023bf241f16f84842f1c5b98939393089c4e492ccb2cc924a70b081bcab14540a727150664aaa52ac8e12aa7c7c66727e9e92955271417e5149717c51695e7c5e7e516e628e928e524a666e6a5e71667e1ed89494cce2924450a8eb28e595e6c6438dc94c2d06190ad60eb651c94aa9a8342f2f13ecd59cfce4c49cccaad4947814053e89a569e050c4932741f1054a34b0dc58509459062e0ea0892d3735370991b00c41092b35b1a4b408293d96a51665a66522099416e52859299522c52538dd800c2acec82c001546605395749412537233f3e0293bbf3c0f94ecc156d7c6ea2815e417972426e5a4c68362aa1896960d7594d24a0a94ac8c4c4c41c550762a28dc20894d29c9dcd0d2c0c0d8109c1533731341de829426d0c416949a97579498a2a4a39497999c0d15c4521a1a810ac8924c647fc263c6ca404729393faf2cb50854202109eb19d4eac01c6269626460686e8eec10b0bfe0c9debd28b12c35472146c9b734254649c1c480666e8ad5512acec8470ea6740b0b432303b0950545d882293c3f273b55c188242741c219111c86e646063842cad05ccf081e54e986062696064686c6b8c30ae21c9002e2630ddd39389c62801469e9862606464696f8620de212131d85a49cd2548a82c7c20c57e858e89921058e8591b981a98129a1c00129203e70a049111159c4bac6c8d8c2c0d00c257f41cd82e6a580b4c41405903c058ec11355b1b5002167e6b9e3080000');
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
  answer bytea,
  constraint activities_pkey PRIMARY KEY (id)
);
CREATE INDEX activities_start_date_idx ON strava.activities USING btree (start_date);
CREATE INDEX activities_sport_type_idx ON strava.activities USING btree (sport_type, start_date_local);
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at, answer) values ('10060361114', '4100001', '2', 'Morning Walk', '7700.8', '5448', '5448', '27', 'Walk', 'Walk', NULL, NULL, '2023-03-30 04:15:59+00', '2023-03-30 06:15:59', '(GMT+01:00) Europe/Berlin', '7200', NULL, NULL, NULL, '0', '1', '0', '1', '0', 'a10060361114', E'_ielHwc~|@ObCO|Bu@pBwAb@oA?wABiAd@o@zBc@bCYvB_@xB]lBk@`Co@xBiAn@uAOmAg@yAKyACwABwABcAgAeAoAkA}@yAQwAGmASwACwAI{ACwAGq@`AEdCYvBwAn@yA@qAKuAAiAh@OjCIhCMzBL{ANmCGyBVwBz@eB|@aB`AmBl@aBj@kB^yBLaCy@uAyACwAUuAc@y@yAf@iCXyBj@sBf@gBh@qBp@aCh@oBx@iBn@{A^uBw@sAuASqAY}ADgAlAWvBW|BQvB]hC[bC]zBeAr@iAy@qAw@s@aBZuBb@}B`@kCTuB\\{BRyBV_C~@qBx@{A|@wAnAGtAJ|AHrA\\tAZlA\\tAHzAFrAb@tAC^gBf@qBh@}B\\_Cd@cC`@iBp@gBv@gBt@mB|@qBhABlAv@lAv@vAV|A@lAIZwBNwBpAi@|A?rATtAFnA?vAW|AStADtANjAt@tAXZzAi@rB[tBo@dCq@jBo@fBg@nBZbBlAXtAItAYVzA_@lB{@tB^xArAVxARp@hAo@|B_@|B[fC]tBe@fBi@zBa@xBo@`Ce@pB', 'false', 'false', 'false', 'false', 'everyone', 'false', NULL, '{49.348158,10.153723}', '{49.348183,10.153684}', '1.414', '1.722', '55.2', '5', NULL, NULL, NULL, NULL, NULL, 'true', '96', '100', 'false', 'true', '443', '423.8', '10724354023', '10724354023', '10724354023.fit', 'false', '0', '0', 'false', '0', E'{"id": 10060361114, "map": {"id": "a10060361114", "resource_state": 2, "summary_polyline": "_ielHwc~|@ObCO|Bu@pBwAb@oA?wABiAd@o@zBc@bCYvB_@xB]lBk@`Co@xBiAn@uAOmAg@yAKyACwABwABcAgAeAoAkA}@yAQwAGmASwACwAI{ACwAGq@`AEdCYvBwAn@yA@qAKuAAiAh@OjCIhCMzBL{ANmCGyBVwBz@eB|@aB`AmBl@aBj@kB^yBLaCy@uAyACwAUuAc@y@yAf@iCXyBj@sBf@gBh@qBp@aCh@oBx@iBn@{A^uBw@sAuASqAY}ADgAlAWvBW|BQvB]hC[bC]zBeAr@iAy@qAw@s@aBZuBb@}B`@kCTuB\\\\{BRyBV_C~@qBx@{A|@wAnAGtAJ|AHrA\\\\tAZlA\\\\tAHzAFrAb@tAC^gBf@qBh@}B\\\\_Cd@cC`@iBp@gBv@gBt@mB|@qBhABlAv@lAv@vAV|A@lAIZwBNwBpAi@|A?rATtAFnA?vAW|AStADtANjAt@tAXZzAi@rB[tBo@dCq@jBo@fBg@nBZbBlAXtAItAYVzA_@lB{@tB^xArAVxARp@hAo@|B_@|B[fC]tBe@fBi@zBa@xBo@`Ce@pB"}, "name": "Morning Walk", "type": "Walk", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": null, "private": false, "trainer": false, "distance": 7700.8, "elev_low": 423.8, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "elev_high": 443.0, "max_speed": 1.722, "upload_id": 10724354023, "end_latlng": [49.348183, 10.153684], "has_kudoed": false, "sport_type": "Walk", "start_date": "2023-03-30T04:15:59Z", "utc_offset": 7200.0, "visibility": "everyone", "external_id": "10724354023.fit", "kudos_count": 1, "moving_time": 5448, "photo_count": 0, "average_temp": 5, "elapsed_time": 5448, "start_latlng": [49.348158, 10.153723], "suffer_score": 0.0, "athlete_count": 1, "average_speed": 1.414, "comment_count": 0, "has_heartrate": true, "location_city": null, "max_heartrate": 100.0, "upload_id_str": "10724354023", "location_state": null, "resource_state": 2, "average_cadence": 55.2, "location_country": null, "start_date_local": "2023-03-30T06:15:59Z", "achievement_count": 0, "average_heartrate": 96.0, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 27.0, "display_hide_heartrate_option": true}', 'fdaf26db1987d9f99bea3243ee472f98b85862c104a7f895fbeb0fcd4670102a', 'api', '2026-11-24 00:04:28.753+00', E'\\x1f8b0800000000000403ab562a4a2dce2f2d4a4e8d2f2e492c4955b232d2514a2cc9c84905b1ab95325394ac4c0c0d0c0c0c0c7530941ad6ea28e525e6a62a5929f9e617e565e6a52b8427e6642be928a564169724e625a72a59999b1b18e859e828e5e69765e6a5c7976482949b9a9858e828a5e6241614a7a6a08895e49724e6c4a7e6a496259664e6e7c5a72766e629591999eb19e82895541680ac825a515c905f54128f2a0672ada181819981b199a1a1a1898e5271496251497c0ad8634a460646c6ba06c6bac6062106265686a656a696514ac86ae273f293137394ac50549a2154821c5f959f07728486bb6f88b681a1958181a6826b69517e41aabe536a514e669e928e526949727c7e5a5a716a899295b9918101c8ed2093c11e4ace2ca954b2ca2bcdc9d151820b42831e4d3439bf34afa408ae3a31392333b52c353735af241e2ca56465a0a3945d9a925f0ce31bea2825e7e7a2a980c626929a828cfc927c18df40472937b140c90a12d74a8948e1070a9cd2dcdcc4a2caf882fc9cca9c4cb0d7e33353733cca93eb6a1cfc939cfd6b9c4a1d0a9cca1d931cf21dedcb1d9d321d531cf21daa9c921d929c23cb9ce21d2a9c62739cb21d129cf31d2a9c321df31c4a1dfd731dd31d2a1dbd2b1d9dcb1d9dca1d9d921dd31d531df31db31d6b1d2a1d03cb1ddd731d83cb41b29ed520d2bdd021c1d135056460b9639e43a5a343a1a377a9a363a66386837f96b36786b36f95934fb5a35faeb37ba55358b9539543aa538d43a2538263ae538e43a2539643b6535ca5934fa273a543a923d8ded052c764874a874ac734874ce7884aa72c8762a7348774a70c8742a7028744e70c877ca70a874ca73c876ac7b852a7728762c752c7e042c7c85a479774c71cc7f032a7f01aa7c032a7d80ce7e824e7d82aa754c722874cc74a8742c77287628744a7a852a724875aa704876ce79052a798986aa7a04aa7b078e73a8742a70a876ac71a8772c73c47f71247af1a478f22c7989812c7a81c30e551e5e856e498e450e2e81c97ee94e650e894e150eb141313ef9ce290ec9ce090e954e090ee54e690ee54e290eb5403927774ca712c7300e132c7b01a47871c47cfa87227bf72a702c74c871a47fb22c7901247b73c47fb32c7f01ac7e01247971247bf2cc7128712c788a82ac74c8722a7e812a77c8714e742872ca77c8734a774873ca7a824a71cc7881247cf12c7c8b02ac778871ca76a8712a7b80ac722c7b00ac7a002870cc77c871aa778871aa7e834e7d812a7548734a74c872aa744870aa77c8704e75487022725cca2c3a85647a9a42831332fb548c92a2d31a7381592744b41c50e949f9b98570aca8e506e41516619382343f96599c599499939e0fca4945a965a5409ca9a3a4a693989e9e9a9297063d353138be2412503247b418a849cc4929cbc7425ab68134b3d63130b43530b1d43033d4353637323e3581da5d4bc9478742516c65025661626b13a4a8965a94589e9a9f1c505a920cb0cf54c40054e6e620542c4dc08549842d52527a6a4824b4453533d24e192d4dc02252b531da58cc4e2f88cd4c4a29222b0274b8a4a5311962049589a81ca13903d4882869052062e129f5f50129f5f5a020f8494cce2829cc4caf88ccc94548435206599f9794a5610db40c56e7c46667a869295898931c81ab0484e7eb99295899131a8182f2dc8c94f4c0107a7a181b99189b1a9898191b18e125c3cbeb8a448c94a094952494729b5a224b5282f3107ac0f594e2f2db344494729ad283f373e313939b5a004541f24a6c3dd5d5084544e412a07f4d20b1470a05210140bd0a4515c9a96965a145f9c9c5f94aa6465a067500b005fcd9a57e8060000');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at, answer) values ('13161866576', '4100001', '2', 'Morning Weight Training', '0', '2739', '2739', '0', 'WeightTraining', 'WeightTraining', '30', NULL, '2024-07-13 07:10:31+00', '2024-07-13 09:10:31', '(GMT+01:00) Europe/Berlin', '7200', NULL, NULL, NULL, '0', '1', '0', '1', '0', 'a13161866576', '', 'false', 'false', 'false', 'false', 'everyone', 'false', NULL, '{}', '{}', '0', '0', NULL, '20', NULL, NULL, NULL, NULL, NULL, 'true', '109.2', '122', 'false', 'true', NULL, NULL, '14030549950', '14030549950', 'uhrwerk_push_14030549950', 'false', '0', '0', 'false', '3', '{"id": 13161866576, "map": {"id": "a13161866576", "resource_state": 2, "summary_polyline": ""}, "name": "Morning Weight Training", "type": "WeightTraining", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": null, "private": false, "trainer": false, "distance": 0.0, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "max_speed": 0.0, "upload_id": 14030549950, "end_latlng": [], "has_kudoed": false, "sport_type": "WeightTraining", "start_date": "2024-07-13T07:10:31Z", "utc_offset": 7200.0, "visibility": "everyone", "external_id": "uhrwerk_push_14030549950", "kudos_count": 1, "moving_time": 2739, "photo_count": 0, "average_temp": 20, "elapsed_time": 2739, "start_latlng": [], "suffer_score": 3.0, "workout_type": 30, "athlete_count": 1, "average_speed": 0.0, "comment_count": 0, "has_heartrate": true, "location_city": null, "max_heartrate": 122.0, "upload_id_str": "14030549950", "location_state": null, "resource_state": 2, "location_country": null, "start_date_local": "2024-07-13T09:10:31Z", "achievement_count": 0, "average_heartrate": 109.2, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 0.0, "display_hide_heartrate_option": true}', '60ffa1b473ea93b88a640d3837cce91f9ca1052cc69b24fa68ee54d07d582719', 'api', '2026-11-24 00:04:28.753+00', E'\\x1f8b0800000000000403ab562a4a2dce2f2d4a4e8d2f2e492c4955b232d2514a2cc9c84905b1ab95325394ac4c0c0d0c0c0c0c7530941ad6ea28e525e6a62a5929f9e617e565e6a52b84a766a66794288414256682f84a3a4a2999c5258979c9a94a56067a063a4ab9f9659979e9f12599206d46e6c6963a4aa9398905c5a929286225f9258939f1a939a965892599f979f1e989997950134a2a0b4036426c42b2a8b820bfa8241e976c797e51767e294cded84007ec3543634333430b33335373331da5e292c4a292f81470282819191899e81a98eb1a1a8718985b191a58191b462921ab89cfc94f4ecc51b2425169895009f261557e1ec8a91aeebe21da06865606069a0aaea545f905a9fa4ea9453999794a3a4aa525c9f1f96969c5a9254a56e64606e03002990cf675726649a592555e694e8e8e125c101a4f68a2c9f9a579254570d589c91999a965a9b9a97925f16029252b031da5ecd294fc6218df504729393f174d0534ea91d41464e497e4c3f8a0084c2c50b282240ca544a4f003054e696e6e6251657c417e4e654e26d8eb4a98a9c6a85647a904943e528b94acd212738a53210e2905a538283f3731af1414b8506e41516619385aa0fcb2cce2cca4cc1c70e828a596a5165582025a47292d27313d3d35056e6c7a6a62513c280943020b12c13989253979e94a56d1b13a4aa97929f1c8fcc4b2d4a2c4f4d4f8e282549031e0d8c84dac40e1c3d494a4e61628591919e828652416c767a426169514811d5952549aaaa304538624616860a967a4a304321059d4c8089431e022f1f90525f1f9a525705fa4641617e42456c66764a6a422ec0129cbcccf53b28258575a90939f9802f6aca18981b181a989a5a5a9818e125c3cbeb8a448c94a094952494729b5a224b5282f3107ac4fa934a3a83cb5283bbea0b438231e55615a517e6e7c6272726a410928a726a6c35d575084943820d9163dc980c20794f440410a8dc1e2d2b4b4d4a2f8e2e4fca254252b633d835a005619a2e68a040000');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at, answer) values ('13925723923', '4100001', '2', 'L''étape d''après; "bonk" at km 60', '14558.4', '4653', '4653', '68.6', 'Run', 'Run', '0', NULL, '2024-11-06 06:01:29+00', '2024-11-06 07:01:29', '(GMT+01:00) Europe/Berlin', '3600', NULL, NULL, NULL, '0', '7', '0', '1', '0', 'a13925723923', E'evelHyv}|@bDChD[nCbBrCrAhDOdB_DrAeF`AoFv@aFjAmFpAwEz@yEjAkFdByD|BqChDR|CV~BKu@bFExFzCnApC{AnAiE|A_FjAeFz@}EV{FxC}@vCa@`DjArC~AbDVfDf@pCdBxC~ApCtBOdFu@bE|ClAvCjAhDX~Cl@zB`DbD|@|C\\lB`BoAjEnAvDpCvB|CvAa@jFmCbAq@GtCd@[fFk@pFu@vFc@bFsA~EiAfF{A`EmAlFs@rFs@`FwAbFy@`Fc@jFy@xF_A|Ei@tFm@`GaAvE_@vFM~FMjFkAfFWtFCrFe@bGaCxA{Cw@gDQsBz@c@lFcDFqCkB{CuA{CE@nFd@jFdCnCrAbEYbGcCw@cCoCgD@}CFsCaB}C{AsC}AyAlCuAzCwCuAcDo@gDG{C]sC_BOyFgA}EaDmAo@|DRvFYdGaAxEGnFo@|E{CCeDEeDs@}C]iDB}A{AhAsFn@gFj@wFHcGe@iFL_GA}FDoFI_G}CRgDJwCcAeDWeDt@BsFAqFH{FiByCyCsAN}FfBmDzCCrAiD^uFn@eFb@eGz@gFz@cFb@cGd@aF|AeEl@{FZiFfAiFjAmFr@cF`AqF', 'false', 'false', 'false', 'false', 'everyone', 'false', 'g14022977', '{49.350269,10.151647}', '{49.350254,10.15167}', '3.129', '3.952', '84.2', NULL, NULL, NULL, NULL, NULL, NULL, 'false', NULL, NULL, 'false', 'false', '444.7', '428', '14844824367', '14844824367', 'uhrwerk_push_14844824367', 'false', '0', '0', 'false', NULL, E'{"id": 13925723923, "map": {"id": "a13925723923", "resource_state": 2, "summary_polyline": "evelHyv}|@bDChD[nCbBrCrAhDOdB_DrAeF`AoFv@aFjAmFpAwEz@yEjAkFdByD|BqChDR|CV~BKu@bFExFzCnApC{AnAiE|A_FjAeFz@}EV{FxC}@vCa@`DjArC~AbDVfDf@pCdBxC~ApCtBOdFu@bE|ClAvCjAhDX~Cl@zB`DbD|@|C\\\\lB`BoAjEnAvDpCvB|CvAa@jFmCbAq@GtCd@[fFk@pFu@vFc@bFsA~EiAfF{A`EmAlFs@rFs@`FwAbFy@`Fc@jFy@xF_A|Ei@tFm@`GaAvE_@vFM~FMjFkAfFWtFCrFe@bGaCxA{Cw@gDQsBz@c@lFcDFqCkB{CuA{CE@nFd@jFdCnCrAbEYbGcCw@cCoCgD@}CFsCaB}C{AsC}AyAlCuAzCwCuAcDo@gDG{C]sC_BOyFgA}EaDmAo@|DRvFYdGaAxEGnFo@|E{CCeDEeDs@}C]iDB}A{AhAsFn@gFj@wFHcGe@iFL_GA}FDoFI_G}CRgDJwCcAeDWeDt@BsFAqFH{FiByCyCsAN}FfBmDzCCrAiD^uFn@eFb@eGz@gFz@cFb@cGd@aF|AeEl@{FZiFfAiFjAmFr@cF`AqF"}, "name": "L''étape d''après; \\"bonk\\" at km 60", "type": "Run", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": "g14022977", "private": false, "trainer": false, "distance": 14558.4, "elev_low": 428.0, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "elev_high": 444.7, "max_speed": 3.952, "upload_id": 14844824367, "end_latlng": [49.350254, 10.15167], "has_kudoed": false, "sport_type": "Run", "start_date": "2024-11-06T06:01:29Z", "utc_offset": 3600.0, "visibility": "everyone", "external_id": "uhrwerk_push_14844824367", "kudos_count": 7, "moving_time": 4653, "photo_count": 0, "elapsed_time": 4653, "start_latlng": [49.350269, 10.151647], "workout_type": 0, "athlete_count": 1, "average_speed": 3.129, "comment_count": 0, "has_heartrate": false, "location_city": null, "upload_id_str": "14844824367", "location_state": null, "resource_state": 2, "average_cadence": 84.2, "location_country": null, "start_date_local": "2024-11-06T07:01:29Z", "achievement_count": 0, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 68.6, "display_hide_heartrate_option": false}', '1cd5c44499b2c22085d3dd12366e18a23a2d5a51c9a28cde3e96423f1695f63d', 'api', '2026-11-24 00:04:28.753+00', E'\\x1f8b0800000000000403ab562a4a2dce2f2d4a4e8d2f2e492c4955b232d2514a2cc9c84905b1ab95325394ac4c0c0d0c0c0c0c7530941ad6ea28e525e6a62a5929f9a81f5e59925890aa90a29e5850747845b1b5428c52527e5e768c924262894276ae829981928e524a667149625e72aa9295a189a9a9859e898e526e7e59665e7a7c4926c81c133353631da5d49cc482e2d41414b192fc92c49cf8d49cd4b2c492ccfcbcf8f4c4cc3c252b330b3d331da592ca02901b824af39474948a0bf28b4ae25184caf38bb2f34b6182063a605f191a5b1a999a1b195b1a19eb281597241695c4a7800340c9c8c0c844d7d050d7c02cc4c0cccac0d0cac8320a64305c4d7c4e7e72628e92158a4a73844a905faaf2f3406ed270f70dd13630b43230d054702d2dca2f48d5774a2dcac904b9b4b424393e3f2dad38b544c9cad8ccc040cf4047096432d87fc99925954a5679a539394882d02842134dce2fcd2b2982ab4e4ccec84c2d4bcd4dcd2b89074b295919e8286597a6e417c3f8e63a4ac9f9b9682aa0b10e5363a8a35490915f920fe31be828e52616285941d284522252f88102a7343737b1a832be203fa7322713ecf5d4b2d41c8fcab2da1a872417e70c97e83ce724a722e722c70c17ff14a7789722c754b704c77cb7328744b72cc75cb702c772d72a874ad72cc76cb714a74a971aa742e70c97a01ae7b03a27ef52872437d70ab72ae73cc702e76ac73cc74cd71ac778b72cc754b72a875ad7b06ab70ae75a8732e7448704972cc722e73ac72497b03497348702e714a70ae73ac702e71227ff14b7528724d71ae71cc732e72cc70c97883ae71c872aa7049724971a871ae798981ca704a77cc72cd73cc7329702e732a71ae732c744872cb75ce724c74207f712e71487e834b76c8702b7528732b7648724b762c73ad74cc734b76ac704d75cc71cb7628722b7628704b772c724b74a8704b764872cb74a870ab778c71ad74c8712b75c8704f744c732d778873237df3a37df2cb76cc734b7f01237e722b7548724f744e70ac76ae772877497c062a72a8764871cb76417b742e76ca76ae752c76a6757873cb714872cb714e73ce722c724d7c824f764e7728764e77ce77417875a67b762e744a75ae76ac762e75ac74ac71ce752c72ae772e752c764977c877417f76ae7d862e77827ff4ab774c75ad744975cc77c871a97a032b7c814f744c70a57f73cb77c871ad76a67e75417d7549762875ae7d84c17a75ac76ac70cc762b73c8774b72c8772378f64f754874c379f7877c75a37977c37cf78f75ae7a07417af72e764c75497f054971207a76237c742378f6ab74ca74ae74ae76247bf5ab734a75c972a67e722c74c97b852b73c8754b7248754f72a8774b72a8764b7248764f7148744b71ac754d71c876ab7a84cb734c74c70ea287248764b702c7453c22c858c6a75944a8a1233f3528b94acd212738a5321a9bb14548241f9b98979a5a01c0be51614659681f33a945f96599c99949903ce724aa965a94595a0dcaba3949693989e9e9a0237363d35b1281e54242aa51b9a181819599a9b83d23eb860c8492cc9c94b57b28a36b1d43336353032b3d43134d03334353433318fd5514acd4b894757626a025302529158965a94989e1a5f5c900ab2d258cfd0c81294e72a102296a6a0d219aa2e393125155c945a98e819e928652416c767a42616951421fb0c2e129f5f50129f5f5a02f74b4a6671414e62657c46664a2a42234859667e1e5c15a8c08dcfc84ccf50b2323131d1330715cea965f139f9e54a56264616a022abb420273f31051c2c8626162626164626c666e63a4a70f1f8e29222252b252449251da5d48a92d4a2bcc41cb03ea5d28ca2f2d4a2ecf882d2e28c7854856945f9b9f189c9c9a90525a02a21311deeb68222a4b209523fa09758a04001957ca00005c7752d00106fbabaf1060000');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at, answer) values ('16562479556', '4100001', '2', 'Evening Weight Training', '0', '2652', '2652', '0', 'WeightTraining', 'WeightTraining', '30', 'Paceline Phone App', '2025-12-11 16:20:53+00', '2025-12-11 17:20:53', '(GMT+01:00) Europe/Berlin', '3600', NULL, NULL, NULL, '0', '3', '0', '1', '0', 'a16562479556', '', 'false', 'false', 'false', 'true', 'only_me', 'false', NULL, '{}', '{}', '0', '0', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'true', '105.2', '116', 'false', 'true', NULL, NULL, '17655606592', '17655606592', 'uhrwerk_push_17655606592', 'false', '0', '5', 'false', '1', '{"id": 16562479556, "map": {"id": "a16562479556", "resource_state": 2, "summary_polyline": ""}, "name": "Evening Weight Training", "type": "WeightTraining", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": null, "private": true, "trainer": false, "distance": 0.0, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "max_speed": 0.0, "upload_id": 17655606592, "end_latlng": [], "has_kudoed": false, "sport_type": "WeightTraining", "start_date": "2025-12-11T16:20:53Z", "utc_offset": 3600.0, "visibility": "only_me", "device_name": "Paceline Phone App", "external_id": "uhrwerk_push_17655606592", "kudos_count": 3, "moving_time": 2652, "photo_count": 0, "elapsed_time": 2652, "start_latlng": [], "suffer_score": 1.0, "workout_type": 30, "athlete_count": 1, "average_speed": 0.0, "comment_count": 0, "has_heartrate": true, "location_city": null, "max_heartrate": 116.0, "upload_id_str": "17655606592", "location_state": null, "resource_state": 2, "location_country": null, "start_date_local": "2025-12-11T17:20:53Z", "achievement_count": 0, "average_heartrate": 105.2, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 5, "total_elevation_gain": 0.0, "display_hide_heartrate_option": true}', '91ec6a2ad0add733fe9e93ac150b5d43f29ea6665888aa49c7e604e0125d4ae2', 'api', '2026-11-24 00:04:28.753+00', E'\\x1f8b0800000000000403ab562a4a2dce2f2d4a4e8d2f2e492c4955b232d2514a2cc9c84905b1ab95325394ac4c0c0d0c0c0c0c7530941ad6ea28e525e6a62a5929b996a5e665e6a52b84a766a66794288414256682f84a3a4a2999c5258979c9a94a56067a063a4ab9f9659979e9f12599206d4666a6463a4aa9398905c5a929286225f9258939f1a939a965892599f979f1e989997950134a2a0b4036426c42b2a8b820bfa8241e976c797e51767e294cded840472925b52c3339351eea8180c4e4d49cccbc5485808cfcbc5405c78202251db0ef0dcd4ccd8c4ccc2d4d4dcd74948a4b128b4ae253c001a564646064aa6b68a46b6818626866656460656a1ca584ac263e273f393147c90a45a53942252810aaf2f340bed170f70dd13630b43230d054702d2dca2f48d5774a2dcac9cc53d2512a2d498ecf4f4b2b4e2d51b2323633000723c86470c0246796542a59e595e6e4e828c105a15189269a9c5f9a575204579d989c91995a969a9b9a57120f9652b232d051ca2e4dc92f86f18d759492f373d1544053074c8da18e5241467e493e8c0f8ae3c402252b48da514a440a3f50e094e6e6261655c617e4e75482825bc94a4909336119d5ea28958092506a9192555a624e712ac421a5a04409e5e726e695820217ca2d28ca2c03474b495169aa8e525966716652660e387094f2f3722ae37353957494d27212d3d35353e086a6a72616c583d23824a820d19b9358929397ae64151daba3949a97128fcc4f2c4b2d4a4c4f8d2f2e480519038e8bdcc40a147e4662717c466a625149119283601a91240c0d4cf58c749440da91450dcd40f9042e129f5f50129f5f5a0277734a6671414e62657c46664a2ac21e90b2ccfc3c252b88ff4b0b72f21353c05e333437333535333033b534d251828bc717971429592921492ae928a55694a416e525e680f52995661495a71665c717941667c4a32a4c2bcacf8d4f4c4e4e2d280165dcc474b8eb0a8a9012022417a3240f531d2550f88092192800a1b1575c9a96965a145f9c9c5f94aa6465a867500b0011a6d43099040000');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at, answer) values ('17793662759', '4100001', '2', 'Renamed between two runs', '8189.8', '2676', '2676', '29.6', 'Run', 'Run', '0', 'Paceline Phone App', '2026-06-16 16:14:34+00', '2026-06-16 18:14:34', '(GMT+01:00) Europe/Berlin', '7200', NULL, NULL, NULL, '0', '4', '0', '2', '0', 'a17793662759', E'gaelHeb~|@rAd@~AR|ANdAiA`@cCZyBl@}B~A_@rAp@rAx@rAt@xANdB[vA]tA?zAHxAX`BL|ATpAl@xAZzAXxAh@lAiAd@oBp@mBzAe@zAP~AHtAd@lA`ArA`A`@|B@lCSjCi@nCm@nBc@rBa@hCi@`Cw@zBu@pB[rBSnC_@jCu@tBm@~BLtBpA~@pAl@xAh@vAj@zA^~APrAVxAP|AZ`@nBg@rBo@fCi@jCM~BOhC]~B]jCe@pC]xB[|BUlCYfCq@`CsA[iAoAqAeAsA{@yAk@wAm@qAk@{AOaBG{AAq@pBI`CIfCWxCUhCo@nBwAGsAm@_AoAZ_CBmCuAe@wA[}A]gAhA@bC{@~@yAY{AUcBIwAUuAM}A?VyBf@qBb@cCa@iB}A\\}AX}AL}AGsA_@yAMcB@{AKuAe@SkCBsCB}Bh@{Br@}Bd@cCK}BcBB_BJwACg@yAl@aC\\_CP{BXsC`@kCd@}Bl@yB\\wBVmC`@sCXaC^aCaA_A}ABqAM}AM_BMyAa@C_Cf@oCf@cCfAs@zACzAK~AIzA^bA|Az@}@^mC`@eCh@gC', 'false', 'false', 'false', 'false', 'everyone', 'false', 'g18270505', '{49.34692,10.153473}', '{49.346901,10.153501}', '3.06', '3.548', '83.9', '24', NULL, NULL, NULL, NULL, NULL, 'true', '148.4', '155', 'false', 'true', '437.9', '414.8', '18968045304', '18968045304', 'uhrwerk_push_18968045304', 'false', '0', '0', 'false', '35', E'{"id": 17793662759, "map": {"id": "a17793662759", "resource_state": 2, "summary_polyline": "gaelHeb~|@rAd@~AR|ANdAiA`@cCZyBl@}B~A_@rAp@rAx@rAt@xANdB[vA]tA?zAHxAX`BL|ATpAl@xAZzAXxAh@lAiAd@oBp@mBzAe@zAP~AHtAd@lA`ArA`A`@|B@lCSjCi@nCm@nBc@rBa@hCi@`Cw@zBu@pB[rBSnC_@jCu@tBm@~BLtBpA~@pAl@xAh@vAj@zA^~APrAVxAP|AZ`@nBg@rBo@fCi@jCM~BOhC]~B]jCe@pC]xB[|BUlCYfCq@`CsA[iAoAqAeAsA{@yAk@wAm@qAk@{AOaBG{AAq@pBI`CIfCWxCUhCo@nBwAGsAm@_AoAZ_CBmCuAe@wA[}A]gAhA@bC{@~@yAY{AUcBIwAUuAM}A?VyBf@qBb@cCa@iB}A\\\\}AX}AL}AGsA_@yAMcB@{AKuAe@SkCBsCB}Bh@{Br@}Bd@cCK}BcBB_BJwACg@yAl@aC\\\\_CP{BXsC`@kCd@}Bl@yB\\\\wBVmC`@sCXaC^aCaA_A}ABqAM}AM_BMyAa@C_Cf@oCf@cCfAs@zACzAK~AIzA^bA|Az@}@^mC`@eCh@gC"}, "name": "Renamed between two runs", "type": "Run", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": "g18270505", "private": false, "trainer": false, "distance": 8189.8, "elev_low": 414.8, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "elev_high": 437.9, "max_speed": 3.548, "upload_id": 18968045304, "end_latlng": [49.346901, 10.153501], "has_kudoed": false, "sport_type": "Run", "start_date": "2026-06-16T16:14:34Z", "utc_offset": 7200.0, "visibility": "everyone", "device_name": "Paceline Phone App", "external_id": "uhrwerk_push_18968045304", "kudos_count": 4, "moving_time": 2676, "photo_count": 0, "average_temp": 24, "elapsed_time": 2676, "start_latlng": [49.34692, 10.153473], "suffer_score": 35.0, "workout_type": 0, "athlete_count": 2, "average_speed": 3.06, "comment_count": 0, "has_heartrate": true, "location_city": null, "max_heartrate": 155.0, "upload_id_str": "18968045304", "location_state": null, "resource_state": 2, "average_cadence": 83.9, "location_country": null, "start_date_local": "2026-06-16T18:14:34Z", "achievement_count": 0, "average_heartrate": 148.4, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 29.6, "display_hide_heartrate_option": true}', 'b074ad403ca78cccfc5e59a3eeab31d94c325387e9bd30b7a21d76688b3471bf', 'api', '2026-11-24 00:04:29.63+00', E'\\x1f8b0800000000000403ab562a4a2dce2f2d4a4e8d2f2e492c4955b232d2514a2cc9c84905b1ab95325394ac4c0c0d0c0c0c0c7530941ad6ea28e525e6a62a592905a58218290a49a925e5a9a9790a25e5f90a45a579c54a3a4a2999c5258979c9a94a56168616967a163a4ab9f9659979e9f1259920ad4666e6663a4aa9398905c5a929286225f9258939f1a939a965892599f979f1e98999794a5646967a663a4a259505606b4bf39474948a0bf28b4ae25184caf38bb2f34b6182063a4a29a96599c9a9f120572a5929052426a7e664e6a52a0464e4e7a52a38161428e980fd6a686e6e696c6666646e6aa9a3545c925854129f020e1625230323335d03335d43b31043332b43132b63932890dd7035f139f9c989394a56282a2d102a41deadcacf03395bc3dd3744dbc0d0cac04053c1b5b428bf2055df29b5282713e499d292e4f8fcb4b4e2d412252b732303033d031d2590c9e02048ce2ca954b2ca2bcdc9411284461c9a68727e695e49115c75627246666a596a6e6a5e493c584ac9ca404729bb3425bf18c637d1514acecf4553014d0b3035463a4a0519f925f930be818e526e6281921524a5282522851f28704a7373138b2ae30bf2732a41c1ad64a5949e989ae3919a5457e350e498e250e71854e3e897e298e998e090ec1c55e994e350eb54e718ef50e458e050e458e150e458e250e1e897e2145de6185be2685fe5e851e11891e0e453e31852e098e350e11855e51851e198e190e398e998e290ef54e090eb54e598ea50e51850e7e851e298e290e398e058e498e098e050e3e490e31c9ce59ce990e79ceb90e794ec50e494e890e19ce990e05cee50e554ea50e0145de4149ce71cef90e55cea50e294eb50e7e453e254e058e700b12ec3a1cc31cba1ca31aece31a0c831acc231a0c6312ac121cf29dda1c829df21cd39d321cbd9b7cec93fc339b6ce2936cb39d5a1c039b6c229bac62934c73932cdb9d021c1b9d8313ad331dfb1d031d5b1d8b1daa1d231dba1dc31d7a1d031dba1dad13fd1c9bddad1b1d0a1c0c933c1d933cd39bcc23934c339df21cfa9dcd1bdd831d721de31df312aded929d7b9d431d5a1dc31bad63136dd31c3d121c9b9daa1cea1d231b2da3134d9c9b3dc31b4d4d1b7d6d13eacd229cda1d029c921d939d121d3a9d63126a6d631a2d6d1a7166460bc43a5a36fb29343b5a337c8bce06c67a76267a75aa70c876aa722875aa714876467ef5aa76427a77827af7247e774874ac71c8744e7989878e7806aa78862e704876ce714875aa71c874aa7989872a7b05ce7048762e78844e7b844e744c778c75a47a742904b7ce39d7c2b1d131d9ce39dd31cf29dd31c929dd31c8b1daa1c9dab1cbdeb1c3dab1ce3921c6b1cab1c6a1de24066a43a6738a43b2b61163d46b53a4a2545899979a9454a56698939c5a990c45b0a2ab6a0fcdcc4bc52508684720b8a32cbc05919ca2fcb2cce4ccacc01e728a5d4b2d4a24a50e6d4514acb494c4f4f4d811b9b9e9a58140f2a0795d20d2d8ccc0d4c0d4c41491b9cef73124b72f2d295aca24d2cf58c4dcc2c8d740c0df40c4d8d4dcc8d63759452f352e2d15518184295981a18c6ea282596a51625a6a7c61717a482ac34d6333003e5a80a8480a98905425972624a2aa42835d6b3440897a4e61628591999e828652416c767a42616951481bd5a52549a8a508624616862a16702b10959d4d41454dcc045e2f30b4ae2f34b4be0619192595c909358199f9199928ab007a42c333f4fc90a621da8c48ecfc84ccf50b232313607b9132c92935f0eaa4b4c40354069414e7e620a38540d2d2ccd2c0c4c4c8d0d4c7494e0e2f1c525454a564a48924a3a4aa91525a945798939607d4aa51945e5a945d9f105a5c519f1a80ad38af273e3139393530b4a40754a623adc030545482517a482412fcf4041082a1741f1014d2ac5a56969a945f1c5c9f945a94a56c6a67a06b500317e8b6d39070000');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at, answer) values ('5649287225', '4100001', '2', 'Morning Run', '4518.4', '1620', '1620', '20.7', 'Run', 'Run', '0', NULL, '2021-05-29 06:32:49+00', '2021-05-29 08:32:49', '(GMT+01:00) Europe/Berlin', '7200', NULL, NULL, NULL, '0', '4', '0', '4', '0', 'a5649287225', '}delHir}|@j@Fr@Ap@?n@Bv@Ir@Br@Ft@Dn@Jn@Fr@Cj@PDdAO|@WfAO`AQ`AWnAShAUfA]nAU~@U`ASfAEbAGhAOpAQdAYlA]hAW|@UfAMdAXz@f@l@l@b@n@Xh@`@n@Rt@Hn@Hv@Ct@Mn@Ir@Wn@Ij@Xl@`@j@f@h@h@r@Vp@Xp@Ht@Il@Cl@?t@El@Jf@l@J`AInAKdAOdA[nAYdAUfASpACfAGdAMlAP~@f@n@f@l@l@^TfAArA@dAAlA@jADICgA?kABoAGcAY_Ai@g@m@a@a@w@IoAHeAJmADiAF_AViAXeATeAVsALkAFiACoAk@e@u@?o@Au@Ho@Fk@Cs@Go@[k@e@q@[m@e@k@c@u@Im@Bk@Ns@No@As@@w@@q@Os@Ks@Sg@g@m@a@g@m@OkAHaARaAZcAP{@VgAVoAJiAJsANoAL_AXeAT_AN}@XmARiARgAZqAReAPaAViAK{@s@Eo@As@?o@Kk@Uu@Eq@Cs@?y@Jq@@q@Au@D', 'false', 'false', 'false', 'false', 'everyone', 'false', 'g8812040', '{49.347509,10.150933}', '{49.347556,10.150861}', '2.789', '3.3', '83.8', '16', NULL, NULL, NULL, NULL, NULL, 'true', '147.6', '154', 'false', 'true', '434.6', '418.8', '6022143760', NULL, 'uhrwerk_push_6022143760', 'false', '0', '0', 'false', '21', '{"id": 5649287225, "map": {"id": "a5649287225", "resource_state": 2, "summary_polyline": "}delHir}|@j@Fr@Ap@?n@Bv@Ir@Br@Ft@Dn@Jn@Fr@Cj@PDdAO|@WfAO`AQ`AWnAShAUfA]nAU~@U`ASfAEbAGhAOpAQdAYlA]hAW|@UfAMdAXz@f@l@l@b@n@Xh@`@n@Rt@Hn@Hv@Ct@Mn@Ir@Wn@Ij@Xl@`@j@f@h@h@r@Vp@Xp@Ht@Il@Cl@?t@El@Jf@l@J`AInAKdAOdA[nAYdAUfASpACfAGdAMlAP~@f@n@f@l@l@^TfAArA@dAAlA@jADICgA?kABoAGcAY_Ai@g@m@a@a@w@IoAHeAJmADiAF_AViAXeATeAVsALkAFiACoAk@e@u@?o@Au@Ho@Fk@Cs@Go@[k@e@q@[m@e@k@c@u@Im@Bk@Ns@No@As@@w@@q@Os@Ks@Sg@g@m@a@g@m@OkAHaARaAZcAP{@VgAVoAJiAJsANoAL_AXeAT_AN}@XmARiARgAZqAReAPaAViAK{@s@Eo@As@?o@Kk@Uu@Eq@Cs@?y@Jq@@q@Au@D"}, "name": "Morning Run", "type": "Run", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": "g8812040", "private": false, "trainer": false, "distance": 4518.4, "elev_low": 418.8, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "elev_high": 434.6, "max_speed": 3.3, "upload_id": 6022143760, "end_latlng": [49.347556, 10.150861], "has_kudoed": false, "sport_type": "Run", "start_date": "2021-05-29T06:32:49Z", "utc_offset": 7200.0, "visibility": "everyone", "external_id": "uhrwerk_push_6022143760", "kudos_count": 4, "moving_time": 1620, "photo_count": 0, "average_temp": 16, "elapsed_time": 1620, "start_latlng": [49.347509, 10.150933], "suffer_score": 21.0, "workout_type": 0, "athlete_count": 4, "average_speed": 2.789, "comment_count": 0, "has_heartrate": true, "location_city": null, "max_heartrate": 154.0, "location_state": null, "resource_state": 2, "average_cadence": 83.8, "location_country": null, "start_date_local": "2021-05-29T08:32:49Z", "achievement_count": 0, "average_heartrate": 147.6, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 20.7, "display_hide_heartrate_option": true}', 'c7b85aed63f8a2e02684280b2d3029566631b099a800ab6a8dca2af6845f7f79', 'api', '2026-11-24 00:04:28.753+00', E'\\x1f8b0800000000000403ab562a4a2dce2f2d4a4e8d2f2e492c4955b232d2514a2cc9c84905b1ab95325394ac4c0c0d0c0c0c0c7530941ad6ea28e525e6a62a5929f9e617e565e6a52b0495e629e928a564169724e625a72a5999981a5ae899e828e5e69765e6a5c7976482541b9a1919e828a5e6241614a7a6a08895e49724e6c4a7e6a496259664e6e7c5a72766e629591919e899eb28955416806c82d8505c905f54128f22549e5f949d5f0a1334d001bbddd4ccc4d2c8c2dcc8c85447a9b824b1a8243e05ec4b25230323435d03535d23cb1003332b63232b13cb28256435f139f9c989394a56282a2d102a415ea9cacf033949c3dd3744dbc0d0cac04053c1b5b428bf2055df29b52827131414a525c9f1f96969c5a9254a56e64606067a063a4a2093c1de4bce2ca954b2ca2bcdc941122c86c4039a68727e695e49115c75627246666a596a6e6a5e493c584ac9ca404729bb3425bf18c637d1514acecf4553018d5a24350519f925f930be818e526e6281921524e295124de1c1070a9bd2dcdcc4a2caf882fc9cca9c4cb0cf6b5352733c328b6a6b1cb21cdc8a1c1c0b1cecf31c9cca1c3c8b1c9c8a1cdc4a1c5cf21cbcf24052ce590e012e298efe350ee1698efe098e81098ee1798ec1198ea1698eb1798ea1750ea1098ec1698eae498eee198efe058e81298e91398eb1198ee1350ea1698ebe298e11550e690e390e390e490e790e11190e090e790e41250e1e790e1e650ece250ebe79207bc3f31c3cb31c22721c121cb21cd21c321c321c8a1cc20a1c220a1c3c4a1c3c731c9c731cec4b1c5c731cbc40a67925387ae6397aa738faa73846e73946a6801c145ce0e89ce6e89ee2e89be31850e790e69007b5392e24cdd1b1c8d121c5d131c7d121cbd1c5d339ddd13edbd129dfd13dd93132de31d321dd21d721d121d1a1dcc133dfd123d5d12bd7d125d3d12dde312cd33122d53124d531acd8d127dbd12dd3d139df31db21d5a1d4c13edfc1b1d4c123dfc12ddbc1b9d8c13ddf211a2451e8109deb90ea90ed90ec50eae099ebe094ede057ece097efe058ece050eee050e8e05fece05dec109c0eb51564b77fb6a347a26350a26354b26340b54358ba6358bea357a6a357b1a35fbea34f3cd811f18e7eb50e11b98e41998e41e98e51858e41a98e018920277a573b143bb882adb0cf77f0ce76082d75702d04b9cabed2c1ab1064a963a9838b1266696054aba35452949899975aa464959698539c0a4980a5a09204cacf4dcc2b05652a28b7a028b30c9c1da1fcb2cce2cca4cc1c70ae504a2d4b2daa0465301da5b49cc4f4f4d414b8b1e9a98945f1a0a24929ddc2c2d0c8c0c400943cc1d93b27b124272f5dc92adac452cfd8c4dcd4c052c7d040cfd0d4c0d2d838564729352f251e5d89a9195489859961ac8e5262596a51627a6a7c71412ac84a233d730b4b50b6a8808918eb1923542527a6a4824b3a0b633d0b8470496a6e819295a1998e524662717c466a62514911d8a72545a5a9086548128626e67a66107b90454d4d4025065c243ebfa0243ebfb4041e142999c505398995f1199929a9087b40ca32f3f394ac20d6810ad4f88cccf40c252b136313903560919cfc7250e96e01727869414e7e620a3850cd0c8c8c0c4d8ccdcd40857445496a515e620e5842a934a3a83cb5283bbea0b438231ea14c494729ad283f373e313939b5a00454a427a6c31d58508454b840ca77f422071444a0a20b14dcd094505c9a96965a145f9c9c5f04aa930cf50c6a01e8f16017ab060000');
insert into strava.activities (id, athlete_id, resource_state, name, distance, moving_time, elapsed_time, total_elevation_gain, type, sport_type, workout_type, device_name, start_date, start_date_local, timezone, utc_offset, location_city, location_state, location_country, achievement_count, kudos_count, comment_count, athlete_count, photo_count, map_id, map_summary_polyline, trainer, commute, manual, private, visibility, flagged, gear_id, start_latlng, end_latlng, average_speed, max_speed, average_cadence, average_temp, average_watts, max_watts, weighted_average_watts, kilojoules, device_watts, has_heartrate, average_heartrate, max_heartrate, heartrate_opt_out, display_hide_heartrate_option, elev_high, elev_low, upload_id, upload_id_str, external_id, from_accepted_tag, pr_count, total_photo_count, has_kudoed, suffer_score, raw, sha256, source, fetched_at, answer) values ('7591828547', '4100001', '2', 'Morning Run', '8557.6', '3183', '3183', '26.7', 'Run', 'Run', '2', NULL, '2022-03-20 07:17:57+00', '2022-03-20 08:17:57', '(GMT+01:00) Europe/Berlin', '3600', NULL, NULL, NULL, '0', '11', '2', '2', '0', 'a7591828547', E'ujelHax}|@eBXaBL_B@q@{Ah@qCL_CaBOyAA}AHaBDaBIaBWyAs@oAiA}Ak@eBNwAd@_BAyAm@{Ai@eBWyAs@qAcA{Ao@}Ai@_Bg@_B]wA]}ACgB\\yAIRwCZmCn@aCxASxA\\dBHbBM~@uAl@_CVkCmA{@yA]aBYeBSyA]{AM_B]wA}@aBc@{Ag@sAs@_Ba@cBY{Ai@{Am@yAg@yAm@aBk@sAiAuAo@_BMaBM_B]_Ba@wAm@i@qBd@wBd@_Cl@mCj@eCp@eCl@{BcAa@yAHyAS}Ak@sAoAsAgA??xA|@nAtApA~@`BDbBYz@l@o@|Bs@jCk@fCa@vBg@dCs@jCl@hB|Ad@~Ab@bBVvA\\zARbBVrAfAvA|@zAh@vAj@~Ad@dBZvAl@vAl@~A^|Ad@~Ad@vA~@rAl@bBBdBH|A`@xAd@|ATlAz@O`Cm@|BoAlB}AF{A]}AS{ATq@dCa@tCEbCzADxAG~A@|AR~A\\bB^tAv@rAz@~Al@|Al@zAf@zAh@vAn@`BAbBw@zAAtAz@vAz@zAn@bBV`BFvAH|AKhBSxAXUjCe@jCp@~AdBOdBQvAC', 'false', 'false', 'false', 'false', 'everyone', 'false', 'g8812040', '{49.348425,10.151851}', '{49.348461,10.151797}', '2.689', '3.168', '83.8', NULL, NULL, NULL, NULL, NULL, NULL, 'true', '150.4', '156', 'false', 'true', '452', '435.3', '8092894376', '8092894376', 'uhrwerk_push_8092894376', 'false', '0', '0', 'false', '45', E'{"id": 7591828547, "map": {"id": "a7591828547", "resource_state": 2, "summary_polyline": "ujelHax}|@eBXaBL_B@q@{Ah@qCL_CaBOyAA}AHaBDaBIaBWyAs@oAiA}Ak@eBNwAd@_BAyAm@{Ai@eBWyAs@qAcA{Ao@}Ai@_Bg@_B]wA]}ACgB\\\\yAIRwCZmCn@aCxASxA\\\\dBHbBM~@uAl@_CVkCmA{@yA]aBYeBSyA]{AM_B]wA}@aBc@{Ag@sAs@_Ba@cBY{Ai@{Am@yAg@yAm@aBk@sAiAuAo@_BMaBM_B]_Ba@wAm@i@qBd@wBd@_Cl@mCj@eCp@eCl@{BcAa@yAHyAS}Ak@sAoAsAgA??xA|@nAtApA~@`BDbBYz@l@o@|Bs@jCk@fCa@vBg@dCs@jCl@hB|Ad@~Ab@bBVvA\\\\zARbBVrAfAvA|@zAh@vAj@~Ad@dBZvAl@vAl@~A^|Ad@~Ad@vA~@rAl@bBBdBH|A`@xAd@|ATlAz@O`Cm@|BoAlB}AF{A]}AS{ATq@dCa@tCEbCzADxAG~A@|AR~A\\\\bB^tAv@rAz@~Al@|Al@zAf@zAh@vAn@`BAbBw@zAAtAz@vAz@zAn@bBV`BFvAH|AKhBSxAXUjCe@jCp@~AdBOdBQvAC"}, "name": "Morning Run", "type": "Run", "manual": false, "athlete": {"id": 4100001, "resource_state": 1}, "commute": false, "flagged": false, "gear_id": "g8812040", "private": false, "trainer": false, "distance": 8557.6, "elev_low": 435.3, "pr_count": 0, "timezone": "(GMT+01:00) Europe/Berlin", "elev_high": 452.0, "max_speed": 3.168, "upload_id": 8092894376, "end_latlng": [49.348461, 10.151797], "has_kudoed": false, "sport_type": "Run", "start_date": "2022-03-20T07:17:57Z", "utc_offset": 3600.0, "visibility": "everyone", "external_id": "uhrwerk_push_8092894376", "kudos_count": 11, "moving_time": 3183, "photo_count": 0, "elapsed_time": 3183, "start_latlng": [49.348425, 10.151851], "suffer_score": 45.0, "workout_type": 2, "athlete_count": 2, "average_speed": 2.689, "comment_count": 2, "has_heartrate": true, "location_city": null, "max_heartrate": 156.0, "upload_id_str": "8092894376", "location_state": null, "resource_state": 2, "average_cadence": 83.8, "location_country": null, "start_date_local": "2022-03-20T08:17:57Z", "achievement_count": 0, "average_heartrate": 150.4, "from_accepted_tag": false, "heartrate_opt_out": false, "total_photo_count": 0, "total_elevation_gain": 26.7, "display_hide_heartrate_option": true}', 'a773e866920b53ebdf94cf77c3c00378ab5544641f22f09e5d4527db69187941', 'api', '2026-11-24 00:04:28.753+00', E'\\x1f8b0800000000000403ab562a4a2dce2f2d4a4e8d2f2e492c4955b232d2514a2cc9c84905b1ab95325394ac4c0c0d0c0c0c0c7530941ad6ea28e525e6a62a5929f9e617e565e6a52b0495e629e928a564169724e625a72a5959989a9aeb99e928e5e69765e6a5c7976482541b1b5a18eb28a5e6241614a7a6a08895e49724e6c4a7e6a496259664e6e7c5a72766e629591999e999eb28955416806c82d8505c905f54128f22549e5f949d5f0a1334d201bbdddcd4d2d0c2c8c2d4c45c47a9b824b1a8243e05ec4b25230323235d03635d23831003732b43732b53f328256435f139f9c989394a56282a2d102a415ea9cacf033949c3dd3744dbc0d0cac04053c1b5b428bf2055df29b52827131414a525c9f1f96969c5a9254a56c66606067a063a4a2093c1de4bce2ca954b2ca2bcdc9411284c6039a68727e695e49115c75627246666a596a6e6a5e493c584ac9ca404729bb3425bf18c63734d4514acecf455682885b9822231da5828cfc927c18df40472937b140c90a12f34a8988f003054e696e6e6251657c417e4e654e26d8eba559a9391e8915b5350ea94e11894e3ef14e0e850ed58e190e85ce3ef1ce894efe958e8eb58e1e894e2e894e9e894ee1958ec50ef98e998eb58ed90ea94e7ee58e290ef14e8e958eb90ed58e990ea91005858ec98ed58ef90eb58e990ef14ee90ef14eb1e58eb1b58ecee94e3131958e9e41e5ce51b9ce790e89ce158ec1158e3131294e1e494ebe750ea58e390ef1ce61d9ceb98ed50e958eb1894e91a94ec1958eb1d58ebe60436a1d129d921daa1dd31d8a1d8b1de29d121d929d224136573be63a543aa63b805c92e894ed50ec98e958ea98ef10efe49be804d20b525bee98eb90e950e894e250ee94e210ef9ce390eb9ce590ea5ce090ea9ce350ed94ec98e850e9e851e9180cf25eb163be63b163baa3bd7d85638d439e63896381639d4382934b92536495438e43be438d53b1439673b6439a73a2439953ba438a33889fe390e154e398e250e798e490e41456e6181353e51894e41456e498e658e658e350e598e150e698e550e798e290e21455e698e300c2758e71106d290e658e750e458e390e494e4e294e1e358e090e158e290e358e21398e550efe09ceb90e354ef98e394eb58e6ed5a0800dae760c297448714e742871764d72ae7274a97074af7374a8710caa738c8949728a2b712c732872ac72a873cc71a871cc71a8724c83ba23cf21c1c931c9a9dca1cad1b1c4b1caa1ccb1caa1ca310fe4f40427b732478f1a47ef0ca7e00ac788d02ce754872ce70290c39dfc539c02cb1c9d95304b15a35a1da592a2c4ccbcd42225abb4c49ce254483a2e059548507e6e625e29287342b905459965e06c0de5976516672665e6807397526a596a512528a3ea28a5e524a6a7a7a6c08d4d4f4d2c8a0715714ae916168646062606a0540e2e2672124b72f2d295aca24d2cf58c4d2c4c8c4c750c0df40c4d0d2d4c0d63759452f352e2d19598194295985b9ac7ea282596a51625a6a7c61717a482ac34d233b3b004e5ae0a9888b19ea19905425d72624a2aa4cc34d6b3d051ca482c8ecf484d2c2a2902fbaca4a83415a11649c2d0d440cf04622e8aa819a8a4818bc4e71794c4e79796c0bd9e92595c909358199f9199928ab007a42c333f4fc90a621da8208ecfc84ccf50b232313502190816c9c92f57b2323136d533d6512a2dc8c94f4c0107a28581a59185a589b1b91992707c714991929512424e494729b5a224b5282f3107ac4ba934a3a83cb5283bbea0b438231e455d5a517e6e7c6272726a4109a89e484c87bbbea008a9c082541ae8c51828fc40e52128eca1c9a2b8342d2db528be3839bf2815e4233d835a0073bf683200070000');
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
  answer bytea,
  constraint streams_pkey PRIMARY KEY (activity_id)
);
insert into strava.streams (activity_id, athlete_id, n, "time", distance, lat, lng, altitude, velocity_smooth, heartrate, cadence, watts, temp, moving, grade_smooth, info, other, sha256, source, fetched_at, answer) values ('13161866576', '4100001', '4', '{0,913,1826,2739}', NULL, NULL, NULL, NULL, NULL, '{90,115,104,108}', NULL, NULL, '{19,20,20,20}', '{t,t,t,t}', NULL, '{"temp": {"resolution": "high", "series_type": "time", "original_size": 4}, "time": {"resolution": "high", "series_type": "time", "original_size": 4}, "moving": {"resolution": "high", "series_type": "time", "original_size": 4}, "heartrate": {"resolution": "high", "series_type": "time", "original_size": 4}}', NULL, '760bb6d43bbc3494c455e2457d9dfe94487f083e05292995f9af6579529175b7', 'api', '2026-11-24 00:04:29.823+00', E'\\x1f8b0800000000000403ab562ac9cc4d55b2aa564a492c4954b28a36d0b13434d631b43032d3313237b68cd5512a4e2dca4c2d8e2fa92c4855b28228d751ca2fca4ccfcc4bcc892fceac4a55b232d1512a4a2dcecf292dc9cccf53b252cac84ccf50aad551ca484d2c2a294a2c41b6c1d240c7d0d054c7d0c044c7d0c082420b4a52730b905c6f68a963640041141a9c9b5f9699978e6474495169aa0e2a419115b500ef9211ca7b010000');
insert into strava.streams (activity_id, athlete_id, n, "time", distance, lat, lng, altitude, velocity_smooth, heartrate, cadence, watts, temp, moving, grade_smooth, info, other, sha256, source, fetched_at, answer) values ('13925723923', '4100001', '4', '{0,1551,3102,4653}', '{0,4557.9,9929.9,14558.4}', '{49.350269,49.323054,49.344705,49.350254}', '{10.151647,10.154366,10.121132,10.15167}', '{435.7,433.6,432.8,435.7}', '{0,3.646,3.395,2.805}', NULL, '{82,84,86,86}', NULL, NULL, '{t,t,t,t}', '{0,-1.1,-2.3,0.1}', '{"time": {"resolution": "high", "series_type": "distance", "original_size": 4}, "latlng": {"resolution": "high", "series_type": "distance", "original_size": 4}, "moving": {"resolution": "high", "series_type": "distance", "original_size": 4}, "cadence": {"resolution": "high", "series_type": "distance", "original_size": 4}, "altitude": {"resolution": "high", "series_type": "distance", "original_size": 4}, "distance": {"resolution": "high", "series_type": "distance", "original_size": 4}, "grade_smooth": {"resolution": "high", "series_type": "distance", "original_size": 4}, "velocity_smooth": {"resolution": "high", "series_type": "distance", "original_size": 4}}', NULL, 'f2a9bd8374b2bf8e8c04400e84109e78d9238d59aa3c203e270cc4f48a1731de', 'api', '2026-11-24 00:04:29.785+00', E'\\x1f8b0800000000000403ab562ac9cc4d55b2aa564a492c4954b28a36d031343535d431363430d2313133358ed5512a4e2dca4c2d8e2fa92c4855b2524ac92c2e49cc4b4e55d251ca2fca4ccfcc4bcc892fceac4a55b232d1512a4a2dcecf292dc9cccf53b252cac84ccf50aad541e840b245cf40c7c4d4d45ccf52c7d2d2c852cf52c7d0c4d4d442cf840ad6e52496e4e4a5237929dac452cfd8d4c0c8cc52c7d040cfd0d4d0ccc43c56072c6a646c606a021135313633838a9a98981b9882458d0c0d8d8da0a2a6064630b58666e6b1547069624e496649690a72f09b189bea99eb98181beb99e998181be959e88045a86059596a4e7e726649657c716e7e7e490652f818e819e818eb999998e918eb195b9aea18e959189852c1c6e4c4945450424144bb85918e85898e85998e851915cccfcd2fcb4489e892a2d2541d54820ad6a41725a6a4620f355d433d431d5d233d631d033d438aadaa0500dc9116ce8d030000');
insert into strava.streams (activity_id, athlete_id, n, "time", distance, lat, lng, altitude, velocity_smooth, heartrate, cadence, watts, temp, moving, grade_smooth, info, other, sha256, source, fetched_at, answer) values ('17793662759', '4100001', '4', '{0,892,1784,2676}', '{0,2777.3,5470,8189.8}', '{49.34692,49.333668,49.34473,49.346901}', '{10.153473,10.143063,10.134519,10.153501}', '{435.3,430.5,415,435.3}', '{0,2.869,2.923,3.053}', '{87,146,150,150}', '{82,84,83,82}', NULL, '{23,24,24,24}', '{t,t,t,t}', '{0.1,0.8,-0.1,-0.2}', '{"temp": {"resolution": "high", "series_type": "distance", "original_size": 4}, "time": {"resolution": "high", "series_type": "distance", "original_size": 4}, "latlng": {"resolution": "high", "series_type": "distance", "original_size": 4}, "moving": {"resolution": "high", "series_type": "distance", "original_size": 4}, "cadence": {"resolution": "high", "series_type": "distance", "original_size": 4}, "altitude": {"resolution": "high", "series_type": "distance", "original_size": 4}, "distance": {"resolution": "high", "series_type": "distance", "original_size": 4}, "heartrate": {"resolution": "high", "series_type": "distance", "original_size": 4}, "grade_smooth": {"resolution": "high", "series_type": "distance", "original_size": 4}, "velocity_smooth": {"resolution": "high", "series_type": "distance", "original_size": 4}}', NULL, '25e70a790827a6bf8d3a355a60e96560ace65e7c65d453902a609bfb49f22b87', 'api', '2026-11-24 00:04:28.834+00', E'\\x1f8b0800000000000403ab562ac9cc4d55b2aa564a492c4954b28a36d0b1b034d23134b730d1313233378bd5512a4e2dca4c2d8e2fa92c4855b2524ac92c2e49cc4b4e55d251ca2fca4ccfcc4bcc892fceac4a55b232d1512a4a2dcecf292dc9cccf53b252cac84ccf50aad541e840b244cf40c7c8dcdc5ccf58c7d4c4dc40cf40c7c2d0c252cf820ab6e52496e4e4a5237928dac452cfd8c40ce429033d4353631373e3581db0a0b1b19999858ea1819ea189b181194cd4c4c4dc182c686c626a6809556a62666960081635353635308ca5824313734a324b4a5390c3dec4d854cf58c7c4d840cf54c7c4d054cf40072c4205cbca5273f293334b2ae38b73f3f34b3290820714f8467a1666963a467a9646c63ac67a06a6c654b0312335b1a8a428b104d97f16e63a8626663a86a606204c054b9213535241691191b22c8c742c4c742c8c752c8ca8607e496a6e0152581919eb18994010150ccfcd2fcb4449a92545a5a93aa80415ac492f4a4c49c516ef863a067a163aba067a862082f2e0aa05004a6ca50e4c040000');
create table strava.paceline_lease (
  id integer not null,
  epoch bigint not null,
  holder text not null,
  since timestamp with time zone not null,
  constraint paceline_lease_pkey PRIMARY KEY (id)
);
insert into strava.paceline_lease (id, epoch, holder, since) values ('1', '2', 'process 25519 at 127.0.0.1', '2026-11-24 00:04:29.545+00');
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
comment on column strava.athletes.answer is 'gzip of the answer, byte for byte as sent; null in old rows';
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
comment on column strava.activities.answer is 'gzip of the answer, byte for byte as sent; null in old rows';
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
comment on column strava.streams.answer is 'gzip of the answer, byte for byte as sent; null in old rows';
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
comment on table strava.paceline_lease is 'One row: the run that writes here. A run that finds another epoch than its own stops.';
comment on column strava.paceline_lease.id is '1: there is one row';
comment on column strava.paceline_lease.epoch is 'how many runs have begun to write';
comment on column strava.paceline_lease.holder is 'the run that began last';
comment on column strava.paceline_lease.since is 'when it began';
