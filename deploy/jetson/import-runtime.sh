#!/usr/bin/env bash
# Takes in an ONNX Runtime built for this Jetson's GPU, and uses it only once it has proven itself here.
set -euo pipefail
prefix=/opt/bonewatch dry_run=no from='' is_proof_skipped=no
# shellcheck source=deploy/jetson/steps.sh
. "$(dirname -- "$(readlink -f -- "$0")")/steps.sh"

usage() {
  cat <<'TEXT'
Usage: import-runtime.sh --from WHEEL|DIR [--no-proof] [--prefix DIR] [--dry-run]

Takes libonnxruntime.so.1 and its providers (shared, cuda, tensorrt) out of a Python wheel of onnxruntime for
this JetPack, or out of a folder, into PREFIX/runtimes/VERSION-CHECKSUM; writes down checksums and versions;
has phantoms answered with them as before; and only then makes them the current ones
(PREFIX/runtimes/current), which models.runtimeLibrary names. Running it again changes nothing.

  --from PATH    the wheel (.whl) or folder
  --no-proof     only put them there, do not make them current
  --prefix DIR   where the releases are (default: /opt/bonewatch)
  --dry-run      say what would be done, and do nothing
  --help         this text

Not verified on hardware: no Jetson was at hand. Send the report of verify.sh back.
Exit status: 0 done; 1 refused, the libraries in use are still the old ones; 2 wrong use.
TEXT
}

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --from | --prefix)
        [ $# -ge 2 ] || wrong_use "$1 needs a value"
        case $1 in
          --from) from=$(realpath -m -- "$2") ;;
          --prefix) prefix=${2%/} ;;
        esac
        shift
        ;;
      --no-proof) is_proof_skipped=yes ;;
      --dry-run) dry_run=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) wrong_use "unknown argument: $1" ;;
    esac
    shift
  done
  [ -n "$from" ] || wrong_use '--from is missing'
}

work=''
trap '[ -z "$work" ] || rm -rf -- "$work"' EXIT

unpack() {
  [ -e "$from" ] || fail "no such file or folder: $from"
  work=$(mktemp -d)
  source=$from
  if [ -f "$from" ]; then
    source=$work/wheel
    mkdir "$source"
    if command -v unzip >/dev/null; then
      unzip -q "$from" -d "$source" || fail "$from is no wheel"
    elif command -v python3 >/dev/null; then
      python3 -m zipfile -e "$from" "$source" || fail "$from is no wheel"
    else
      fail 'neither unzip nor python3 is installed: unpack the wheel elsewhere and give the folder'
    fi
  fi
  library=$(find "$source" -type f -name 'libonnxruntime.so.1*' | sort | head -n 1)
  [ -n "$library" ] || fail "there is no libonnxruntime.so.1 in $from. A wheel that holds the runtime only inside its Python module cannot be used"
}

# The number at byte 18 of an ELF file is the processor it is for: 183 aarch64, 62 x86-64.
check_processor() {
  local file wanted=183
  [ "$(uname -m)" = aarch64 ] || wanted=62
  for file in "$library" "$(dirname -- "$library")"/libonnxruntime_providers_*.so; do
    [ -e "$file" ] || continue
    [ "$(od -An -tu2 -j18 -N2 -- "$file" | tr -d ' ')" = "$wanted" ] || fail "${file##*/} is not for this processor ($(uname -m))"
  done
}

