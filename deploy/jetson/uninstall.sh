#!/usr/bin/env bash
# Takes Bonewatch off this machine. The record, the configuration and the secrets stay unless told otherwise.
set -euo pipefail
prefix=/opt/bonewatch dry_run=no
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: uninstall.sh [--purge --yes] [--prefix DIR] [--dry-run]

Stops and removes the service, its units and every release. What the hospital owns stays: the database with
all results and who acknowledged them (/var/lib/bonewatch), the configuration, passwords and keys
(/etc/bonewatch) and the account. Installing again takes them up. Running it again changes nothing.

  --purge        remove those too. They cannot be brought back; needs --yes as well
  --prefix DIR   where the releases are (default: /opt/bonewatch)
  --dry-run      say what would be done, and do nothing
  --help         this text

Exit status: 0 done; 1 refused; 2 wrong use.
TEXT
}

purge=no is_sure=no

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix)
        [ $# -ge 2 ] || wrong_use "$1 needs a value"
        prefix=${2%/}
        shift
        ;;
      --purge) purge=yes ;;
      --yes) is_sure=yes ;;
      --dry-run) dry_run=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) wrong_use "unknown argument: $1" ;;
    esac
    shift
  done
  case $prefix in /?*/?*) ;; *) wrong_use "--prefix must be a folder of its own, not ${prefix:-/}" ;; esac
  [ "$purge" = no ] || [ "$is_sure" = yes ] || [ "$dry_run" = yes ] || wrong_use '--purge removes the record for good: add --yes'
}

take_away() {
  local path=$1
  if [ ! -e "$path" ] && [ ! -L "$path" ]; then return 0; fi
  doing "remove: $path" || return 0
  # A disk of its own is emptied; where it is mounted is not ours.
  if mountpoint -q -- "$path"; then find "$path" -xdev -mindepth 1 -delete; else rm -rf -- "$path"; fi
}

stop_service() {
  local path name
  for path in /etc/systemd/system/bonewatch*.timer /etc/systemd/system/bonewatch*.service; do
    [ -e "$path" ] || continue
    name=${path##*/}
    ! doing "stop and disable: $name" || systemctl disable --now --quiet "$name" || true
  done
}

main() {
  parse_arguments "$@"
  require_root
  take_turn
  [ ! -e "$prefix" ] || [ -d "$prefix/releases" ] || fail "$prefix holds no releases: not removed"
  stop_service
  local path
  for path in /etc/systemd/system/bonewatch*.timer /etc/systemd/system/bonewatch*.service \
    /usr/lib/sysusers.d/bonewatch.conf /usr/lib/tmpfiles.d/bonewatch.conf /usr/local/bin/bonewatch \
    "$prefix" /var/cache/bonewatch; do
    take_away "$path"
  done
  [ "$dry_run" = yes ] || systemctl daemon-reload
  if [ "$purge" = no ]; then
    for path in "$data" /etc/bonewatch; do [ ! -e "$path" ] || say "kept: $path"; done
    return
  fi
  take_away "$data"
  take_away /etc/bonewatch
  take_away /etc/systemd/system/bonewatch.service.d
  take_away /etc/mosquitto/conf.d/bonewatch.conf
  take_away /etc/mosquitto/bonewatch
  if id bonewatch >/dev/null 2>&1 && doing 'remove: account bonewatch'; then userdel bonewatch; fi
}

main "$@"
exit
