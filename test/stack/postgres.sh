#!/bin/sh
# First start: a cluster with Falcon's role and database. Later starts find it in the volume.
set -eu
as_postgres="setpriv --reuid=postgres --regid=postgres --init-groups"
chown postgres:postgres /data
# The request logs have a small disk of their own, which can be filled.
mkdir -p /disk/logs && chown postgres:postgres /disk/logs
if [ ! -s /data/pg/PG_VERSION ]; then
  rm -rf /data/new
  $as_postgres initdb --pgdata=/data/new --auth-local=trust --auth-host=scram-sha-256 \
    --no-locale --encoding=UTF8 --no-sync >/dev/null
  echo 'host all all all scram-sha-256' >>/data/new/pg_hba.conf
  printf "CREATE ROLE %s SUPERUSER LOGIN PASSWORD '%s'\nCREATE DATABASE %s OWNER %s
CREATE TABLESPACE logs LOCATION '/disk/logs'\nALTER ROLE %s SET default_tablespace = logs\n" \
    "$POSTGRES_USER" "$POSTGRES_PASSWORD" "$POSTGRES_DB" "$POSTGRES_USER" "$POSTGRES_USER" |
    $as_postgres postgres --single -D /data/new postgres >/dev/null
  mv /data/new /data/pg
fi
exec $as_postgres postgres -D /data/pg -k /tmp -c "listen_addresses=*" -c fsync=off
