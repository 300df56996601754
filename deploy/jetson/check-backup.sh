#!/usr/bin/env bash
# Proves that there is a sound copy of the record from the last day. The service makes it at night; where it did not,
# this does. Run by bonewatch-backup.timer as the account of the service.
set -euo pipefail
export LC_ALL=C

usage() {
  cat <<'TEXT'
Usage: check-backup.sh [--config FILE] [--hours N] [--dry-run]

Looks at last night's copy of the database: if it is missing or older than --hours, makes one; then reads
the copy through. Fails, so that `systemctl --failed` shows it, if there is no sound copy afterwards.

  --config FILE  (default: /etc/bonewatch/bonewatch.yaml)
  --hours N      how old the copy may be (default: 30)
  --dry-run      say what would be done, and do nothing
  --help         this text

Exit status: 0 there is a sound copy, or no record yet; 1 there is none; 2 wrong use.
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

if [ ! -e "$store" ]; then
  echo 'no record yet'
  exit 0
fi
if [ -z "$(find "$copy" -mmin "-$((hours * 60))" 2>/dev/null)" ]; then
  if [ "$dry_run" = yes ]; then
    echo "would: copy $store to $copy"
    exit 0
  fi
  # <4>: a warning in the journal, sd-daemon(3).
  echo "<4>no copy of the record from the last $hours hours: making one"
  "$bonewatch" db backup "$copy" --config "$config"
fi
[ "$dry_run" = yes ] || "$bonewatch" db check "$copy"
