#!/usr/bin/env bash
# Goes back to the release before the one that runs.
set -euo pipefail
prefix=/opt/bonewatch dry_run=no
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: rollback.sh [--to VERSION] [--minutes N] [--settle N] [--prefix DIR] [--dry-run]

Stops the service, makes an older release the current one and starts that. The database stays as it is if
the older release reads it. If not, the copy made before the upgrade takes its place, and what was there is
kept aside. Running it again with the same --to changes nothing.

  --to VERSION   the release to go back to (default: the one before the last upgrade)
  --minutes N    how long it may take to get ready (default: 10)
  --settle N     seconds that it must then stay ready (default: 10)
  --prefix DIR   where the releases are (default: /opt/bonewatch)
  --dry-run      say what would be done, and do nothing
  --help         this text

Exit status: 0 the older release runs; 1 refused or failed; 2 wrong use.
TEXT
}

to='' minutes=10 settle=10

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --to | --minutes | --settle | --prefix)
        [ $# -ge 2 ] || wrong_use "$1 needs a value"
        case $1 in
          --to) to=$2 ;;
          --minutes) minutes=$2 ;;
          --settle) settle=$2 ;;
          --prefix) prefix=${2%/} ;;
        esac
        shift
        ;;
      --dry-run) dry_run=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) wrong_use "unknown argument: $1" ;;
    esac
    shift
  done
  [[ $minutes =~ ^[0-9]+(\.[0-9]+)?$ ]] || wrong_use "--minutes is a number, not $minutes"
  [[ $settle =~ ^[0-9]+$ ]] || wrong_use "--settle is a whole number, not $settle"
}

main() {
  parse_arguments "$@"
  require_root
  take_turn
  local from
  from=$(version_of current)
  [ -n "$from" ] || fail "nothing is installed in $prefix"
  [ -n "$to" ] || to=$(version_of previous)
  [ -n "$to" ] || fail 'there is no release before this one'
  if [ "$to" = "$from" ]; then
    say "unchanged: release $to is the current one"
    return
  fi
  require_release "$to"
  if [ "$dry_run" = yes ]; then
    say "would: stop release $from, see whether release $to reads the database, start release $to"
    return
  fi
  systemctl stop "$unit"
  fit_database "$to" "$from" || { systemctl start --no-block "$unit" && fail "release $from goes on"; }
  switch_to "$to"
  rm -f -- "$prefix/upgrading"
  prove "$to" "$minutes" "$settle" || fail "release $to does not get ready: docs/support.md"
  say "done: release $to runs"
}

main "$@"
exit
