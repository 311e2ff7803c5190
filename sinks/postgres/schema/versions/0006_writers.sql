alter table strava.paceline_lease add column ours bigint;
update strava.paceline_lease set ours = epoch;
comment on table strava.paceline_lease is 'One row: how many runs have begun to write, of any athlete. A run of an older version that finds another epoch than its own stops.';
comment on column strava.paceline_lease.ours is 'the epoch of the last run that has a row in paceline_writer; else older versions began';
create table strava.paceline_writer (athlete_id bigint primary key, epoch bigint not null, holder text not null, since timestamptz not null);
comment on table strava.paceline_writer is 'One row per athlete: the run that writes the athlete''s rows. A run that finds another epoch than its own stops.';
comment on column strava.paceline_writer.athlete_id is 'athletes.id; 0: of all athletes';
comment on column strava.paceline_writer.epoch is 'the number of the run';
comment on column strava.paceline_writer.holder is 'the run that began last';
comment on column strava.paceline_writer.since is 'when it began';
alter table strava.paceline_projection add column athlete_id bigint not null default 0,
    drop constraint paceline_projection_pkey, add primary key (athlete_id, name);
comment on table strava.paceline_projection is 'One row per table and athlete: by which version of our columns the rows were made out of their answers.';
comment on column strava.paceline_projection.athlete_id is 'athletes.id; 0: of every athlete without a row';
