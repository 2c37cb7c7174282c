#!/bin/sh
# A systemd-journald of the test's own: in a mount namespace, so that the host's stays untouched.
# $1 is the folder its journal is written to. Every line of standard input becomes a command:
#   log PRIORITY UNIT MESSAGE   writes a record
#   sync                        answers "synced" once all is on the disk
set -e
id=$(cat /etc/machine-id)
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/journal /run/log/journal "$1"
mount --bind "$1" /run/log/journal
mkdir -p "/run/log/journal/$id"
/usr/lib/systemd/systemd-journald </dev/null >/dev/null 2>&1 &
journald=$!
trap 'kill $journald' EXIT
until [ -S /run/systemd/journal/socket ] && journalctl --sync 2>/dev/null; do
  kill -0 $journald
done
echo ready
while read -r command priority unit message; do
  case $command in
    log) printf 'MESSAGE=%b\nPRIORITY=%s\nOBJECT_SYSTEMD_UNIT=%s\n' "$message" "$priority" "$unit" |
      logger --journald ;;
    sync) journalctl --sync && echo synced ;;
  esac
done
