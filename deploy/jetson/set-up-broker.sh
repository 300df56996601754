#!/usr/bin/env bash
# Sets up Mosquitto on this machine for the configured wards: TLS, and a password and permissions for each ward.
set -euo pipefail
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: set-up-broker.sh [--name HOST]... [--cert FILE --key FILE --ca FILE] [--prefix DIR] [--dry-run]

Writes /etc/mosquitto/conf.d/bonewatch.conf, permissions, passwords and certificates from
/etc/bonewatch/bonewatch.yaml, and restarts Mosquitto if something changed. Passwords are created once and
stored in /etc/bonewatch/secrets, readable by root only. Run it again after adding a ward: the rest does not
change. Not needed if the hospital has its own broker: name that one in the configuration.

  --name HOST    name or address under which others reach this machine, for the certificate; may be repeated
  --cert, --key, --ca  the hospital's own certificate, key and authority (PEM), instead of new ones
  --prefix DIR   where the releases are (default: /opt/bonewatch)
  --dry-run      print what would be done, and do nothing
  --help         this text

Exit status: 0 done; 1 something is missing; 2 wrong use.
TEXT
}

folder=/etc/mosquitto/bonewatch secrets=/etc/bonewatch/secrets is_changed=no
names=() certificate='' key='' authority=''

options_with_value='--name --cert --key --ca'

set_option() {
  case $1 in
    --name) names+=("$2") ;;
    --cert) certificate=$2 ;;
    --key) key=$2 ;;
    --ca) authority=$2 ;;
    *) return 1 ;;
  esac
}

check_options() {
  case ${certificate:+c}${key:+k}${authority:+a} in '' | cka) ;; *) wrong_use '--cert, --key and --ca go together' ;; esac
}

work=''
trap '[ -z "$work" ] || rm -rf -- "$work"' EXIT

# put SOURCE DESTINATION MODE GROUP: writes the file if it differs.
put() {
  if cmp -s -- "$1" "$2"; then
    print "unchanged: $2"
  elif doing "write: $2"; then
    install -D -m "$3" -o root -g "$4" -- "$1" "$2"
    is_changed=yes
  fi
}

make_secret() {
  local file=$secrets/$1
  if [ -s "$file" ]; then
    print "unchanged: $file"
  elif doing "make: $file"; then
    install -d -m 700 "$secrets"
    (umask 077 && openssl rand -base64 24 | tr '+/' '-_' >"$file")
    is_changed=yes
  fi
}

# The unit loads the daemon's password as a credential; the displays of a ward use the ward's password.
make_secrets() {
  local user
  users=$(as_service "$current" config mosquitto "$config" --part users)
  daemon=$(head -n 1 <<<"$users")
  make_secret broker-password
  for user in $(tail -n +2 <<<"$users"); do make_secret "$user"; done
}

# Mosquitto stores salted hashes, so they are written only if a user was added or removed or a password changed.
put_passwords() {
  local user sums
  [ "$dry_run" = no ] || return 0
  : >"$work/plain"
  for user in $users; do
    if [ "$user" = "$daemon" ]; then printf '%s:%s\n' "$user" "$(cat "$secrets/broker-password")"; else printf '%s:%s\n' "$user" "$(cat "$secrets/$user")"; fi
  done >>"$work/plain"
  sums=$(sha256sum <"$work/plain")
  if [ -e "$folder/passwords" ] && [ "$sums" = "$(cat "$secrets/.passwords.sum" 2>/dev/null)" ]; then
    print "unchanged: $folder/passwords"
    return 0
  fi
  mosquitto_passwd -U "$work/plain"
  put "$work/plain" "$folder/passwords" 640 mosquitto
  (umask 077 && printf '%s\n' "$sums" >"$secrets/.passwords.sum")
}

make_certificates() {
  if [ -n "$certificate" ]; then
    put "$authority" "$folder/ca.crt" 644 root
    put "$certificate" "$folder/server.crt" 644 root
    put "$key" "$folder/server.key" 640 mosquitto
    return 0
  fi
  if [ -e "$folder/server.crt" ]; then
    print "unchanged: $folder/server.crt, valid until $(openssl x509 -in "$folder/server.crt" -noout -enddate | cut -d= -f2)"
    return 0
  fi
  doing "make: an authority and a certificate in $folder" || return 0
  local name alternatives='DNS:localhost,IP:127.0.0.1'
  for name in "$(hostname)" "${names[@]}"; do
    if [[ $name =~ ^[0-9.]+$|: ]]; then alternatives+=,IP:$name; else alternatives+=,DNS:$name; fi
  done
  [ -e "$secrets/broker-ca.key" ] || (umask 077 && openssl ecparam -name prime256v1 -genkey -noout -out "$secrets/broker-ca.key")
  openssl req -x509 -new -key "$secrets/broker-ca.key" -days 3650 -subj "/CN=Bonewatch broker authority" -out "$work/ca.crt"
  openssl ecparam -name prime256v1 -genkey -noout -out "$work/server.key"
  openssl req -new -key "$work/server.key" -subj "/CN=$(hostname)" -out "$work/server.csr"
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$alternatives" >"$work/extensions"
  openssl x509 -req -in "$work/server.csr" -CA "$work/ca.crt" -CAkey "$secrets/broker-ca.key" -set_serial "0x$(openssl rand -hex 8)" \
    -days 1825 -extfile "$work/extensions" -out "$work/server.crt" 2>/dev/null
  put "$work/ca.crt" "$folder/ca.crt" 644 root
  put "$work/server.crt" "$folder/server.crt" 644 root
  put "$work/server.key" "$folder/server.key" 640 mosquitto
}

main() {
  parse_arguments "$@"
  check_options
  require_root
  current=$(version_of current)
  [ -n "$current" ] || fail "nothing is installed in $prefix"
  command -v mosquitto_passwd >/dev/null || fail 'mosquitto is not installed (package mosquitto, from the installation medium of Ubuntu)'
  work=$(mktemp -d)
  make_secrets
  as_service "$current" config mosquitto "$config" --part conf >"$work/conf"
  as_service "$current" config mosquitto "$config" --part acl >"$work/acl"
  make_certificates
  put_passwords
  put "$work/acl" "$folder/acl" 640 mosquitto
  put "$work/conf" /etc/mosquitto/conf.d/bonewatch.conf 644 root
  if [ "$is_changed" = yes ] || { [ "$dry_run" = no ] && ! systemctl is-active --quiet mosquitto.service; }; then
    if [ "$dry_run" = yes ]; then return 0; fi
    if systemctl restart mosquitto.service; then print 'restarted: mosquitto.service'; else fail 'Mosquitto does not start: see journalctl -u mosquitto'; fi
  fi
  print "next: in $config, under broker: username: $daemon, passwordFile: broker-password (without them the broker refuses the service and its pages)"
  print "then: CREDENTIALS_DIRECTORY=$secrets bonewatch doctor --config $config (publishes and reads back as the service and as a ward page)"
}

main "$@"
exit
