#!/usr/bin/env bash
# Verifies on the device what cannot be verified elsewhere, and writes a report to send back.
# shellcheck disable=SC2317 # section and remark call the parts of the report
set -euo pipefail
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: verify.sh [--count N] [--with-alert] [--out DIR] [--prefix DIR] [--dry-run]

Puts synthetic radiographs into the first inbox of the installed service and receives their results at the
broker: the execution provider, and the time each took (p50, p95). Also reports the board, its power mode, the
service's state, health and sandbox, the checks of doctor, and whether the files are those of the release.
Prints a summary and writes bonewatch-verify-HOST-DATE.txt, which contains no patient data.
The radiographs show no fracture, so no ward is alerted, and are removed afterwards.

  --count N      how many (default: 30)
  --with-alert   then a fractured one: its alert appears on the ward's screen. Inform the ward first
  --out DIR      where to write the report (default: the current folder)
  --prefix DIR   where the releases are (default: /opt/bonewatch)
  --dry-run      print what would be done, and do nothing
  --help         this text

Exit status: 0 every check passed; 1 a check failed, see the report; 2 wrong use.
TEXT
}

count=30 with_alert='' out=. options_with_value='--count --out'

set_option() {
  case $1 in
    --count) count=$2 ;;
    --out) out=$2 ;;
    --with-alert) with_alert=--with-alert ;;
    *) return 1 ;;
  esac
}

failures=()
# section TITLE COMMAND...: writes the output of a check into the report, and records a failure.
section() {
  local title=$1
  shift
  printf '\n== %s ==\n' "$title"
  "$@" 2>&1 || { printf '(failed: exit status %s)\n' "$?" && failures+=("$title"); }
}
# remark TITLE COMMAND...: the same for information that may be missing.
remark() {
  local title=$1
  shift
  printf '\n== %s ==\n' "$title"
  "$@" 2>&1 || printf '(not available)\n'
}

board() {
  tr -d '\0' </proc/device-tree/model 2>/dev/null && echo
  cat /etc/nv_tegra_release 2>/dev/null || echo 'no /etc/nv_tegra_release: not a Jetson'
  uname -srm
  sed -n 's/^PRETTY_NAME=//p' /etc/os-release
  grep -E '^(MemTotal|MemAvailable|SwapTotal)' /proc/meminfo
  df -h "$data" | tail -n 1
}
packages() { dpkg-query -W -f '${Package} ${Version}\n' 'nvidia-l4t-core' 'libnvinfer[0-9]*' 'libcudnn*' 'cuda-cudart-*' 2>/dev/null | sort; }
power_mode() { nvpmodel -q || { cat /var/lib/nvpmodel/status && grep -E '^< (POWER_MODEL|PM_CONFIG)' /etc/nvpmodel.conf; }; }
# Clocks with their limits, the kernel's throttling (state above 0), and how often the current was too high.
stress() {
  grep -H . /sys/devices/system/cpu/cpu0/cpufreq/scaling_{cur,min,max}_freq /sys/class/devfreq/*gpu*/{cur,min,max}_freq 2>/dev/null
  local device
  for device in /sys/class/thermal/cooling_device*; do
    [ ! -e "$device/cur_state" ] || printf '%s: %s of %s\n' "$(cat "$device/type")" "$(cat "$device/cur_state")" "$(cat "$device/max_state")"
  done
  grep -H . /sys/class/hwmon/hwmon*/oc*_event_cnt /sys/class/hwmon/hwmon*/curr*_crit_alarm 2>/dev/null
  grep -h . /sys/class/thermal/thermal_zone*/type 2>/dev/null | tr '\n' ' '
  echo
  grep -H . /sys/class/thermal/thermal_zone*/{temp,trip_point_*_{type,temp}} 2>/dev/null
}
devices() { find /dev -maxdepth 1 -name 'nv*' -exec ls -ld {} + && grep -E ' nv' /proc/devices; }
service() {
  systemctl show "$unit" --property=ActiveState,SubState,StatusText,NRestarts,MemoryCurrent,ExecMainStartTimestamp,Result
  systemctl is-active --quiet "$unit"
}
files_of_release() { (cd "$prefix/current" && sha256sum --quiet -c SHA256SUMS) && echo 'every file matches the release'; }
page() {
  local node=$prefix/current/node/bin/node
  [ -x "$node" ] || node=node
  # shellcheck disable=SC2016 # JavaScript's own dollars
  "$node" -e 'fetch(`http://${process.argv[1]}/${process.argv[2]}`, { signal: AbortSignal.timeout(5000) })
    .then(async (answer) => { console.log(answer.status, await answer.text()); process.exit(answer.ok ? 0 : 1); })
    .catch((error) => { console.log(String(error)); process.exit(1); });' "${address/#0.0.0.0:/127.0.0.1:}" "$1"
}
# With the service's password for the broker.
with_credentials() { CREDENTIALS_DIRECTORY=$credentials "$@"; }
# As root: only root and the console may write to the inbox. It follows nothing that others put there.
selftest() { with_credentials "$prefix/current/bin/bonewatch" selftest --config "$config" --count "$count" ${with_alert:+"$with_alert"}; }
doctor() { with_credentials as_service "$version" doctor --config "$config"; }
exposure() { systemd-analyze security --no-pager "$unit" | tail -n 1; }
warnings() { journalctl -u "$unit" -p warning -n 50 --no-pager -o cat; }
model() {
  local name directory status=0
  directory=$(setting "$version" models directory)
  for name in $(active_models "$version"); do
    as_service "$version" model verify "$name" ${directory:+--directory "$directory"} || status=1
  done
  return "$status"
}

