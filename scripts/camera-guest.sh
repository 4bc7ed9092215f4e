#!/bin/bash
# Runs a command under a kernel with real camera drivers, in QEMU: for machines that have no camera.
#
#   scripts/camera-guest.sh [--module "NAME PARAMETERS"]... -- COMMAND...
#
# The guest sees this machine's files at their places, read-only; what it writes is lost. It has no network, and stops after
# ARETE_GUEST_SECONDS (600). Its kernel is Debian's newest, unpacked once into .build-camera. Without --module it has vivid, the kernel's
# own test camera, at /dev/video0. Exit status: the command's; 125 where the guest failed, with the end of its log.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
    echo "camera-guest: $*" >&2
    exit 125
}

modules=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    if [ "$1" != --module ] || [ $# -lt 2 ]; then die "unknown option $1"; fi
    modules+=("$2")
    shift 2
done
[ $# -gt 1 ] || die "no command"
shift
[ ${#modules[@]} -gt 0 ] || modules=("vivid n_devs=1 node_types=0x1")
[ "$(uname -m)" = x86_64 ] || die "written for x86-64 machines only"
PATH=$PATH:/usr/sbin:/sbin

store=.build-camera
mkdir -p "$store"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A kernel as QEMU starts it fastest: not the compressed image, which an emulated processor unpacks for seconds, but what is in it.
unpack_kernel() {
    local package image start length header
    package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\).*/\1/p' | head -n 1)
    [ -n "$package" ] || die "apt knows no kernel: run 'apt-get update'"
    echo "camera-guest: fetching $package (70 MB, once)" >&2
    (cd "$work" && apt-get download -q "$package" >"$work/log" 2>&1) || die "cannot fetch $package: $(tail -n 1 "$work/log")"
    dpkg-deb -x "$work"/linux-image-*.deb "$work/kernel"
    image=$(echo "$work"/kernel/boot/vmlinuz-*)
    # Where the payload lies: offsets 0x1f1, 0x248 and 0x24c of the boot protocol (Documentation/arch/x86/boot.rst).
    start=$((($(number 497 1) + 1) * 512 + $(number 584 4)))
    length=$(number 588 4)
    dd if="$image" of="$work/payload" iflag=skip_bytes,count_bytes skip="$start" count=$((length - 4)) bs=1M status=none
    header=$(od -An -tx1 -N4 "$work/payload" | tr -d ' ')
    case $header in
        fd377a58) xz -dc "$work/payload" >"$work/vmlinux" || true ;;
        28b52ffd) zstd -qdc "$work/payload" >"$work/vmlinux" || true ;;
        *) die "$package is packed in a way that is not known here" ;;
    esac
    rm -rf "$store/kernel"
    mkdir "$store/kernel"
    mv "$work/vmlinux" "$store/kernel/vmlinux"
    local folder
    folder=$(find "$work/kernel" -type d -path '*lib/modules/*' -name "${package#linux-image-}" | head -n 1)
    mkdir -p "$work/modules/lib/modules"
    mv "$folder" "$work/modules/lib/modules/"
    depmod -b "$work/modules" "${package#linux-image-}"
    mv "$work/modules/lib/modules/${package#linux-image-}" "$store/kernel/modules"
    echo "${package#linux-image-}" >"$store/kernel/version"
}
number() { od -An -t"u$2" -j "$1" -N "$2" "$image" | tr -d ' '; }
[ -s "$store/kernel/version" ] || unpack_kernel
version=$(cat "$store/kernel/version")

# The modules asked for and all that they stand on, in the order of loading; what is built in needs no file.
base=(virtio_pci virtio_console 9pnet_virtio 9p overlay)
root=$work/root
mkdir -p "$root"/{bin,proc,sys,dev,run,tmp,host,upper,new,modules}
load() { # load NAME PARAMETERS...: a line of the guest's start
    local name=$1 line file path
    shift
    line=$(grep -E "/${name//_/[_-]}\.ko[^ ]*:" "$store/kernel/modules/modules.dep" || true)
    if [ -z "$line" ]; then
        grep -qE "/${name//_/[_-]}\.ko" "$store/kernel/modules/modules.builtin" || die "kernel $version has no module $name"
        return
    fi
    # The list names what a module stands on from the nearest to the farthest.
    for path in $(echo "${line/:/ }" | tr ' ' '\n' | tac); do
        file=$(basename "${path%.xz}")
        [ ! -e "$root/modules/$file" ] || continue
        case $path in
            *.xz) xz -dc "$store/kernel/modules/$path" >"$root/modules/$file" ;;
            *) cp "$store/kernel/modules/$path" "$root/modules/$file" ;;
        esac
        if [ "$path" = "${line%%:*}" ]; then echo "insmod /modules/$file $*"; else echo "insmod /modules/$file"; fi
    done
}
for module in "${base[@]}"; do load "$module"; done >"$root/modules/base"
# shellcheck disable=SC2086
for module in "${modules[@]}"; do load $module; done >"$root/modules/cameras"

cp "$(command -v busybox)" "$root/bin/busybox"
command=$(printf '%q ' "$@")
{
    echo "cd $(printf %q "$PWD")"
    printf 'export PATH=%q HOME=%q LANG=C.UTF-8 ARETE_CAMERA_GUEST=1\n' "$PATH" "${HOME:-/root}"
    echo "exec $command"
} >"$root/command"
cat >"$root/init" <<'INIT'
#!/bin/busybox sh
# The guest's start: modules, the host's files below a layer of memory, the command, power off.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
exec </dev/null >/dev/console 2>&1
finish() {
    echo "$1" >/dev/vport0p3
    sleep 0.1
    poweroff -f
}
. /modules/base || finish 125
until [ -c /dev/vport0p3 ]; do sleep 0.05; done
. /modules/cameras || finish 125
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,ro,cache=loose host /host || finish 125
mount -t tmpfs -o size=80% memory /upper
mkdir /upper/data /upper/work
mount -t overlay -o lowerdir=/host,upperdir=/upper/data,workdir=/upper/work overlay /new || finish 125
for folder in proc sys dev; do mount --bind /$folder /new/$folder; done
mount -t tmpfs run /new/run
mount -t tmpfs tmp /new/tmp
cp /command /new/run/command
cp /bin/busybox /new/run/busybox
ip link set lo up
chroot /new /run/busybox sh /run/command >/dev/vport0p1 2>/dev/vport0p2
finish $?
INIT
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet -R 0:0) >"$work/start"

ports=()
for port in 1 2 3; do
    ports+=(-chardev "file,id=c$port,path=$work/port$port" -device "virtserialport,chardev=c$port,nr=$port")
done
status=0
timeout "${ARETE_GUEST_SECONDS:-600}" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 -nodefaults -no-reboot \
    -display none -kernel "$store/kernel/vmlinux" -initrd "$work/start" \
    -append "console=ttyS0 quiet oops=panic panic=-1 random.trust_cpu=on" -serial "file:$work/console" \
    -device virtio-serial-pci "${ports[@]}" \
    -fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=host,mount_tag=host ||
    status=$?
cat "$work/port1"
cat "$work/port2" >&2
ended=$(cat "$work/port3" 2>/dev/null || true)
if [ -z "$ended" ]; then
    tail -n 20 "$work/console" >&2
    die "the guest ended without an answer (QEMU's status $status)"
fi
[ "$ended" != 125 ] || tail -n 20 "$work/console" >&2
exit "$ended"
