# shellcheck shell=bash
# What the scripts of an installed release do alike. Sourced, not run; expects $prefix and $dry_run.
: "${prefix:?}" "${dry_run:?}"
export LC_ALL=C
umask 022
config=/etc/bonewatch/bonewatch.yaml
data=/var/lib/bonewatch
snapshots=$data/snapshots
unit=bonewatch.service

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}
wrong_use() {
  printf '%s: %s (see --help)\n' "${0##*/}" "$*" >&2
  exit 2
}

# Prints what a step does; true if it is to be done now.
doing() {
  if [ "$dry_run" = yes ]; then
    say "would: $*"
    return 1
  fi
  say "$*"
}

require_root() {
  [ "$dry_run" = yes ] || [ "$(id -u)" = 0 ] || fail 'must be run as root (or with --dry-run)'
}

# One of these scripts at a time: two would switch the release under each other.
take_turn() {
  [ "$dry_run" = no ] || return 0
  exec 9>/run/bonewatch-deploy.lock
  flock -n 9 || fail 'another upgrade, rollback or removal is under way'
}

# The version that a link such as `current` or `previous` names; nothing where there is no such link.
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

# setting VERSION SECTION KEY: one value of the configuration, defaults included.
setting() {
  as_service "$1" config print "$config" |
    awk -v section="$2:" -v key="  $3:" '
      /^[^ ]/ { inside = ($0 == section) }
      inside && index($0, key) == 1 { sub(/^ *[^:]*: */, ""); gsub(/"/, ""); print; exit }'
}

# active_models VERSION: the names under models.active, one a line.
active_models() {
  as_service "$1" config print "$config" | awk '/^  active:/ { inside = 1; next } inside && /^    - / { print ($2 == "model:" ? $3 : $2); next } inside && /^      / { next } inside { exit }'
}

# The units of a release; those of the other release that this one has no more are taken away.
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

# Whether the health page says ready, and that it is this version that says so.
answers_ready() {
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

# prove VERSION MINUTES SETTLE: started, ready within so many minutes, and still ready, without a restart, after so
# many seconds more. True if so; says why not.
prove() {
  local version=$1 settle=$3 address deadline ready_since='' before
  deadline=$((SECONDS + $(awk -v minutes="$2" 'BEGIN { print int(minutes * 60) }')))
  systemctl reset-failed "$unit" 2>/dev/null || true
  systemctl start --no-block "$unit"
  address=$(setting "$version" health listen) || { say "release $version does not read the configuration" && return 1; }
  before=$(restarts)
  while true; do
    if systemctl is-failed --quiet "$unit"; then
      say "release $version ended: journalctl -u bonewatch"
      return 1
    fi
    if answers_ready "$version" "$address"; then
      [ -n "$ready_since" ] || { ready_since=$SECONDS before=$(restarts) && say "ready: release $version, watched for $settle s more"; }
      if [ $((SECONDS - ready_since)) -ge "$settle" ]; then return 0; fi
    elif [ -n "$ready_since" ] && [ "$(restarts)" != "$before" ]; then
      say "release $version was ready and then ended: journalctl -u bonewatch"
      return 1
    elif [ "$SECONDS" -ge "$deadline" ]; then
      say "release $version was not ready within $2 minutes"
      return 1
    fi
    sleep 1
  done
}

# The database as the older release needs it: as it is, if it reads that; else the copy made before the upgrade.
# fit_database TO FROM; the service must be stopped.
fit_database() {
  local answer snapshot=$snapshots/$1-to-$2.db
  if answer=$(as_service "$1" images list --limit 1 --config "$config" 2>&1) || ! grep -q 'newer version' <<<"$answer"; then
    say 'kept: the database, which this release reads; nothing is lost'
    return 0
  fi
  [ -e "$snapshot" ] || { say "release $1 cannot read the database, and $snapshot is not there" && return 1; }
  say "the database was changed by release $2; the copy of $(date -u -r "$snapshot" +'%Y-%m-%d %H:%M UTC') takes its place"
  as_service "$1" db restore "$snapshot" --config "$config"
  say 'images that came since are found in the inbox and analysed again; acknowledgements since then are in the file kept aside'
}
