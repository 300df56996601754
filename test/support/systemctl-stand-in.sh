#!/usr/bin/env bash
# systemctl for a root that is not booted: starts the unit's ExecStart as the account of the service, and reports
# whether it still runs. Never restarts or waits: test/deploy/booted-root tests that.
set -euo pipefail
state=/run/systemctl-stand-in
mkdir -p "$state"
verb=$1
shift
units=()
for argument; do case $argument in -*) ;; *) units+=("$argument") ;; esac done
unit=${units[0]:-bonewatch.service}
file=/etc/systemd/system/$unit
pid=$state/$unit.pid

# Nothing reaps processes in a root that is not booted: a zombie is not alive.
is_alive() {
  [ -e "$pid" ] || return 1
  case $(ps -o state= -p "$(cat "$pid")") in '' | Z*) return 1 ;; esac
}
# Closes descriptor 9, the lock of the scripts: systemd would not pass it to the daemon.
start() {
  if is_alive; then return; fi
  read -ra command < <(sed -n 's/^ExecStart=//p' "$file")
  setsid runuser -u bonewatch -- env HOME=/var/lib/bonewatch "${command[@]}" >>"/var/log/$unit.log" 2>&1 </dev/null 9>&- &
  echo $! >"$pid"
}
stop() {
  if is_alive; then
    kill "$(cat "$pid")"
    for ((tenths = 0; tenths < 150; tenths++)); do
      is_alive || break
      sleep 0.1
    done
    if is_alive; then kill -9 "$(cat "$pid")"; fi
  fi
  rm -f "$pid"
}

echo "$verb ${units[*]}" >>"$state/calls"
case $verb in
  start) start ;;
  stop) stop ;;
  restart) stop && start ;;
  is-active) if is_alive; then echo active; else echo inactive && exit 3; fi ;;
  is-failed) if [ ! -e "$pid" ] || is_alive; then exit 1; fi ;;
  is-enabled) for unit in "${units[@]}"; do [ -e "$state/$unit.enabled" ] || exit 1; done ;;
  enable) for unit in "${units[@]}"; do touch "$state/$unit.enabled"; done ;;
  disable) rm -f "$state/$unit.enabled" && { [ "$unit" != bonewatch.service ] || stop; } ;;
  show) echo 0 ;;
  daemon-reload | reset-failed) ;;
  *) echo "not in the stand-in: $verb" >&2 && exit 1 ;;
esac
