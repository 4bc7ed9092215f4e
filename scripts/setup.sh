#!/bin/bash
# Makes a Debian machine ready to build Arete: installs the packages that are missing, says which and why, and checks for Swift.
#
#   scripts/setup.sh          what `make build` and `make test` need
#   scripts/setup.sh run      what `make run` needs beyond the build
#   scripts/setup.sh lint     what `make lint` needs (no Swift packages beyond a toolchain that is there already)
#   scripts/setup.sh fuzz     what `make fuzz` needs beyond the build
#   scripts/setup.sh video    what video files and network cameras need beyond the build, and what tests of them need
#   scripts/setup.sh inspection  what rejects over Modbus and codes on parts need beyond the build
#   scripts/setup.sh link     what MQTT, webhooks and TAK servers need beyond the build, and what tests of links need
#   scripts/setup.sh fleet    what `make test-fleet` needs beyond the build
#   scripts/setup.sh terrain  what GeoTIFFs of heights need beyond the build
#   scripts/setup.sh station  what `make test-station` needs beyond the build
#   scripts/setup.sh camera   what `make test-camera` needs beyond the build
#   scripts/setup.sh pixels   what `make bench-pixels` needs beyond the build
#   scripts/setup.sh bench    what `make bench-models` and `make bench-peers` need beyond the build
#
# Touches nothing, the network included, where everything is there. Exit status 1, with one message that says what to do, where it cannot help.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-build}
say() { echo "setup: $*"; }
die() {
    echo "setup: $*" >&2
    exit 1
}

# shellcheck source=/dev/null
[ ! -r /etc/os-release ] || . /etc/os-release
system=${PRETTY_NAME:-$(uname -s)}
release=${VERSION_ID:-99} # Debian testing and unstable carry no number: newer than every release
release=${release%%.*}
case " ${ID:-} ${ID_LIKE:-} " in
    *" ubuntu "*) debian= ;; # other package names
    *" debian "*) debian=yes ;;
    *) debian= ;;
esac
command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || debian=
swift=$(scripts/find-swift.sh) || swift=
# A toolchain from swift.org does not even start before the libraries it stands on are there.
toolchain=${swift:-$(command -v swift || true)}

# The packages: "package: reason". A package of `a|b` is any of them, the first one where none is installed.
wanted=()
want() { wanted+=("$1: $2"); }

want_static_runtime() {
    local gcc=14
    [ "$release" -gt 12 ] || gcc=12
    want "libstdc++-$gcc-dev|libstdc++-12-dev|libstdc++-13-dev|libstdc++-14-dev|libstdc++-15-dev" "$1"
}

want_libraries() {
    want pkgconf "tells the build where libraries lie"
    want libjpeg62-turbo-dev "reads and writes JPEG"
    want libpng-dev "reads and writes PNG"
    want libwebp-dev "reads WebP"
    want libsodium-dev "checks the sums of models"
    want libssl-dev "encrypts what goes over links"
    want libsqlite3-dev "keeps what was not sent yet"
    want libmicrohttpd-dev "serves figures over HTTP"
    want libopenblas-dev "float convolutions and matrix products"
    want libv4l-dev "reads the formats that only webcams know"
}

want_toolchain_parts() {
    want libc6-dev "C headers and start-up files"
    if [ -n "$toolchain" ] && [ "$(readlink -f "$toolchain")" != /usr/libexec/swift/bin/swift ]; then
        # A toolchain from swift.org brings neither a linker nor these libraries.
        local gcc=14
        [ "$release" -gt 12 ] || gcc=12
        want "libgcc-$gcc-dev|libgcc-12-dev|libgcc-13-dev|libgcc-14-dev|libgcc-15-dev" "the compiler's start-up files"
        want binutils "the linker"
        want "libncurses6" "the Swift toolchain stands on it"
        if [ "$release" -gt 12 ]; then
            want "libcurl4t64|libcurl4" "the Swift package manager stands on it"
        else
            want "libcurl4" "the Swift package manager stands on it"
        fi
        want "libxml2|libxml2-16" "the Swift package manager stands on it"
        want "libsqlite3-0" "the Swift package manager stands on it"
    fi
    if [ -z "$swift" ] && [ "$release" -ge 13 ]; then
        want swiftlang "the Swift compiler, 6.0 or newer (444 MB to download)"
    fi
}

