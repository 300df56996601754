#!/usr/bin/env bash
# Removes Bonewatch from this machine. Leaves the database, the configuration and the secrets unless --purge is given.
set -euo pipefail
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: uninstall.sh [--purge --yes] [--prefix DIR] [--dry-run]

Stops and removes the service, its units and every release. Leaves the database with all results and
acknowledgements (/var/lib/bonewatch), the configuration, passwords and keys (/etc/bonewatch) and the account;
a new installation uses them. Running it again changes nothing.

  --purge        delete those too, permanently; needs --yes as well
  --prefix DIR   where the releases are (default: /opt/bonewatch)
  --dry-run      print what would be done, and do nothing
  --help         this text

Exit status: 0 done; 1 refused; 2 wrong use.
TEXT
}

purge=no is_sure=no

set_option() {
  case $1 in
    --purge) purge=yes ;;
    --yes) is_sure=yes ;;
    *) return 1 ;;
  esac
}

check_options() {
  case $prefix in /?*/?*) ;; *) wrong_use "--prefix must be a folder below another, not ${prefix:-/}" ;; esac
  [ "$purge" = no ] || [ "$is_sure" = yes ] || [ "$dry_run" = yes ] || wrong_use '--purge deletes the database permanently: add --yes'
}

remove() {
  local path=$1
  if [ ! -e "$path" ] && [ ! -L "$path" ]; then return 0; fi
  doing "remove: $path" || return 0
  # A mounted disk is emptied, and its mount point left.
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
  check_options
  require_root
  take_lock
  [ ! -e "$prefix" ] || [ -d "$prefix/releases" ] || fail "$prefix contains no releases: not removed"
  stop_service
  local path
  for path in /etc/systemd/system/bonewatch*.timer /etc/systemd/system/bonewatch*.service \
    /usr/lib/sysusers.d/bonewatch.conf /usr/lib/tmpfiles.d/bonewatch.conf /usr/local/bin/bonewatch \
    "$prefix" /var/cache/bonewatch; do
    remove "$path"
  done
  [ "$dry_run" = yes ] || systemctl daemon-reload
  if [ "$purge" = no ]; then
    for path in "$data" /etc/bonewatch; do [ ! -e "$path" ] || print "not removed: $path"; done
    return
  fi
  remove "$data"
  remove /etc/bonewatch
  remove /etc/systemd/system/bonewatch.service.d
  remove /etc/mosquitto/conf.d/bonewatch.conf
  remove /etc/mosquitto/bonewatch
  if id bonewatch >/dev/null 2>&1 && doing 'remove: account bonewatch'; then userdel bonewatch; fi
}

main "$@"
exit
