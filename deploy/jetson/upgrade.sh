#!/usr/bin/env bash
# Replaces the running release with a newer one, and restores the old one if the new one does not become ready.
set -euo pipefail
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: upgrade.sh --from PATH [--unsigned] [--minutes N] [--settle N] [--warm-minutes N | --no-warm]
                  [--prefix DIR] [--dry-run]

Checks the bundle (signature, checksums, configuration, the model's results on this machine) and builds the
engines of the new release, if an accelerator is configured, while the old release keeps running. Then stops
it, copies the database, switches and starts the new release. If that is not ready within --minutes, or does
not stay ready, the old release is started again with its database. Uses no network.
If the engines cannot be built in time, the upgrade is refused: the new release would serve on the CPU.
Running it again with the same bundle changes nothing; after a power cut it completes the upgrade.

  --from PATH    the bundle, as for install.sh
  --unsigned     accept a bundle without a signature
  --minutes N    how long the new release may take to become ready (default: 10)
  --settle N     how many seconds it must then stay ready (default: 30)
  --warm-minutes N  how long building engines may take, before anything is switched (default: 30)
  --no-warm      do not build them first: the service builds them, while the CPU serves
  --prefix DIR   where the releases are (default: /opt/bonewatch)
  --dry-run      print what would be done, and do nothing
  --help         this text

Exit status: 0 the new release is running; 1 refused, nothing was changed; 2 wrong use;
3 the new release failed and the old one is running again; 4 both failed: call for support.
TEXT
}

from='' minutes=10 settle=30 warm=yes warm_minutes=30 install_options=()
options_with_value='--from --minutes --settle --warm-minutes'

set_option() {
  case $1 in
    --from) from=$(realpath -m -- "$2") ;;
    --minutes) minutes=$2 ;;
    --settle) settle=$2 ;;
    --warm-minutes) warm_minutes=$2 ;;
    --no-warm) warm=no ;;
    --unsigned) install_options+=(--unsigned) ;;
    *) return 1 ;;
  esac
}

check_options() {
  [ -n "$from" ] || wrong_use '--from is missing'
  require_number --minutes "$minutes"
  require_number --warm-minutes "$warm_minutes"
  require_whole_number --settle "$settle"
  [ "$dry_run" = no ] || install_options+=(--dry-run)
}

# The installed release's own scripts check the new release, which is not trusted before.
stage() {
  local answer
  answer=$("$prefix/current/deploy/jetson/install.sh" --from "$from" --prefix "$prefix" --stage "${install_options[@]}") ||
    { [ -z "$answer" ] || print "$answer" && fail 'the release was refused; nothing was changed'; }
  print "$answer"
  new=$(sed -n 's/^checked: release //p' <<<"$answer")
  was_copied=no
  ! grep -q '^copied: ' <<<"$answer" || was_copied=yes
}

# Checks what can be checked while the old release keeps running.
check_new_release() {
  local answer name directory
  # The old one too: it must be able to run again.
  for name in "$new" "$old"; do
    answer=$(check_configuration "$name") || refuse "$answer"
  done
  directory=$(setting "$new" models directory)
  for name in $(active_models "$new"); do
    answer=$(as_service "$new" model verify "$name" ${directory:+--directory "$directory"} 2>&1) ||
      refuse "the new release's model does not give the expected results on this machine:
$answer"
    print "checked: model $name"
  done
  print "checked: configuration"
}

# By the old release's own script, while the service keeps running. The new release finds the engines.
warm_engines() {
  if [ "$warm" = no ]; then
    print 'engines: not built first (--no-warm)'
    return 0
  fi
  "$prefix/current/deploy/jetson/warm-engines.sh" --release "$new" --minutes "$warm_minutes" --prefix "$prefix" ||
    refuse 'the engines of the new release cannot be used. With --no-warm the release is installed anyway, and the CPU serves'
}

