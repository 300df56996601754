# shellcheck shell=bash
# Steps that the scripts of an installed release share. Sourced, not run.
export LC_ALL=C
umask 022
prefix=/opt/bonewatch dry_run=no
config=/etc/bonewatch/bonewatch.yaml
data=/var/lib/bonewatch
snapshots=$data/snapshots
unit=bonewatch.service

print() { printf '%s\n' "$*"; }
fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}
wrong_use() {
  printf '%s: %s (see --help)\n' "${0##*/}" "$*" >&2
  exit 2
}

# parse_arguments ARGUMENTS...: handles --prefix, --dry-run and --help. For every other option it calls the script's own
# `set_option NAME [VALUE]`, which fails for an option that it does not know. An option has a value if the script lists
# it in `options_with_value`.
parse_arguments() {
  while [ $# -gt 0 ]; do
    case " --prefix ${options_with_value:-} " in
      *" $1 "*)
        [ $# -ge 2 ] || wrong_use "$1 needs a value"
        if [ "$1" = --prefix ]; then prefix=${2%/}; else set_option "$1" "$2" || wrong_use "unknown argument: $1"; fi
        shift 2
        continue
        ;;
    esac
    case $1 in
      --dry-run) dry_run=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) set_option "$1" || wrong_use "unknown argument: $1" ;;
    esac
    shift
  done
}

require_number() { [[ $2 =~ ^[0-9]+(\.[0-9]+)?$ ]] || wrong_use "$1 must be a number, not $2"; }
require_whole_number() { [[ $2 =~ ^[0-9]+$ ]] || wrong_use "$1 must be a whole number, not $2"; }

# Prints a step. Succeeds if it must be done now, fails in a dry run.
doing() {
  if [ "$dry_run" = yes ]; then
    print "would: $*"
    return 1
  fi
  print "$*"
}

require_root() {
  [ "$dry_run" = yes ] || [ "$(id -u)" = 0 ] || fail 'must be run as root (or with --dry-run)'
}

# One of these scripts at a time: two would switch the release under each other.
take_lock() {
  [ "$dry_run" = no ] || return 0
  exec 9>/run/bonewatch-deploy.lock
  flock -n 9 || fail 'another upgrade, rollback, import or removal is running'
}

# The version that a link such as `current` or `previous` names; empty if there is no such link.
version_of() {
  local target
  target=$(readlink -- "$prefix/$1") || return 0
  printf '%s\n' "${target#releases/}"
}

require_release() {
  [ -x "$prefix/releases/$1/bin/bonewatch" ] || fail "release $1 is not in $prefix/releases"
}

# put_link TARGET LINK: replaced in one step, so that there is a current release at every moment.
put_link() {
  [ "$(readlink -- "$2" || true)" != "$1" ] || return 0
  ln -sfn -- "$1" "$2.new" && mv -T -- "$2.new" "$2" && sync -f -- "$(dirname -- "$2")"
}

# as_service VERSION ARGUMENTS...: a release's program as the account of the service, never as root.
as_service() {
  local version=$1
  shift
  (cd "$data" && runuser -u bonewatch -- env -u NODE_EXTRA_CA_CERTS HOME="$data" "$prefix/releases/$version/bin/bonewatch" "$@")
}

# as_account COMMAND...: a system command in the data folder as the account of the service. Root follows no link that the
# service may have put there.
as_account() { (cd "$data" && runuser -u bonewatch -- "$@"); }

