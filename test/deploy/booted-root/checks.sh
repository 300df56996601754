#!/usr/bin/env bash
# Runs inside the booted root. Each check is a line in /verdict/verdict.txt: "ok" or "FAILED".
set -uo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/root
exec 3>/verdict/verdict.txt 4>/verdict/details.txt
tools=/opt/bonewatch/current/deploy/jetson
site=bonewatch/v1/hospital

check() {
  local name=$1 started=$SECONDS
  shift
  echo "== $name" >&4
  if "$@" >&4 2>&1; then echo "ok      $name ($((SECONDS - started)) s)" >&3; else echo "FAILED  $name ($((SECONDS - started)) s)" >&3; fi
}
# within SECONDS COMMAND...: repeats it until it succeeds.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$end" ]; then return 1; fi
    sleep 1
  done
}
property() { systemctl show bonewatch.service --property="$1" --value; }
ready() { [ "$(property ActiveState)" = active ]; }
as_ward() { timeout 60 "$1" -h localhost -p 8883 --cafile /etc/mosquitto/bonewatch/ca.crt -V 5 -u ward-ward-3 -P "$(cat /etc/bonewatch/secrets/ward-ward-3)" "${@:2}"; }

installed() { /stick/install.sh --from /stick/bonewatch-*.tar.zst --trust /stick/release-key.pem && id bonewatch; }
nothing_new() {
  local answer
  answer=$(/stick/install.sh --from /stick/bonewatch-*.tar.zst) && echo "$answer" && ! grep -qE '^(copied|write|make|link|enable):' <<<"$answer"
}
tampered() {
  cp /stick/bonewatch-*.sha256* /tmp/ && head -c 1000000 /stick/bonewatch-*.tar.zst >"/tmp/$(basename /stick/bonewatch-*.tar.zst)"
  ! /stick/install.sh --from /tmp/bonewatch-*.tar.zst --dry-run && rm /tmp/bonewatch-*
}
configured() {
  grep -q localhost /etc/hosts || echo '127.0.0.1 localhost' >>/etc/hosts
  mkdir -p /srv/xray/export && cat >/etc/bonewatch/bonewatch.yaml <<'YAML'
inboxes: [{ path: /srv/xray/export }]
wards: [{ id: ward-3, name: 3병동 }, { id: ward-4, name: 4병동, match: { departments: [elsewhere] } }]
models: { executionProviders: [cpu], deadlineMs: 120000 }
broker:
  url: mqtts://localhost:8883
  username: bonewatch
  passwordFile: broker-password
  tls: { ca: /etc/mosquitto/bonewatch/ca.crt }
YAML
  bonewatch config check --file-only /etc/bonewatch/bonewatch.yaml
}
# Files as nvpmodel writes them on a Jetson: the sandbox must let the service read them and /proc.
board_is_read() {
  mkdir -p /var/lib/nvpmodel && echo 'pmode:0002 fmode:quiet' >/var/lib/nvpmodel/status
  printf '< POWER_MODEL ID=0 NAME=15W >\n< POWER_MODEL ID=2 NAME=MAXN_SUPER >\n' >/etc/nvpmodel.conf
  within 60 sh -c "timeout 40 mosquitto_sub -h 127.0.0.1 -C 1 -t $site/console-1/health |
    grep '\"powerMode\":\"MAXN_SUPER\".*\"memoryAvailableBytes\":[0-9]'"
}
broker_set_up() { "$tools/set-up-broker.sh" --name xray.hospital.lan && systemctl is-active mosquitto; }
broker_unchanged() { local a && a=$("$tools/set-up-broker.sh") && echo "$a" && ! grep -qE '^(write|make|restarted):' <<<"$a"; }
started() { timeout 300 systemctl start bonewatch.service && ready && systemctl status --no-pager bonewatch.service; }
credential_read() {
  ls -l /run/credentials/bonewatch.service/ && [ "$(stat -c %a /etc/bonewatch/secrets)" = 700 ] &&
    within 30 sh -c "[ \"\$(timeout 5 mosquitto_sub -h 127.0.0.1 -C 1 -t $site/console-1/availability | grep -c online)\" = 1 ]"
}
alert_arrives() {
  "$tools/verify.sh" --count 3 --with-alert --out /verdict
  local status=$?
  # The broker retains the alert until it is acknowledged, so a screen that connects later shows it too.
  as_ward mosquitto_sub -t "$site/ward/ward-3/alert/+" -C 1 >/tmp/alert
  head -c 600 /tmp/alert
  grep -q '"notForDiagnosis":true' /tmp/alert && [ "$status" = 0 ]
}
# Mosquitto 2.0's client does not fail when refused, so the check subscribes on this machine.
ward_is_isolated() {
  local before after
  before=$(timeout 10 mosquitto_sub -h 127.0.0.1 -C 1 -t "$site/console-1/info")
  as_ward mosquitto_pub -q 1 -r -t "$site/console-1/info" -m '{"forged":true}'
  after=$(timeout 10 mosquitto_sub -h 127.0.0.1 -C 1 -t "$site/console-1/info")
  [ -n "$before" ] && [ "$before" = "$after" ] && ! as_ward mosquitto_sub -W 3 -C 1 -t "$site/console-1/image" &&
    ! timeout 10 mosquitto_sub -h localhost -p 8883 --cafile /etc/mosquitto/bonewatch/ca.crt -t '#' -C 1
}
priorities() {
  journalctl -u bonewatch -o json --output-fields=PRIORITY,MESSAGE,SYSLOG_IDENTIFIER >/tmp/journal
  grep -q '"PRIORITY":"6".*level' /tmp/journal || grep -q 'level.*"PRIORITY":"6"' /tmp/journal || return 1
  ! grep -q '"MESSAGE":"<[0-9]>' /tmp/journal
}
no_patient() { journalctl -b -o cat >/verdict/journal.txt && ! grep -iE 'PHANTOM\^|PatientName|PatientID|PatientBirth' /verdict/journal.txt; }
hang_is_caught() {
  local before pid
  before=$(property NRestarts) pid=$(property MainPID)
  kill -STOP "$pid" && within 150 sh -c "[ \"\$(systemctl show bonewatch --property=NRestarts --value)\" != $before ]" && within 240 ready &&
    journalctl -u bonewatch --no-pager | grep -i 'watchdog timeout' && [ "$(property MainPID)" != "$pid" ]
}
crash_is_restarted() {
  local before
  before=$(property NRestarts)
  kill -SEGV "$(property MainPID)" && within 60 sh -c "[ \"\$(systemctl show bonewatch --property=NRestarts --value)\" != $before ]" && within 240 ready
}
# A start that takes three times as long as TimeoutStartSec, because an engine is built and no other provider is allowed.
long_start_does_not_time_out() {
  local home=/var/lib/bonewatch/stand-in config=/etc/bonewatch/bonewatch.yaml drop_in=/run/systemd/system/bonewatch.service.d
  systemctl stop bonewatch.service
  cp -R /stand-in "$home" && echo hang-build-tensorrt >"$home/behaviour.txt" && chown -R bonewatch:bonewatch "$home"
  cp -p "$config" /tmp/before.yaml
  sed -i "s#^models:.*#models: { directory: $home, active: [tiny-model], executionProviders: [tensorrt], runtimeLibrary: $home/libonnxruntime.so.1 }#" "$config"
  mkdir -p "$drop_in" && printf '[Service]\nTimeoutStartSec=20\n' >"$drop_in/soon.conf" && systemctl daemon-reload
  local began=$SECONDS status=1
  systemctl start --no-block bonewatch.service
  within 65 false
  echo "after $((SECONDS - began)) s: $(property ActiveState), $(property StatusText), restarts $(property NRestarts)"
  if [ "$(property ActiveState)" = activating ] && [ "$(property NRestarts)" = 0 ] && [[ $(property StatusText) = *built* ]]; then
    : >"$home/behaviour.txt"
    within 120 ready && status=0
    echo "after $((SECONDS - began)) s: $(property ActiveState), $(property StatusText)"
  fi
  journalctl -u bonewatch --no-pager -o cat | tail -5
  systemctl stop bonewatch.service
  rm -r "$drop_in" "$home" && cp -p /tmp/before.yaml "$config" && systemctl daemon-reload && systemctl start bonewatch.service && ready && return "$status"
}
backup_fires() {
  rm -f /var/lib/bonewatch/bonewatch.db.backup
  mkdir -p /run/systemd/system/bonewatch-backup.timer.d
  printf '[Timer]\nOnCalendar=\nOnCalendar=*:*:0/15\nRandomizedDelaySec=0\nAccuracySec=1s\n' >/run/systemd/system/bonewatch-backup.timer.d/soon.conf
  systemctl daemon-reload && systemctl restart bonewatch-backup.timer
  within 120 test -e /var/lib/bonewatch/bonewatch.db.backup && within 60 sh -c 'journalctl -u bonewatch-backup -o cat | grep -q "backup: sound"'
  local status=$?
  rm -r /run/systemd/system/bonewatch-backup.timer.d && systemctl daemon-reload && systemctl restart bonewatch-backup.timer
  systemctl list-timers --no-pager bonewatch-backup.timer
  journalctl -u bonewatch-backup -o cat | tail -5
  return "$status"
}
# Makes a release of another version from the installed one; `broken`: with a daemon that exits at once.
next_release() {
  rm -rf /tmp/release && cp -a "/opt/bonewatch/current/." /tmp/release && sed -i "s/\"version\": \"[^\"]*\"/\"version\": \"$1\"/" /tmp/release/package.json
  [ "${2:-}" != broken ] || echo 'export async function run() { return 1; }' >/tmp/release/dist/cli/commands/run/run.js
  (cd /tmp/release && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >/tmp/sums && mv /tmp/sums SHA256SUMS)
}
# Everything that the scripts could change: paths, modes, owners, links, configuration files and the running process.
machine() {
  find /opt/bonewatch /etc/bonewatch /etc/mosquitto /etc/systemd/system /usr/lib/sysusers.d /usr/lib/tmpfiles.d /usr/local/bin -printf '%p %m %u %g %l\n' | sort
  find /var/lib/bonewatch -maxdepth 1 -printf '%p %m %u %g\n' | sort
  find /etc/bonewatch /etc/mosquitto /etc/systemd/system -type f -exec sha256sum {} + | sort
  property MainPID
}
# unchanged_by COMMAND...: it succeeds and changes nothing.
unchanged_by() {
  machine >/tmp/before && "$@" && machine >/tmp/after && diff /tmp/before /tmp/after
}
dry_runs() {
  next_release 0.9.1
  unchanged_by "$tools/install.sh" --from /tmp/release --unsigned --dry-run && unchanged_by "$tools/upgrade.sh" --from /tmp/release --unsigned --dry-run &&
    unchanged_by "$tools/set-up-broker.sh" --name other.lan --dry-run && unchanged_by "$tools/verify.sh" --dry-run &&
    unchanged_by "$tools/check-backup.sh" --hours 0 --dry-run && unchanged_by "$tools/warm-engines.sh" --dry-run &&
    unchanged_by "$tools/warm-engines.sh" && unchanged_by "$tools/uninstall.sh" --purge --dry-run
}
again_after_upgrade() {
  unchanged_by "$tools/rollback.sh" --dry-run && unchanged_by "$tools/upgrade.sh" --from /tmp/release --unsigned && unchanged_by "$tools/rollback.sh" --to 0.9.1
}
upgraded() { next_release 0.9.1 && "$tools/upgrade.sh" --from /tmp/release --unsigned --settle 5 && ready && [ "$(bonewatch --version)" = 0.9.1 ]; }
upgrade_is_reverted() {
  next_release 0.9.2 broken && "$tools/upgrade.sh" --from /tmp/release --unsigned --minutes 0.5 --settle 5
  [ $? = 3 ] && ready && [ "$(bonewatch --version)" = 0.9.1 ]
}
data_survives() { bonewatch images list --json --config /etc/bonewatch/bonewatch.yaml >/tmp/images && [ "$(grep -c '"sha256"' /tmp/images)" -ge 4 ]; }
stops_cleanly() {
  systemctl stop bonewatch.service && [ "$(property Result)" = success ] && [ "$(property ExecMainStatus)" = 0 ] &&
    timeout 10 mosquitto_sub -h 127.0.0.1 -C 1 -t "$site/console-1/availability" | grep '"stopped"'
}
exposure() { systemd-analyze security --no-pager bonewatch.service | tail -1; }
removed() { "$tools/uninstall.sh" && [ ! -e /opt/bonewatch ] && [ -e /var/lib/bonewatch/bonewatch.db ] && ! systemctl cat bonewatch.service; }

