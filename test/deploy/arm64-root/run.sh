#!/usr/bin/env bash
# Installs the arm64 bundle with its install.sh in an arm64 root under emulation, without network, and runs the demo.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: run.sh --root DIR --stick DIR [--deadline SECONDS]

  --root DIR     a root made by: debootstrap --arch=arm64 --variant=minbase \
                 --include=zstd,openssl,libstdc++6 bookworm DIR. It is not changed.
  --stick DIR    what make-bundle.sh wrote, with release-key.pem
  --deadline N   seconds that one image may take under emulation (default: 900)

Needs root and binfmt_misc with qemu-user-static (flag F). Exit status: the demo's.
TEXT
}

root='' stick='' deadline=900
while [ $# -gt 0 ]; do
  case $1 in
    --root) root=$(realpath -- "$2") && shift ;;
    --stick) stick=$(realpath -- "$2") && shift ;;
    --deadline) deadline=$2 && shift ;;
    --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
if [ -z "$root" ] || [ -z "$stick" ]; then usage >&2 && exit 2; fi

# ONNX Runtime reads the ARM core from /proc/cpuinfo, and crashes on the host's x86 file.
cpuinfo=$(mktemp)
trap 'rm -f -- "$cpuinfo"' EXIT
cat >"$cpuinfo" <<'TEXT'
processor	: 0
BogoMIPS	: 62.50
Features	: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
CPU implementer	: 0x41
CPU architecture: 8
CPU variant	: 0x4
CPU part	: 0xd0b
CPU revision	: 1

TEXT
# shellcheck disable=SC2016 # expanded by the shells inside
inside='
key=/stick/release-key.pem bundle=$(echo /stick/bonewatch-*-linux-arm64.tar.zst)
/stick/install.sh --from "$bundle" --trust "$key" && /stick/install.sh --from "$bundle" >/tmp/second &&
  ! grep -E "^(copied|write|make|link|enable):" /tmp/second && grep -v : /proc/net/dev | grep -c . &&
  cd /opt/bonewatch/current && node/bin/node -e "import(\"koffi\").then(() => console.log(\"koffi loads\"))" &&
  exec bonewatch demo --once --deadline "$1"'
# shellcheck disable=SC2016 # expanded by the shell in the new namespaces
env -i unshare --mount --net --pid --ipc --fork --kill-child bash -c '
  set -e
  mount --make-rprivate / && ip link set lo up
  mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work /mnt/root
  mount -t overlay overlay -o "lowerdir=$1,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
  cd /mnt/root && mount -t proc proc proc && mount --bind "$2" proc/cpuinfo
  mount -t tmpfs tmpfs dev && mkdir dev/shm && ln -s /proc/self/fd dev/fd
  for node in null zero random urandom; do touch "dev/$node" && mount --bind "/dev/$node" "dev/$node"; done
  mkdir -p stick && mount --bind -o ro "$3" stick
  export QEMU_CPU=cortex-a76 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
  exec chroot . bash -c "$5" inside "$4"
' outside "$root" "$cpuinfo" "$stick" "$deadline" "$inside"
