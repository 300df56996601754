#!/usr/bin/env bash
# Verifies that there is a sound backup of the database from the last day, and creates one if the service did not.
# Run by bonewatch-backup.timer as the account of the service.
set -euo pipefail
export LC_ALL=C

usage() {
  cat <<'TEXT'
Usage: check-backup.sh [--config FILE] [--hours N] [--dry-run]

Checks last night's backup of the database. If it is missing or older than --hours, creates one. Then reads
the whole backup. Fails if there is no sound backup afterwards, so that `systemctl --failed` shows it.

  --config FILE  (default: /etc/bonewatch/bonewatch.yaml)
  --hours N      how old the backup may be (default: 30)
  --dry-run      print what would be done, and do nothing
  --help         this text

Exit status: 0 there is a sound backup, or no database yet; 1 there is none; 2 wrong use.
TEXT
}

config=/etc/bonewatch/bonewatch.yaml hours=30 dry_run=no
bonewatch=$(realpath -- "$(dirname -- "$(readlink -f -- "$0")")/../../bin/bonewatch")

while [ $# -gt 0 ]; do
  case $1 in
    --config | --hours)
      [ $# -ge 2 ] || { usage >&2 && exit 2; }
      case $1 in --config) config=$2 ;; --hours) hours=$2 ;; esac
      shift
      ;;
    --dry-run) dry_run=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift
done

settings=$("$bonewatch" config print "$config")
setting() { awk -v key="  $1:" '/^[^ ]/ { s = ($0 == "store:") } s && index($0, key) == 1 { sub(/^ *[^:]*: */, ""); gsub(/"/, ""); print; exit }' <<<"$settings"; }
store=$(setting path)
copy=$(setting backup)
[ -n "$copy" ] || copy=$store.backup

if [ ! -s "$store" ] && { [ -e "$copy" ] || [ -e "$store.audit-heads" ]; }; then
  # <3>: an error in the journal, sd-daemon(3).
  echo "<3>the database $store is missing, on a device that was started before: bonewatch doctor names the copy to restore"
  exit 1
fi
if [ ! -e "$store" ]; then
  echo 'no database yet'
  exit 0
fi
if [ -z "$(find "$copy" -mmin "-$((hours * 60))" 2>/dev/null)" ]; then
  if [ "$dry_run" = yes ]; then
    echo "would: copy $store to $copy"
    exit 0
  fi
  # <4>: a warning in the journal, sd-daemon(3).
  echo "<4>no backup of the database from the last $hours hours: creating one"
  "$bonewatch" db backup "$copy" --config "$config"
fi
[ "$dry_run" = yes ] || "$bonewatch" db check "$copy"