systemctl is-system-running --wait >&4
check 'the root is booted, without network' sh -c '! grep -v -E "lo:|Inter|face" /proc/net/dev | grep .'
check 'a changed bundle is refused' tampered
check 'installed from the stick, signature checked' installed
check 'installing again changes nothing' nothing_new
check 'configured' configured
check 'Mosquitto is set up with TLS, permissions and passwords' broker_set_up
check 'setting it up again changes nothing' broker_unchanged
check 'started and ready' started
check 'the sandbox allows reading the board' board_is_read
check 'the broker password is read as a credential' credential_read
check 'a phantom raises an alert that the ward receives, and verify.sh passes' alert_arrives
check 'a ward can subscribe and publish only to its own topics' ward_is_isolated
check 'journal lines have their priority' priorities
check 'a stopped process is caught by the watchdog' hang_is_caught
check 'a crash is followed by a restart' crash_is_restarted
check 'a start that builds an engine does not time out' long_start_does_not_time_out
check 'the backup timer fires and verifies a backup' backup_fires
check 'dry runs change nothing' dry_runs
check 'upgraded' upgraded
check 'upgrading again, and rolling back to the current release, change nothing' again_after_upgrade
check 'a failed upgrade is reverted automatically' upgrade_is_reverted
check 'no image is lost' data_survives
check 'exposure' exposure
check 'stopped cleanly, and the wards are notified' stops_cleanly
check 'the journal contains no patient data' no_patient
check 'removed, the database is left' removed
echo "done: $(grep -c '^ok' /verdict/verdict.txt) ok, $(grep -c '^FAILED' /verdict/verdict.txt) failed" >&3
