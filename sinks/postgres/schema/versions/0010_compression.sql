comment on column strava.athletes.answer is 'zstd (older rows: gzip) of the response, byte for byte; null in the oldest rows';
comment on column strava.activities.answer is 'zstd (older rows: gzip) of the response, byte for byte; null in the oldest rows';
comment on column strava.streams.answer is 'zstd (older rows: gzip) of the response, byte for byte; null in the oldest rows';
comment on column strava.details.answer is 'zstd (older rows: gzip) of the response, byte for byte; null in the oldest rows';
comment on column strava.zones.answer is 'zstd (older rows: gzip) of the response, byte for byte; null in the oldest rows';
comment on column strava.stats.answer is 'zstd (older rows: gzip) of the response, byte for byte; null in the oldest rows';
comment on column strava.gear.answer is 'zstd (older rows: gzip) of the response, byte for byte; null in the oldest rows';
alter table strava.streams alter column lat set storage external, alter column lng set storage external;
