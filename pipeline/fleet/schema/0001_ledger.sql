-- Version 1 of the schema `fleet`, as released: it never changes. Keys of athletes' data begin with athlete_id.

create table fleet.athlete (
  athlete_id bigint primary key,
  status text not null default 'active' check (status in ('active', 'revoked')),
  scope text not null default '',
  tokens text,
  connected_at timestamptz not null default now(),
  revoked_at timestamptz);

comment on table fleet.athlete is 'One row per athlete who has connected; tokens are encrypted';

create table fleet.invite (
  digest text primary key,
  note text not null default '',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  athlete_id bigint);

comment on table fleet.invite is 'Invites, by the digest of their secret; each works once';

create table fleet.item (
  athlete_id bigint not null,
  resource text not null,
  id text not null,
  class smallint not null check (class between 1 and 3),
  start timestamptz not null default now(),
  status text not null default 'listed'
    check (status in ('listed', 'granted', 'stored', 'absent', 'skipped', 'quarantined')),
  due timestamptz not null default '-infinity',
  reason text,
  tries int not null default 0,
  checks int not null default 0,
  hash text,
  grant_no bigint,
  granted_at timestamptz,
  requests int not null default 0,
  renewed boolean not null default false,
  stored_at timestamptz,
  primary key (athlete_id, resource, id));

comment on table fleet.item is 'The ledger, which is also the queue: class 1 is announced by an event, 2 is a list, 3 is history';

create index item_next on fleet.item (athlete_id, class, start desc) where status = 'listed';

create index item_granted on fleet.item (grant_no) where status = 'granted';

create index item_due on fleet.item (due) where due > '-infinity' and due < 'infinity';

create table fleet.turn (
  athlete_id bigint not null,
  class smallint not null,
  pass bigint not null default 0,
  primary key (athlete_id, class));

comment on table fleet.turn is 'A row while an athlete has work of a class; the lowest pass is next';

create index turn_next on fleet.turn (class, pass, athlete_id);

create sequence fleet.grant_no;

create table fleet.quota (
  name text primary key,
  period interval not null,
  cap int not null,
  used int not null default 0,
  since timestamptz not null default '-infinity');

comment on table fleet.quota is 'Reads of the whole application in the present windows, by the clock of this server';

insert into fleet.quota (name, period, cap) values ('quarter', '15 minutes', 100), ('day', '1 day', 1000);

create table fleet.event (
  athlete_id bigint not null,
  key text not null,
  received_at timestamptz not null,
  handled_at timestamptz not null default clock_timestamp(),
  primary key (athlete_id, key));

comment on table fleet.event is 'Events of webhooks that were handled, so that none is handled twice';

create table fleet.subscription (
  id bigint primary key,
  created_at timestamptz not null default now());

comment on table fleet.subscription is 'The subscription of the webhook at Strava';

-- Gives an athlete a turn in each of these classes, after those who have had as few. It waits for a transaction that is
-- about to delete the turn, because that does not see the new work.
create function fleet.add_turns(a bigint, classes smallint[]) returns void language sql as $$
  insert into fleet.turn (athlete_id, class, pass)
    select a, c, coalesce((select min(pass) from fleet.turn t where t.class = c), 0)
      from unnest(classes) c
    on conflict (athlete_id, class) do update set pass = turn.pass $$;

-- Lists items. An event or a list makes known ones due again; history only adds new ones. An item whose request is in
-- flight is listed again when that ends, because its response might be older than the event.
create function fleet.add_work(a bigint, r text, ids text[], c smallint, starts timestamptz[])
  returns int language plpgsql as $$
declare n int; classes smallint[];
begin
  with written as (
    insert into fleet.item as item (athlete_id, resource, id, class, start)
      select a, r, u.id, c, u.start from unnest(ids, starts) u(id, start)
      on conflict (athlete_id, resource, id) do update
        set class = case when item.status in ('listed', 'granted') then least(item.class, excluded.class)
            else excluded.class end,
          start = excluded.start, due = '-infinity', renewed = item.status = 'granted',
          status = case when item.status = 'granted' then 'granted' else 'listed' end
        where excluded.class < 3
      returning class)
  select count(*), array_agg(distinct class) into n, classes from written;
  perform fleet.add_turns(a, coalesce(classes, '{}'));
  return n;
end $$;

-- Begins the present windows. The locks on the rows are the queue of all who reserve requests.
create function fleet.open_windows() returns void language sql as $$
  select from fleet.quota order by name for update;
  update fleet.quota set used = 0, since = date_bin(period, clock_timestamp(), '2000-01-01Z')
    where since < date_bin(period, clock_timestamp(), '2000-01-01Z');
$$;

-- Reserves up to n requests and returns the items to request, in one transaction. Lists leave the last 5 % of a
-- window to events, history the last 20 %; both shares shrink to nothing at its end.
create function fleet.take_work(n int)
  returns table (athlete_id bigint, resource text, id text, grant_no bigint) language plpgsql as $$
