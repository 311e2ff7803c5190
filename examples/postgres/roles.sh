#!/bin/sh
# Run once by PostgreSQL's image, when it creates the database: a user who owns it and is no superuser,
# and one who can only read what the first one creates, now and later. The superuser has no password after
# that, so that it cannot log in over the network.
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
