#!/usr/bin/env bash
# Returns to the previous release.
set -euo pipefail
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: rollback.sh [--to VERSION] [--minutes N] [--settle N] [--prefix DIR] [--dry-run]

Stops the service, makes an older release the current one and starts it. If that release cannot read the
database, the copy made before the upgrade replaces it, and the newer database is renamed. Running it again
with the same --to changes nothing.

  --to VERSION   the release to return to (default: the one before the last upgrade)
  --minutes N    how long it may take to become ready (default: 10)
  --settle N     how many seconds it must then stay ready (default: 10)
  --prefix DIR   where the releases are (default: /opt/bonewatch)
  --dry-run      print what would be done, and do nothing
  --help         this text

Exit status: 0 the older release is running; 1 refused or failed; 2 wrong use.
TEXT
}

to='' minutes=10 settle=10 options_with_value='--to --minutes --settle'

set_option() {
  case $1 in
    --to) to=$2 ;;
    --minutes) minutes=$2 ;;
    --settle) settle=$2 ;;
    *) return 1 ;;
  esac
}

main() {
  parse_arguments "$@"
  require_number --minutes "$minutes"
  require_whole_number --settle "$settle"
  require_root
  take_lock
  local from
  from=$(version_of current)
  [ -n "$from" ] || fail "nothing is installed in $prefix"
  [ -n "$to" ] || to=$(version_of previous)
  [ -n "$to" ] || fail 'there is no previous release'
  if [ "$to" = "$from" ]; then
    print "unchanged: release $to is the current one"
    return
  fi
  require_release "$to"
  if [ "$dry_run" = yes ]; then
    print "would: stop release $from, check whether release $to can read the database, start release $to"
    return
  fi
  local answer
  answer=$(check_configuration "$to") || fail "$answer
Nothing was changed: remove these settings, then run this again"
  systemctl stop "$unit"
  provide_database "$to" "$from" || { systemctl start --no-block "$unit" && fail "release $from is started again"; }
  switch_to "$to"
  rm -f -- "$prefix/upgrading"
  start_and_watch "$to" "$minutes" "$settle" || fail "release $to does not become ready: see docs/support.md"
  print "done: release $to is running"
}

main "$@"
exit
