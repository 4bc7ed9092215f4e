#!/bin/bash
# Feeds one parser mutated input until the time is up or something breaks.
#
#   scripts/fuzz.sh NAME SECONDS
#
# NAME is a folder of Tests/Fuzz (any case). The search starts from Tests/Fuzz/Seeds/NAME and goes on where the last run ended
# (.build-fuzz/corpus). An input that breaks it is left in .build-fuzz/NAME-crash-... and is worth a test.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=${1:?usage: scripts/fuzz.sh NAME SECONDS}
seconds=${2:-30}
name=
names=()
for folder in Tests/Fuzz/*/; do
    folder=$(basename "$folder")
    case $folder in Driver | Seeds) continue ;; esac
    names+=("$folder")
    [ "${folder,,}" != "${wanted,,}" ] || name=$folder
done
[ -n "$name" ] || {
    echo "fuzz: no target $wanted; there are: ${names[*]}" >&2
    exit 1
}

swift=$(scripts/find-swift.sh)
# Some parsers are no part of what a room offers to others: hence testing. lld, because the linkers of binutils take the fuzzer's own `main` for a second one.
flags=(-c release --scratch-path .build-fuzz --product "Fuzz$name"
    -Xswiftc -enable-testing -Xswiftc "-sanitize=fuzzer,address" -Xswiftc -use-ld=lld -Xcc "-fsanitize=fuzzer-no-link,address,undefined" -Xcc -fno-sanitize-recover=undefined)
export ARETE_FUZZ=1
"$swift" build "${flags[@]}"
program=$("$swift" build "${flags[@]}" --show-bin-path)/Fuzz$name

corpus=.build-fuzz/corpus/$name
seeds=()
[ ! -d "Tests/Fuzz/Seeds/$name" ] || seeds=("Tests/Fuzz/Seeds/$name")
mkdir -p "$corpus"
# Files for parsers that read files: in memory where that is possible.
folder=$(mktemp -d /dev/shm/arete-fuzz.XXXXXX 2>/dev/null || mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder
# Swift's own crash handler can hang after the fuzzer's; the sanitizer's report says as much.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
"$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix=".build-fuzz/$name-" "$corpus" "${seeds[@]}"
