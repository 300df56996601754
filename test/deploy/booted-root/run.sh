#!/usr/bin/env bash
# Boots a Debian or Ubuntu root, without network, and runs checks.sh there, which installs the bundle as hospital IT would.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: run.sh --root DIR --stick DIR --out DIR [--deadline SECONDS]

  --root DIR     a root made by: debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,mosquitto,\
                 mosquitto-clients,openssl,zstd,libstdc++6,procps bookworm DIR. It is not changed.
  --stick DIR    what make-bundle.sh wrote, with release-key.pem
  --out DIR      gets verdict.txt, the journal and the report of verify.sh
  --deadline N   seconds until the machine is switched off in any case (default: 1500)

Needs root, systemd-nspawn and a C compiler. Exit status: 0 every check passed; 1 one failed, or there was no verdict.
TEXT
}

root='' stick='' out='' deadline=1500
while [ $# -gt 0 ]; do
  case $1 in
    --root) root=$(realpath -- "$2") && shift ;;
    --stick) stick=$(realpath -- "$2") && shift ;;
    --out) mkdir -p -- "$2" && out=$(realpath -- "$2") && shift ;;
    --deadline) deadline=$2 && shift ;;
    --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
if [ -z "$root" ] || [ -z "$stick" ] || [ -z "$out" ]; then usage >&2 && exit 2; fi

here=$(dirname -- "$(readlink -f -- "$0")")
rm -f -- "$out"/*
# A GPU for the service: the stand-in library of the tests, with its model.
stand_in=$(mktemp -d)
trap 'rm -rf -- "$stand_in"' EXIT
chmod 755 -- "$stand_in"
cc -shared -fPIC -O1 -o "$stand_in/libonnxruntime.so.1" "$here/../../support/stand-in/onnxruntime.c" -ldl
cp -R -- "$here/../../fixtures/tiny-model" "$stand_in/"
timeout "$deadline" systemd-nspawn --directory="$root" --volatile=overlay --boot --register=no --keep-unit \
  --private-network --console=pipe --bind-ro="$stick:/stick" --bind-ro="$here:/checks" --bind-ro="$stand_in:/stand-in" --bind="$out:/verdict" \
  --bind-ro="$here/checks.service:/etc/systemd/system/checks.service" \
  systemd.wants=checks.service </dev/null >"$out/console.log" 2>&1 || true
cat "$out/verdict.txt"
grep -q '^done: ' "$out/verdict.txt" && ! grep -q '^FAILED' "$out/verdict.txt"