# setting VERSION SECTION KEY: one value of the configuration, defaults included.
setting() {
  as_service "$1" config print "$config" |
    awk -v section="$2:" -v key="  $3:" '
      /^[^ ]/ { inside = ($0 == section) }
      inside && index($0, key) == 1 { sub(/^ *[^:]*: */, ""); gsub(/"/, ""); print; exit }'
}

# check_configuration VERSION: prints the faults and fails if the release does not accept the configuration. What only
# this machine lacks at present, such as a share that is not mounted, is no reason to stop: the service raises an alarm.
check_configuration() {
  local faults
  faults=$(as_service "$1" config check "$config" 2>&1) || {
    [ "$?" != 1 ] || ! grep -qE ' no faults in the file, [0-9]+ on this machine$' <<<"$faults" || return 0
    print "release $1 does not accept the configuration:
$faults"
    return 1
  }
}

# active_models VERSION: the names under models.active, one per line.
active_models() {
  as_service "$1" config print "$config" | awk '/^  active:/ { inside = 1; next } inside && /^    - / { print ($2 == "model:" ? $3 : $2); next } inside && /^      / { next } inside { exit }'
}

# Installs the units of a release and removes those that only the other release has.
put_units() {
  local release=$prefix/releases/$1 file units=()
  for file in "$release"/systemd/*.service "$release"/systemd/*.timer; do
    [ -e "$file" ] || continue
    sed "s#/opt/bonewatch/#$prefix/#g" "$file" >"/etc/systemd/system/.${file##*/}.new" &&
      mv -f -- "/etc/systemd/system/.${file##*/}.new" "/etc/systemd/system/${file##*/}" || return 1
    case $file in *.timer) units+=("${file##*/}") ;; esac
  done
  for file in sysusers.d tmpfiles.d; do
    [ ! -d "$release/systemd/$file" ] || cp -- "$release/systemd/$file"/*.conf "/usr/lib/$file/" || return 1
  done
  for file in /etc/systemd/system/bonewatch*.timer /etc/systemd/system/bonewatch*.service; do
    if [ ! -e "$file" ] || [ -e "$release/systemd/${file##*/}" ]; then continue; fi
    systemctl disable --now --quiet "${file##*/}" || true
    rm -f -- "$file"
  done
  systemctl daemon-reload || return 1
  [ ${#units[@]} = 0 ] || systemctl enable --now --quiet "${units[@]}"
}

# switch_to VERSION: the release that the next start runs.
switch_to() {
  put_units "$1" && put_link "releases/$1" "$prefix/current"
}

# is_ready VERSION ADDRESS: the health page reports ready, for this version.
is_ready() {
  local version=$1 address=$2 node=$prefix/releases/$1/node/bin/node
  [ -x "$node" ] || node=node
  # shellcheck disable=SC2016 # JavaScript's own dollars
  "$node" -e '
    fetch(`http://${process.argv[1]}/ready`, { signal: AbortSignal.timeout(4000) })
      .then(async (answer) => process.exit(answer.ok && (await answer.json()).version === process.argv[2] ? 0 : 1))
      .catch(() => process.exit(1));
  ' "${address/#0.0.0.0:/127.0.0.1:}" "$version"
}

restarts() { systemctl show --property=NRestarts --value "$unit"; }

# start_and_watch VERSION MINUTES SETTLE: starts the service. Succeeds if it is ready within so many minutes and still
# ready, without a restart, so many seconds later; otherwise prints the reason and fails.
start_and_watch() {
  local version=$1 settle=$3 address deadline ready_since='' before
  deadline=$((SECONDS + $(awk -v minutes="$2" 'BEGIN { print int(minutes * 60) }')))
  systemctl reset-failed "$unit" 2>/dev/null || true
  systemctl start --no-block "$unit"
  address=$(setting "$version" health listen) || { print "release $version cannot read the configuration" && return 1; }
  before=$(restarts)
  while true; do
    if systemctl is-failed --quiet "$unit"; then
      print "release $version stopped: see journalctl -u bonewatch"
      return 1
    fi
    if is_ready "$version" "$address"; then
      [ -n "$ready_since" ] || { ready_since=$SECONDS before=$(restarts) && print "ready: release $version, watched for another $settle s"; }
      if [ $((SECONDS - ready_since)) -ge "$settle" ]; then return 0; fi
    elif [ -n "$ready_since" ] && [ "$(restarts)" != "$before" ]; then
      print "release $version was ready, then stopped: see journalctl -u bonewatch"
      return 1
    elif [ "$SECONDS" -ge "$deadline" ]; then
      print "release $version was not ready within $2 minutes"
      return 1
    fi
    sleep 1
  done
}

# provide_database TO FROM: leaves the database unchanged if the older release TO can read it; otherwise restores the
# copy made before the upgrade to FROM. The service must be stopped.
provide_database() {
  local answer snapshot=$snapshots/$1-to-$2.db
  if answer=$(as_service "$1" images list --limit 1 --config "$config" 2>&1) || ! grep -q 'newer version' <<<"$answer"; then
    print "unchanged: the database, which release $1 can read"
    return 0
  fi
  [ -e "$snapshot" ] || { print "release $1 cannot read the database, and $snapshot is missing" && return 1; }
  print "release $1 cannot read the database of release $2: restoring the copy of $(date -u -r "$snapshot" +'%Y-%m-%d %H:%M UTC')"
  as_service "$1" db restore "$snapshot" --config "$config"
  print 'images received since then are analysed again from the inbox; later acknowledgements are only in the renamed database'
}