#variable_conflict use_column
declare t record; i record; open_class int; g bigint; taken int := 0;
begin
  perform fleet.open_windows();
  while taken < n loop
    select min(case when q.used >= q.cap then 0
      when q.used >= q.cap - ceil(q.cap * 0.05 * l.rest) then 1
      when q.used >= q.cap - ceil(q.cap * 0.20 * l.rest) then 2 else 3 end) into open_class
    from fleet.quota q, lateral (select greatest(0,
      extract(epoch from q.since + q.period - clock_timestamp()) / extract(epoch from q.period)) rest) l;
    exit when coalesce(open_class, 0) = 0;
    select * into t from fleet.turn u where u.class <= open_class
      order by u.class, u.pass, u.athlete_id limit 1 for update skip locked;
    exit when not found;
    select * into i from fleet.item x
      where x.athlete_id = t.athlete_id and x.class = t.class and x.status = 'listed' and x.due <= now()
      order by x.start desc limit 1 for update skip locked;
    if not found then
      delete from fleet.turn u where u.athlete_id = t.athlete_id and u.class = t.class;
      continue;
    end if;
    g := nextval('fleet.grant_no');
    update fleet.item x set status = 'granted', grant_no = g, granted_at = clock_timestamp(), requests = 0,
        renewed = false
      where x.athlete_id = i.athlete_id and x.resource = i.resource and x.id = i.id;
    update fleet.turn u set pass = u.pass + 1 where u.athlete_id = t.athlete_id and u.class = t.class;
    update fleet.quota set used = used + 1;
    taken := taken + 1;
    athlete_id := i.athlete_id; resource := i.resource; id := i.id; grant_no := g;
    return next;
  end loop;
end $$;

-- Milliseconds until a window begins that has requests left; 0 if there are some now.
create function fleet.quota_wait() returns float8 language sql as $$
  select coalesce(max(1000 * extract(epoch from since + period - clock_timestamp()))
    filter (where used >= cap and since + period > clock_timestamp()), 0)
  from fleet.quota $$;

-- True if the request of a grant may be sent now. One that is sent in a later window than it was reserved in, or again
-- after a crash, is charged to the present window; where that is full, the item goes back.
create function fleet.claim_work(a bigint, r text, i text, g bigint) returns boolean language plpgsql as $$
declare found_item record; windows text[];
begin
  select * into found_item from fleet.item
    where athlete_id = a and resource = r and id = i and status = 'granted' and grant_no = g for update;
  if not found then return false; end if;
  select array_agg(name) into windows from fleet.quota
    where found_item.requests > 0 or date_bin(period, clock_timestamp(), '2000-01-01Z') > found_item.granted_at;
  if windows is not null then
    perform fleet.open_windows();
    if exists (select 1 from fleet.quota where name = any(windows) and used >= cap) then
      update fleet.item set status = 'listed' where athlete_id = a and resource = r and id = i;
      perform fleet.add_turns(a, array[found_item.class]);
      return false;
    end if;
    update fleet.quota set used = used + 1 where name = any(windows);
  end if;
  update fleet.item set requests = requests + 1 where athlete_id = a and resource = r and id = i;
  return true;
end $$;

-- True if one more request was reserved: for a retry, and for the requests that a response makes necessary.
create function fleet.reserve_request() returns boolean language plpgsql as $$
begin
  perform fleet.open_windows();
  if exists (select 1 from fleet.quota where used >= cap) then return false; end if;
  update fleet.quota set used = used + 1;
  return true;
end $$;

-- Lists the items that are due again. Returns their number.
create function fleet.wake() returns int language plpgsql as $$
declare n int;
begin
  with due_again as (
    update fleet.item set status = 'listed', due = '-infinity'
      where due > '-infinity' and due <= now() and status <> 'granted'
      returning athlete_id, class),
  turns as (
    select fleet.add_turns(athlete_id, array_agg(distinct class)) from due_again group by athlete_id)
  select (select count(*) from due_again) + 0 * (select count(*) from turns) into n;
  return n;
end $$;

-- Lists the items again whose grant has no result after ten minutes: no runner could read the message. Their old grants
-- write nothing. Returns their number.
create function fleet.regrant() returns int language plpgsql as $$
declare n int;
begin
  with stuck as (
    update fleet.item set status = 'listed'
      where status = 'granted' and granted_at < now() - interval '10 minutes'
      returning athlete_id, class),
  turns as (
    select fleet.add_turns(athlete_id, array_agg(distinct class)) from stuck group by athlete_id)
  select (select count(*) from stuck) + 0 * (select count(*) from turns) into n;
  -- A second line of defense: work never stays without a turn.
  perform fleet.add_turns(athlete_id, array_agg(distinct class)) from fleet.item i
    where status = 'listed' and due <= now()
      and not exists (select 1 from fleet.turn t where t.athlete_id = i.athlete_id and t.class = i.class)
    group by athlete_id;
  return n;
end $$;

-- Writes the result of a grant: false if the item was granted again, so that nothing of it may be written.
create function fleet.end_grant(a bigint, r text, i text, g bigint, result jsonb) returns boolean language plpgsql as $$
declare ended record;
begin
  update fleet.item set
      status = case when renewed then 'listed' else result->>'status' end,
      reason = result->>'reason',
      hash = coalesce(result->>'hash', hash),
      tries = case when result->>'status' = 'quarantined' then tries + 1 else 0 end,
      checks = coalesce((result->>'checks')::int, 0),
      due = case when renewed or result->>'again' is null then '-infinity'::timestamptz
        else now() + (result->>'again')::float8 * interval '1 millisecond' end,
      stored_at = case when result->>'status' = 'stored' then clock_timestamp() else stored_at end
    where athlete_id = a and resource = r and id = i and grant_no = g and status = 'granted'
    returning class, renewed into ended;
  if not found then return false; end if;
  if ended.renewed or result->>'status' = 'listed' then
    perform fleet.add_turns(a, array[ended.class]);
  end if;
  return true;
end $$;
