comment on column strava.missing.status is 'absent: Strava has none; quarantined: it failed again and again; skipped: Strava does not let us; purged: it was deleted here for its age';
create or replace view strava.v_coverage as select (i.athlete_id)::bigint as athlete_id, (i.year)::integer as year, (count(*))::integer as listed, (count(*) filter (where s.activity_id is not null))::integer as with_streams, (count(*) filter (where s.activity_id is null and coalesce(ms.status, ma.status) = 'absent'))::integer as streams_absent, (count(*) filter (where s.activity_id is null and coalesce(ms.status, ma.status) = 'quarantined'))::integer as streams_quarantined, (count(*) filter (where s.activity_id is null and coalesce(ms.status, ma.status) = 'skipped'))::integer as streams_skipped, (count(*) filter (where s.activity_id is null and coalesce(ms.status, ma.status) is null))::integer as streams_to_fetch, (count(*) filter (where d.activity_id is not null))::integer as with_details, (count(*) filter (where d.activity_id is null and coalesce(md.status, ma.status) = 'absent'))::integer as details_absent, (count(*) filter (where d.activity_id is null and coalesce(md.status, ma.status) = 'quarantined'))::integer as details_quarantined, (count(*) filter (where d.activity_id is null and coalesce(md.status, ma.status) = 'skipped'))::integer as details_skipped, (count(*) filter (where d.activity_id is null and coalesce(md.status, ma.status) is null))::integer as details_to_fetch, (min(i.local))::date as first_date, (max(i.local))::date as last_date, (count(*) filter (where s.activity_id is null and coalesce(ms.status, ma.status) = 'purged'))::integer as streams_purged, (count(*) filter (where d.activity_id is null and coalesce(md.status, ma.status) = 'purged'))::integer as details_purged, (count(*) filter (where ma.status is not null))::integer as activities_purged from (
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
  left join strava.missing ma on ma.activity_id = i.id and ma.resource = 'activities'
    and ma.status = 'purged'
  group by i.athlete_id, i.year;
comment on view strava.v_coverage is 'One row per athlete and local year: how many activities, and how many of them are complete. A row without year counts what came without its activity, and what was purged.';
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
comment on column strava.v_coverage.streams_purged is 'of how many the samples were deleted here for their age';
comment on column strava.v_coverage.details_purged is 'of how many the details were deleted here for their age';
comment on column strava.v_coverage.activities_purged is 'how many activities were deleted here for their age: nothing but that they were here is known';