refuse() {
  [ "$was_copied" = no ] || rm -rf -- "$prefix/releases/$new"
  fail "$*
Nothing was changed: release $old keeps running"
}

check_space() {
  local needed free
  needed=$(du -ck -- "$data"/bonewatch.db* 2>/dev/null | tail -n 1 | cut -f1)
  free=$(df -Pk -- "$data" | awk 'NR == 2 { print $4 }')
  [ "$free" -gt $((needed * 2 + 65536)) ] ||
    refuse "too little space in $data for a copy of the database: $((free / 1024)) MiB free"
}

copy_database() {
  local store snapshot=$snapshots/$old-to-$new.db
  store=$(setting "$old" store path) || return 1
  if [ ! -e "$store" ]; then
    print 'no database yet'
    return 0
  fi
  if [ "$(version_of current)" = "$new" ] && [ -e "$snapshot" ]; then
    print 'unchanged: the copy made before the power cut; the new release may have changed the database since'
    return 0
  fi
  as_account mkdir -p -m 700 -- "$snapshots" || return 1
  as_service "$old" db backup "$snapshot" --config "$config"
}

# Removes all but the running release, the previous one, and the snapshot between them.
remove_old_releases() {
  local path version
  for path in "$prefix"/releases/*/; do
    version=$(basename -- "$path")
    case $version in "$old" | "$new") continue ;; esac
    rm -rf -- "$path"
    print "removed: release $version"
  done
  for path in "$snapshots"/*.db; do
    if [ ! -e "$path" ] || [ "$path" = "$snapshots/$old-to-$new.db" ]; then continue; fi
    as_account rm -f -- "$path"
    print "removed: $path"
  done
}

# The file records a running upgrade across a power cut. Without it a second run would find nothing to do.
begin() { printf '%s %s\n' "$old" "$new" >"$prefix/upgrading.new" && mv -- "$prefix/upgrading.new" "$prefix/upgrading" && sync -f -- "$prefix"; }
end() { rm -f -- "$prefix/upgrading"; }

go_back() {
  print "returning to release $old"
  systemctl stop "$unit" || true
  # --minutes is for the new release; the old one gets 15 minutes.
  if provide_database "$old" "$new" && switch_to "$old" && start_and_watch "$old" 15 "$settle"; then
    end
    print "release $old is running again; $prefix/releases/$new is left for inspection: see journalctl -u bonewatch"
    exit 3
  fi
  print "release $old does not become ready either. Call for support: docs/support.md"
  exit 4
}

main() {
  parse_arguments "$@"
  check_options
  require_root
  take_lock
  old=$(version_of current)
  [ -n "$old" ] || fail "nothing is installed in $prefix: use install.sh"
  stage
  if [ -e "$prefix/upgrading" ]; then
    read -r old _ <"$prefix/upgrading"
    print "an upgrade from release $old was interrupted; completing it"
  elif [ "$old" = "$new" ]; then
    print "unchanged: release $new is the current one"
    return
  fi
  if [ "$dry_run" = yes ]; then
    print "would: check it, build its engines if an accelerator is configured, stop release $old, copy the database, start release $new, wait up to $minutes min until it is ready"
    return
  fi
  require_release "$old"
  check_new_release
  check_space
  warm_engines
  local was_running=yes
  [ "$(systemctl is-active "$unit" || true)" != inactive ] || [ -e "$prefix/upgrading" ] || was_running=no
  begin
  systemctl stop "$unit" || go_back
  copy_database || go_back
  switch_to "$new" || go_back
  if [ "$was_running" = no ]; then
    put_link "releases/$old" "$prefix/previous"
    end
    print "release $new is the current one. The service was not running and is not started: the release is not tested"
    return
  fi
  start_and_watch "$new" "$minutes" "$settle" || go_back
  # Only now: after a failed upgrade the previous release stays the same.
  put_link "releases/$old" "$prefix/previous"
  end
  remove_old_releases
  print "done: release $new is running; rollback.sh returns to release $old"
}

main "$@"
exit