case $purpose in
    build)
        want_toolchain_parts
        want_static_runtime "Swift's run-time library, linked into the program, stands on it"
        want_libraries
        ;;
    fuzz)
        want_toolchain_parts
        want_libraries
        want_static_runtime "the fuzzer's run-time library stands on it"
        ;;
    run)
        want python3 "carries packets between drone and station as a thin link does, and sums up"
        ;;
    lint)
        want shellcheck "checks the scripts"
        [ "$release" != 12 ] || want clang-format-14 "checks the layout of C, pinned to this version"
        ;;
    pixels)
        want libyuv-dev "its conversions of pictures are timed beside ours"
        ;;
    video)
        want libavformat-dev "reads video files and network cameras"
        want libavcodec-dev "decodes video"
        want libavutil-dev "stands under the two"
        want ffmpeg "writes the videos that tests read"
        ;;
    inspection)
        want libmodbus-dev "throws bad parts out over Modbus TCP"
        want libzbar-dev "reads codes on parts"
        want libdmtx-dev "reads DataMatrix codes on parts"
        ;;
    link)
        want python3-cryptography "reads the published packets once more, in Python"
        want libqrencode4 "shows pairings as QR codes"
        want libzbar-dev "reads them from pictures"
        want libmosquitto1 "speaks MQTT to brokers"
        want mosquitto "the broker that tests start; the one that Debian starts beside it listens to this machine alone"
        want mosquitto-clients "reads in tests what was published"
        want "libcurl4t64|libcurl4" "sends webhooks, and streams to TAK servers"
        want openssl "makes the certificates of tests"
        want libpq5 "keeps what stations have in PostgreSQL"
        want postgresql "the database server that tests start; the one that Debian starts beside it listens to this machine alone"
        want tshark "reads in tests what goes to a broker"
        want faketime "sets the clocks of senders in tests"
        want python3-venv "pytak and takproto read events in tests, in an environment of their own"
        ;;
    fleet)
        want libmosquitto1 "speaks MQTT to brokers"
        want libpq5 "keeps what stations have in PostgreSQL"
        want mosquitto "a broker that tests start; the one that Debian starts beside it listens to this machine alone"
        want mosquitto-clients "reads in tests what was published"
        want postgresql "the database server that tests start; the one that Debian starts beside it listens to this machine alone"
        want rabbitmq-server "a cluster of brokers that tests start; the one that Debian starts beside it listens to all machines: stop it (systemctl disable --now rabbitmq-server) where that is not wanted"
        ;;
    terrain)
        if [ "$release" -gt 12 ]; then
            want "libgdal36|libgdal34|libgdal32" "reads GeoTIFFs of heights"
        else
            want "libgdal32" "reads GeoTIFFs of heights"
        fi
        ;;
    station)
        want chromium "shows the station's page in tests"
        want chromium-driver "lets tests touch it"
        want gdal-bin "reads what the page exports"
        want openssl "makes the certificates of tests"
        want faketime "makes one that has expired"
        want python3-venv "selenium and axe judge the page, in an environment of their own"
        ;;
    camera)
        want qemu-system-x86 "runs a kernel with camera drivers"
        want busybox-static "the guest's first program"
        want cpio "packs the guest's first files"
        want kmod "tells which modules stand on which"
        want xz-utils "unpacks the kernel"
        want zstd "unpacks the kernel"
        ;;
    bench)
        ! python3 -c 'import ensurepip, venv' 2>/dev/null || exit 0
        want python3-venv "the other runtimes and the models are handled in Python, in an environment of their own"
        ;;
    *) die "usage: scripts/setup.sh [build|lint|fuzz|video|inspection|link|fleet|terrain|station|camera|pixels|bench]" ;;
esac

if [ -z "$debian" ]; then
    # The packages are Debian's, but their content may be here under other names.
    if [ "$purpose" != lint ] && [ "$purpose" != bench ] && [ -n "$swift" ] && command -v pkg-config >/dev/null &&
        pkg-config --exists libjpeg libpng libwebp libsodium libcrypto sqlite3 libmicrohttpd openblas; then
        exit 0
    fi
    [ "$purpose" != lint ] || exit 0 # lint says itself what it had to skip
    {
        swift_too=", and Swift 6.0 or newer (https://www.swift.org/install)"
        [ "$purpose" != bench ] || swift_too=
        echo "setup: $system is not Debian. Please install what these Debian packages hold$swift_too, then try again:"
        printf '  %s\n' "${wanted[@]}"
    } >&2
    exit 1
fi

if [ "$purpose" != lint ] && [ "$purpose" != bench ] && [ -z "$toolchain" ] && [ "$release" -lt 13 ]; then
    die "no Swift 6.0 or newer in PATH, and $system has no package of it." \
        "Unpack the toolchain for Debian 12 from https://www.swift.org/install/linux, put its usr/bin into PATH, then try again."
fi

installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | tr '\n' ' ') "
missing=()
for line in "${wanted[@]}"; do
    names=${line%%: *}
    found=
    for name in ${names//|/ }; do
        case $installed in *" $name "*) found=yes ;; esac
    done
    [ -n "$found" ] || missing+=("${names%%|*}: ${line#*: }")
done

if [ ${#missing[@]} -gt 0 ]; then
    say "installing what is missing on $system:"
    printf '  %s\n' "${missing[@]}"
    packages=("${missing[@]%%: *}")
    as_root=(env DEBIAN_FRONTEND=noninteractive)
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "needs root or sudo. As root: apt-get install ${packages[*]}"
        as_root=(sudo "${as_root[@]}")
    fi
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    install=("${as_root[@]}" apt-get install -y -q --no-install-recommends "${packages[@]}")
    # The lists of a long-running machine are mostly good enough: fetch them only where they are not.
    if ! "${install[@]}" </dev/null >"$log" 2>&1; then
        say "refreshing the package lists"
        "${as_root[@]}" apt-get update -q </dev/null >"$log" 2>&1 || { tail -n 5 "$log" >&2; }
        "${install[@]}" </dev/null >"$log" 2>&1 || {
            tail -n 20 "$log" >&2
            die "apt-get could not install ${packages[*]} (its last lines are above)"
        }
    fi
    # A compiler that did not find these headers does not look for them again by itself.
    [ "$purpose" != video ] || touch Sources/CVideo/*.c
    case " ${packages[*]} " in *" libv4l-dev "*) touch Sources/CWebcam/*.c ;; esac
    [ "$purpose" != inspection ] || touch Sources/CCodes/*.c Sources/CModbus/*.c Tests/Support/CModbusServer/*.c
fi

if [ "$purpose" != lint ] && [ "$purpose" != bench ] && ! scripts/find-swift.sh >/dev/null; then
    die "no Swift 6.0 or newer${toolchain:+ ($toolchain is older, broken or another program)}: neither in PATH nor in /usr/libexec/swift/bin. See https://www.swift.org/install/linux"
fi
