/** Migrations of the state file: forward only, each in one transaction. */

/** Migration N upgrades the file from version N-1 to N. A released one is never edited, not even its comments. */
export const migrations: ReadonlyArray<string> = [
  `
  create table meta (key text primary key, value text not null) strict, without rowid;

  create table run (
    epoch integer primary key, started integer not null, ended integer, exit integer
  ) strict;

  create table cursor (
    athlete integer not null, stage text not null, value text not null,
    primary key (athlete, stage)
  ) strict, without rowid;

  -- The ledger: one row per resource of an activity.
  create table item (
    athlete integer not null, resource text not null, id text not null,
    status text not null check (
      status in ('listed', 'staged', 'delivered', 'absent', 'quarantined', 'skipped')
    ),
    start integer not null, hash text, reason text,
    tries integer not null default 0, next_try integer, updated integer not null,
    primary key (athlete, resource, id)
  ) strict, without rowid;
  create index item_status on item (athlete, resource, status, start desc);

  -- Answers that some sink still lacks, compressed.
  create table staged (
    athlete integer not null, resource text not null, id text not null,
    hash text not null, fetched_at integer not null, body blob not null,
    primary key (athlete, resource, id)
  ) strict;

  -- The outbox: what each sink has yet to take. With a reason: what it has refused.
  create table pending (
    sink text not null, resource text not null, athlete integer not null, id text not null,
    hash text not null, size integer not null, start integer not null, reason text,
    primary key (sink, resource, athlete, id)
  ) strict, without rowid;
  create index pending_item on pending (athlete, resource, id);
  create index pending_order on pending (sink, resource, reason, start desc);

  -- What each sink has.
  create table landed (
    athlete integer not null, resource text not null, id text not null, sink text not null,
    hash text not null,
    primary key (athlete, resource, id, sink)
  ) strict, without rowid;

  create table quota (
    bucket text primary key, start integer not null, used integer not null, cap integer not null
  ) strict, without rowid;
  `,
  `
  -- What a sink has refused is offered again: how often it has been, and when it will be.
  alter table pending add column tries integer not null default 0;
  alter table pending add column next_try integer;
  update pending set tries = 1, next_try = 0 where reason is not null;
  `,
  `
  -- What the last list said of an activity, as far as anything hangs on it.
  create table summary (
    athlete integer not null, id text not null,
    basis text, sport text, gear text, private integer not null default 0,
    seen integer not null default 0, missed integer,
    primary key (athlete, id)
  ) strict, without rowid;

  -- Fields and values that we did not know when they were first seen.
  create table drift (
    resource text not null, name text not null,
    first_seen integer not null, epoch integer not null, items integer not null,
    primary key (resource, name)
  ) strict, without rowid;

  -- An activity may be deleted; SQLite changes no check in place.
  create table item_3 (
    athlete integer not null, resource text not null, id text not null,
    status text not null check (status in
      ('listed', 'staged', 'delivered', 'absent', 'quarantined', 'skipped', 'deleted')
    ),
    start integer not null, hash text, reason text,
    tries integer not null default 0, next_try integer, updated integer not null,
    primary key (athlete, resource, id)
  ) strict, without rowid;
  insert into item_3 select athlete, resource, id, status, start, hash, reason, tries, next_try,
    updated from item;
  drop table item;
  alter table item_3 rename to item;
  create index item_status on item (athlete, resource, status, start desc);
  `,
  `
  -- An answer may be purged, and does not come back by itself; how old it is tells when it was received.
  create table item_4 (
    athlete integer not null, resource text not null, id text not null,
    status text not null check (status in
      ('listed', 'staged', 'delivered', 'absent', 'quarantined', 'skipped', 'deleted', 'purged')
    ),
    start integer not null, hash text, reason text,
    tries integer not null default 0, next_try integer, updated integer not null,
    -- Null where no answer is kept anywhere.
    fetched integer,
    primary key (athlete, resource, id)
  ) strict, without rowid;
  insert into item_4 select athlete, resource, id, status, start, hash, reason, tries, next_try,
    updated, coalesce((select fetched_at from staged where staged.athlete = item.athlete
      and staged.resource = item.resource and staged.id = item.id),
      case when hash is not null or status = 'delivered' then updated end) from item;
  drop table item;
  alter table item_4 rename to item;
  create index item_status on item (athlete, resource, status, start desc);
  `,
  `
  -- Content of the stored response (amounts by name, as JSON; null if unknown); names of what the summary
  -- claims and it lacks (comma-separated; null if complete or unknown); number of responses in a row
  -- that fell short; time before which it is not requested again; scope that it was fetched with.
  alter table item add column has text;
  alter table item add column lacks text;
  alter table item add column checks integer not null default 0;
  alter table item add column recheck integer;
  alter table item add column scope text;

  -- Amounts that the summary claims (as JSON); end of the activity; when a list first had it, if that
  -- was not the first list.
  alter table summary add column claims text;
  alter table summary add column ended integer;
  alter table summary add column listed integer;

  -- Streams responses without samples, {} and [], were stored as results.
  update item set status = 'listed', has = '{}', reason = 'the response had no samples'
    where resource = 'streams' and status in ('staged', 'delivered') and hash in (
      '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      '4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');

  -- Of an activity that is deleted at Strava nothing is kept but ids, start and hashes.
  update summary set basis = null, sport = null, gear = null where exists (select 1 from item
    where item.athlete = summary.athlete and item.id = summary.id
      and item.resource = 'activities' and item.status = 'deleted');
  insert or replace into meta select 'clear state', '1'
    where exists (select 1 from item where status = 'deleted');
  `,
  `
  -- Source of the stored response: Strava's API, or the athlete's bulk export.
  alter table item add column source text not null default 'api' check (source in ('api', 'export'));

  -- Row and file of the bulk export that an activity was imported from.
  create table origin (
    athlete integer not null, id text not null,
    row_hash text not null, file text, version text, archive text not null, exported integer not null,
    -- 1 if the API's response was purged, so that a list does not bring it back.
    purged integer not null default 0,
    primary key (athlete, id)
  ) strict, without rowid;
  `,
]
