#!/usr/bin/env bash
# Builds the engines of the accelerator before the service needs them.
set -euo pipefail
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: warm-engines.sh [--release VERSION] [--minutes N] [--prefix DIR] [--dry-run]

Builds the TensorRT engines of the configured models with a release, as the account of the service and in the
folder from which the service loads them, and verifies them as the service would. Existing engines are only
verified, in seconds. The service may run meanwhile: it has priority on the processor, and if the board runs out
of memory the build is killed first. If models.runtimeLibrary is not set, or the CPU comes first in
models.executionProviders, nothing is built.
install.sh and upgrade.sh run this; run it yourself after import-runtime.sh or a change of the models.

  --release VERSION  the release that builds them (default: the current one)
  --minutes N        how long it may take in total (default: 30)
  --prefix DIR       where the releases are (default: /opt/bonewatch)
  --dry-run          print what would be done, and do nothing
  --help             this text

Not verified on hardware: no Jetson was available.
Exit status: 0 the engines are ready, or none is needed; 1 they are not ready; 2 wrong use.
TEXT
}

release='' minutes=30 options_with_value='--release --minutes'

set_option() {
  case $1 in
    --release) release=$2 ;;
    --minutes) minutes=$2 ;;
    *) return 1 ;;
  esac
}

# Whether the configuration names an accelerator that needs engines. The first check is quick, so that a machine
# without an accelerator does not start the program.
is_accelerated() {
  grep -q runtimeLibrary "$config" 2>/dev/null || return 1
  check_configuration "$release" >/dev/null ||
    fail "the configuration has faults: run bonewatch config check $config"
  [ -n "$(setting "$release" models runtimeLibrary)" ] && [ "$(first_provider)" != cpu ]
}

first_provider() {
  as_service "$release" config print "$config" |
    awk '/^  executionProviders:/ { inside = 1; next } inside { print $2; exit }'
}

# timeout is the innermost command, so it ends the build with all its processes and nothing else. KILL, because a
# process that hangs in TensorRT ignores TERM. The next build removes a half-written engine.
build() {
  local seconds gently=(nice -n 10)
  seconds=$(awk -v minutes="$minutes" 'BEGIN { print minutes * 60 }')
  # 900 of at most 1000: out of memory, the kernel ends the build before anything else.
  ! command -v choom >/dev/null || gently=(choom -n 900 -- "${gently[@]}")
  (cd "$data" && "${gently[@]}" runuser -u bonewatch -- env -u NODE_EXTRA_CA_CERTS HOME="$data" \
    timeout --signal=KILL "$seconds" "$prefix/releases/$release/bin/bonewatch" model warm --config "$config") 9>&-
}

main() {
  parse_arguments "$@"
  require_number --minutes "$minutes"
  require_root
  [ -n "$release" ] || release=$(version_of current)
  [ -n "$release" ] || fail "nothing is installed in $prefix"
  if [ "$dry_run" = yes ]; then
    print "would: build the engines of release $release, if an accelerator is configured, within $minutes min"
    return
  fi
  require_release "$release"
  if ! is_accelerated; then
    print 'engines: not needed, no accelerator is configured'
    return
  fi
  print "engines: release $release builds missing engines, up to $minutes min; the service keeps running"
  local status=0
  build || status=$?
  case $status in
    0) print 'engines: built and verified' ;;
    124 | 137) fail "the engines were not ready within $minutes minutes (--minutes)" ;;
    *) fail 'the accelerator cannot be used: run bonewatch doctor' ;;
  esac
}

main "$@"
exit
