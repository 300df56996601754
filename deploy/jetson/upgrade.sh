#!/usr/bin/env bash
# Puts a newer release in the place of the one that runs, and goes back by itself if that one does not get ready.
set -euo pipefail
prefix=/opt/bonewatch dry_run=no
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: upgrade.sh --from PATH [--unsigned] [--minutes N] [--settle N] [--warm-minutes N | --no-warm]
                  [--prefix DIR] [--dry-run]

Checks the bundle (signature, checksums, configuration, the model's answers on this machine) while the old
release goes on, and builds the new release's engines where an accelerator is configured; then stops it, copies
the database, switches and starts the new one. If that is not ready within --minutes, or does not stay so, the
old release runs again, with its database. Uses no network.
Engines that cannot be built in time are a reason to refuse: the new release would serve on the CPU.
Running it again with the same bundle changes nothing; after a power cut it finishes what was begun.

  --from PATH    the bundle, as for install.sh
  --unsigned     take a bundle without a signature
  --minutes N    how long the new release may take to get ready (default: 10)
  --settle N     seconds that it must then stay ready (default: 30)
  --warm-minutes N  how long building engines may take, before anything is switched (default: 30)
  --no-warm      do not build them first: the service does, while the CPU serves
  --prefix DIR   where the releases are (default: /opt/bonewatch)
  --dry-run      say what would be done, and do nothing
  --help         this text

Exit status: 0 the new release runs; 1 refused before anything was changed; 2 wrong use;
3 the new release failed and the old one runs again; 4 both failed: call for help.
TEXT
}

from='' minutes=10 settle=30 warm=yes warm_minutes=30 install_options=()

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --from | --minutes | --settle | --warm-minutes | --prefix)
        [ $# -ge 2 ] || wrong_use "$1 needs a value"
        case $1 in
          --from) from=$(realpath -m -- "$2") ;;
          --minutes) minutes=$2 ;;
          --settle) settle=$2 ;;
          --warm-minutes) warm_minutes=$2 ;;
          --prefix) prefix=${2%/} ;;
        esac
        shift
        ;;
      --no-warm) warm=no ;;
      --unsigned) install_options+=(--unsigned) ;;
      --dry-run) dry_run=yes install_options+=(--dry-run) ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) wrong_use "unknown argument: $1" ;;
    esac
    shift
  done
  [ -n "$from" ] || wrong_use '--from is missing'
  [[ $minutes =~ ^[0-9]+(\.[0-9]+)?$ ]] || wrong_use "--minutes is a number, not $minutes"
  [[ $warm_minutes =~ ^[0-9]+(\.[0-9]+)?$ ]] || wrong_use "--warm-minutes is a number, not $warm_minutes"
  [[ $settle =~ ^[0-9]+$ ]] || wrong_use "--settle is a whole number, not $settle"
}

# The scripts of the release that runs check the new one: it is not trusted before that.
stage() {
  local answer
  answer=$("$prefix/current/deploy/jetson/install.sh" --from "$from" --prefix "$prefix" --stage "${install_options[@]}") ||
    { [ -z "$answer" ] || say "$answer" && fail 'the release was not taken; nothing was changed'; }
  say "$answer"
  new=$(sed -n 's/^checked: release //p' <<<"$answer")
  was_copied=no
  ! grep -q '^copied: ' <<<"$answer" || was_copied=yes
}

# What can be known of the new release while the old one goes on.
check_new_release() {
  local answer name directory
  answer=$(as_service "$new" config check "$config" 2>&1) || refuse "the new release does not take the configuration:
$answer"
  directory=$(setting "$new" models directory)
  for name in $(active_models "$new"); do
    answer=$(as_service "$new" model verify "$name" ${directory:+--directory "$directory"} 2>&1) ||
      refuse "the new release's model does not answer as it should on this machine:
$answer"
    say "checked: model $name"
  done
  say "checked: configuration"
}

# Off the serving path, by the old release's own script: what it builds, the new release finds.
warm_engines() {
  if [ "$warm" = no ]; then
    say 'engines: not built first (--no-warm)'
    return 0
  fi
  "$prefix/current/deploy/jetson/warm-engines.sh" --release "$new" --minutes "$warm_minutes" --prefix "$prefix" ||
    refuse 'the engines of the new release cannot be used. With --no-warm it is put in place all the same, and the CPU serves'
}

refuse() {
  [ "$was_copied" = no ] || rm -rf -- "$prefix/releases/$new"
  fail "$*
Nothing was changed: release $old goes on"
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
    say 'no database yet'
    return 0
  fi
  if [ "$(version_of current)" = "$new" ] && [ -e "$snapshot" ]; then
    say 'kept: the copy made before the power was cut; the new release may have changed the database since'
    return 0
  fi
  install -d -m 700 -o bonewatch -g bonewatch -- "$snapshots" || return 1
  as_service "$old" db backup "$snapshot" --config "$config"
}

# Two releases and their snapshots stay: the one that runs and the one before it.
tidy() {
  local path version
  for path in "$prefix"/releases/*/; do
    version=$(basename -- "$path")
    case $version in "$old" | "$new") continue ;; esac
    rm -rf -- "$path"
    say "removed: release $version"
  done
  for path in "$snapshots"/*.db; do
    if [ ! -e "$path" ] || [ "$path" = "$snapshots/$old-to-$new.db" ]; then continue; fi
    rm -f -- "$path"
    say "removed: $path"
  done
}

# The note of an upgrade under way outlives a power cut; without it a second run would think all was done.
begin() { printf '%s %s\n' "$old" "$new" >"$prefix/upgrading.new" && mv -- "$prefix/upgrading.new" "$prefix/upgrading" && sync -f -- "$prefix"; }
end() { rm -f -- "$prefix/upgrading"; }

go_back() {
  say "going back to release $old"
  systemctl stop "$unit" || true
  # It was good enough before and gets all the time it needs: --minutes is for the new one.
  if fit_database "$old" "$new" && switch_to "$old" && prove "$old" 15 "$settle"; then
    end
    say "release $old runs again; $prefix/releases/$new is kept for a look: see journalctl -u bonewatch"
    exit 3
  fi
  say "release $old does not get ready either. Call for help: docs/support.md"
  exit 4
}

main() {
  parse_arguments "$@"
  require_root
  take_turn
  old=$(version_of current)
  [ -n "$old" ] || fail "nothing is installed in $prefix: use install.sh"
  stage
  if [ -e "$prefix/upgrading" ]; then
    read -r old _ <"$prefix/upgrading"
    say "an upgrade from release $old was cut off; it is finished now"
  elif [ "$old" = "$new" ]; then
    say "unchanged: release $new is the current one"
    return
  fi
  if [ "$dry_run" = yes ]; then
    say "would: check it, build its engines where an accelerator is configured, stop release $old, copy the database, start release $new, wait up to $minutes min until it is ready"
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
    say "release $new is the current one. The service was not running and is left so: it is not proven"
    return
  fi
  prove "$new" "$minutes" "$settle" || go_back
  # Only now: after a way back, the release before is still the one before.
  put_link "releases/$old" "$prefix/previous"
  end
  tidy
  say "done: release $new runs; release $old is kept (rollback.sh)"
}

main "$@"
exit
