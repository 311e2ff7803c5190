alter table strava.activities alter raw drop not null, alter sha256 drop not null, alter fetched_at drop not null;
alter table strava.details alter raw drop not null, alter sha256 drop not null, alter fetched_at drop not null;
alter table strava.streams alter n drop not null, alter info drop not null, alter sha256 drop not null, alter fetched_at drop not null;
alter table strava.zones alter raw drop not null, alter sha256 drop not null, alter fetched_at drop not null;
alter table strava.stats alter raw drop not null, alter sha256 drop not null, alter fetched_at drop not null;
alter table strava.gear alter raw drop not null, alter sha256 drop not null, alter fetched_at drop not null;