report() {
  printf 'Bonewatch %s, verification on %s at %s\n' "$version" "$(hostname)" "$(date -u +'%Y-%m-%d %H:%M UTC')"
  remark 'board' board
  remark 'NVIDIA packages' packages
  remark 'power mode' power_mode
  remark 'clocks, throttling and temperatures before' stress
  remark 'device nodes' devices
  section 'service' service
  section 'files of the release' files_of_release
  remark 'exposure' exposure
  section 'ready' page ready
  section 'health' page health
  section 'model on this machine' model
  section 'phantoms through the service to the broker' selftest
  remark 'clocks, throttling and temperatures afterwards' stress
  remark 'tegrastats' tegrastats_once
  section 'doctor' doctor
  remark 'warnings in the journal' warnings
  printf '\n== result ==\n'
  if [ ${#failures[@]} = 0 ]; then echo 'every check passed'; else printf 'FAILED: %s\n' "${failures[@]}"; fi
}
tegrastats_once() { command -v tegrastats >/dev/null && timeout 3 tegrastats --interval 1000 | head -n 2; }

main() {
  parse_arguments "$@"
  [[ $count =~ ^[1-9][0-9]{0,3}$ ]] || wrong_use "--count must be 1 to 9999, not $count"
  require_root
  version=$(version_of current)
  [ -n "$version" ] || fail "nothing is installed in $prefix"
  if [ "$dry_run" = yes ]; then
    print "would: put $count phantoms into the first inbox of release $version and write a report into $out"
    return
  fi
  address=$(setting "$version" health listen)
  credentials=$(mktemp -d)
  trap 'rm -rf -- "$credentials"' EXIT
  [ ! -e /etc/bonewatch/secrets/broker-password ] || install -m 600 -o bonewatch -g bonewatch /etc/bonewatch/secrets/broker-password "$credentials/broker-password"
  chown bonewatch: "$credentials"
  local file
  file=$out/bonewatch-verify-$(hostname)-$(date -u +%Y%m%dT%H%M%SZ).txt
  # Never over an existing file, nor through a link that somebody put there.
  set -o noclobber
  report >"$file" || fail "cannot write $file"
  set +o noclobber
  sed -n '/^== phantoms/,/^== /p; /^== result/,$p' "$file" | grep -v '^== clocks'
  print "report: $file"
  tail -n 1 "$file" | grep -q '^every check passed'
}

main "$@"
exit
