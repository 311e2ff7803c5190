#!/bin/sh
# PostgreSQL's image runs this once, when it creates the database. It creates paceline, which owns the
# database and is not a superuser, and reader, which can only read what paceline creates, also later. It
# removes the superuser's password, so that the superuser cannot log in over the network.
set -eu
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
  --set=owner="$POSTGRES_PASSWORD" --set=reader="$READER_PASSWORD" <<'SQL'
create role paceline login password :'owner';
create role reader login password :'reader';
alter database history owner to paceline;
alter default privileges for role paceline grant usage on schemas to reader;
alter default privileges for role paceline grant select on tables to reader;
alter role postgres password null;
SQL