read_version() {
  version=$(sed -n 's/^Version: //p' "$source"/*.dist-info/METADATA 2>/dev/null | head -n 1)
  [ -n "$version" ] || version=$(basename -- "$library" | sed -n 's/^libonnxruntime\.so\.\([0-9.]*[0-9]\)$/\1/p')
  case $version in *[0-9]*) ;; *) version=unknown ;; esac
  version=${version//[^0-9A-Za-z.+-]/_}
  name=$version-$(sha256sum <"$library" | cut -c1-12)
}

place() {
  local target=$prefix/runtimes/$name file
  if [ -e "$target" ]; then
    (cd "$target" && sha256sum --status -c SHA256SUMS) || fail "$target is damaged: remove it and run this again"
    say "unchanged: $target"
    return 0
  fi
  doing "copy: ONNX Runtime $version to $target" || return 0
  local staged=$prefix/runtimes/.partial
  rm -rf -- "$staged"
  mkdir -p -- "$staged"
  install -m 755 -- "$library" "$staged/libonnxruntime.so.1"
  for file in "$(dirname -- "$library")"/libonnxruntime_providers_*.so; do
    [ ! -e "$file" ] || install -m 755 -- "$file" "$staged/"
  done
  {
    printf 'onnxruntime %s\nfrom %s\nl4t %s\n' "$version" "${from##*/}" "$(head -n 1 /etc/nv_tegra_release 2>/dev/null || echo none)"
    dpkg-query -W -f '${Package} ${Version}\n' 'libnvinfer[0-9]*' 'libcudnn[0-9]*' 'cuda-cudart-*' 2>/dev/null | sort || true
  } >"$staged/versions"
  (cd "$staged" && sha256sum -- *.so* versions >"$work/sums" && mv -- "$work/sums" SHA256SUMS && chmod 644 SHA256SUMS versions)
  sync -f -- "$staged"
  mv -- "$staged" "$target"
  for file in cuda tensorrt; do
    [ -e "$target/libonnxruntime_providers_$file.so" ] || say "note: without the provider $file"
  done
}

# Phantoms with these libraries and with those in use, under the service's account: the outcomes must be the same.
prove_runtime() {
  local current
  current=$(version_of current)
  [ -n "$current" ] || fail "nothing is installed in $prefix"
  as_service "$current" config schema | grep -q '"runtimeLibrary"' ||
    fail "release $current cannot use another ONNX Runtime; the libraries are in $prefix/runtimes/$name"
  chgrp bonewatch "$work" && chmod 770 "$work"
  as_service "$current" config print "$config" | awk '!/^  runtimeLibrary:/' >"$work/stock.yaml"
  awk -v library="$prefix/runtimes/$name/libonnxruntime.so.1" '
    { print }
    /^models:/ { print "  runtimeLibrary: " library }' "$work/stock.yaml" >"$work/new.yaml"
  chgrp bonewatch "$work"/*.yaml && chmod 640 "$work"/*.yaml
  as_service "$current" phantom "$work/phantoms" --first-seed 12 --count 4 >/dev/null
  answer stock || fail "the phantoms are not answered by the libraries in use either: bonewatch doctor"
  answer new || fail "not taken into use: with these libraries the phantoms are not answered:
$(tail -n 3 "$work/new.log")"
  [ "$(outcomes new)" = "$(outcomes stock)" ] || fail "not taken into use: the phantoms are answered otherwise:
with these: $(outcomes new)
with those in use: $(outcomes stock)"
  say "proven: $(wc -l <"$work/new.json") phantoms answered as before, on $(sed -n 's/.*"executionProvider":"\([a-z]*\)".*/\1/p' "$work/new.json" | sort -u | tr '\n' ' ')"
}
answer() {
  as_service "$current" analyze "$work/phantoms" --config "$work/$1.yaml" --json >"$work/$1.json" 2>"$work/$1.log" &&
    grep -q '"status":"analysed"' "$work/$1.json"
}
outcomes() { sed -n 's/.*"outcome":"\([a-z-]*\)".*/\1/p' "$work/$1.json" | tr '\n' ' '; }

main() {
  parse_arguments "$@"
  require_root
  take_turn
  unpack
  check_processor
  read_version
  place
  if [ "$is_proof_skipped" = yes ] || [ "$dry_run" = yes ]; then return 0; fi
  if [ "$(readlink -- "$prefix/runtimes/current" || true)" = "$name" ]; then
    say "unchanged: $prefix/runtimes/current"
    return 0
  fi
  prove_runtime
  put_link "$name" "$prefix/runtimes/current"
  say "done: $prefix/runtimes/current"
  say "next: models.runtimeLibrary: $prefix/runtimes/current/libonnxruntime.so.1 in $config, then warm-engines.sh, systemctl restart bonewatch and verify.sh"
}

main "$@"
exit
