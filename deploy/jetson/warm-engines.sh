#!/usr/bin/env bash
# Builds the engines of the accelerator before the service needs them.
set -euo pipefail
prefix=/opt/bonewatch dry_run=no
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: warm-engines.sh [--release VERSION] [--minutes N] [--prefix DIR] [--dry-run]

Has a release build the TensorRT engines of the configured models, as the account of the service and where the
service looks for them, and prove them as the service would. Engines that are there already are only proven,
in seconds. The service may run meanwhile: it goes before in processor time, and where the board runs out of
memory the build is what ends. Where models.runtimeLibrary is not set, or the CPU is the first of
models.executionProviders, there is nothing to build and nothing is started.
install.sh and upgrade.sh call this; after import-runtime.sh or a change of the models, call it yourself.

  --release VERSION  whose engines (default: of the current release)
  --minutes N        how long it may take in all (default: 30)
  --prefix DIR       where the releases are (default: /opt/bonewatch)
  --dry-run          say what would be done, and do nothing
  --help             this text

Not verified on hardware: no Jetson was at hand.
Exit status: 0 the engines are there, or none is needed; 1 they are not; 2 wrong use.
TEXT
}

release='' minutes=30

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --release | --minutes | --prefix)
        [ $# -ge 2 ] || wrong_use "$1 needs a value"
        case $1 in
          --release) release=$2 ;;
          --minutes) minutes=$2 ;;
          --prefix) prefix=${2%/} ;;
        esac
        shift
        ;;
      --dry-run) dry_run=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) wrong_use "unknown argument: $1" ;;
    esac
    shift
  done
  [[ $minutes =~ ^[0-9]+(\.[0-9]+)?$ ]] || wrong_use "--minutes is a number, not $minutes"
}

# Whether the configuration asks for an accelerator that builds anything. The first look costs nothing, so that a
# machine without one starts no program for the answer.
is_accelerated() {
  grep -q runtimeLibrary "$config" 2>/dev/null || return 1
  as_service "$release" config check "$config" >/dev/null ||
    fail "the configuration has faults: bonewatch config check $config"
  [ -n "$(setting "$release" models runtimeLibrary)" ] && [ "$(first_provider)" != cpu ]
}

first_provider() {
  as_service "$release" config print "$config" |
    awk '/^  executionProviders:/ { inside = 1; next } inside { print $2; exit }'
}

# The deadline is the innermost: it ends the build with all its processes, and nothing else. At once: a process that
# hangs in TensorRT hears nothing else. What it left half built is removed by the next that looks there.
build() {
  local seconds gently=(nice -n 10)
  seconds=$(awk -v minutes="$minutes" 'BEGIN { print minutes * 60 }')
  # 900 of at most 1000: whatever else runs here is ended after this.
  ! command -v choom >/dev/null || gently=(choom -n 900 -- "${gently[@]}")
  (cd "$data" && "${gently[@]}" runuser -u bonewatch -- env -u NODE_EXTRA_CA_CERTS HOME="$data" \
    timeout --signal=KILL "$seconds" "$prefix/releases/$release/bin/bonewatch" model warm --config "$config") 9>&-
}

main() {
  parse_arguments "$@"
  require_root
  [ -n "$release" ] || release=$(version_of current)
  [ -n "$release" ] || fail "nothing is installed in $prefix"
  if [ "$dry_run" = yes ]; then
    say "would: build the engines of release $release, where an accelerator is configured, within $minutes min"
    return
  fi
  require_release "$release"
  if ! is_accelerated; then
    say 'engines: none is needed, no accelerator is configured'
    return
  fi
  say "engines: release $release builds what is missing, up to $minutes min; the service is not touched"
  local status=0
  build || status=$?
  case $status in
    0) say 'engines: there and proven' ;;
    124 | 137) fail "the engines were not there within $minutes minutes (--minutes)" ;;
    *) fail 'the accelerator does not serve: bonewatch doctor' ;;
  esac
}

main "$@"
exit
