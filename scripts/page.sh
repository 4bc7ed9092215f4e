#!/bin/bash
# Lists the files of the station's page for the compiler: Sources/CStationPage/files.inc, which is the folder's content and nothing else.
#
#   scripts/page.sh [--check]
#
# With --check it writes nothing, and says whether the list is right.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=Sources/Station/Page
list=Sources/CStationPage/files.inc

content() {
    echo "// Written by scripts/page.sh: the files of $folder."
    local number=0 file
    for file in "$folder"/* "$folder"/*/*; do
        [ -f "$file" ] || continue
        file=${file#"$folder"/}
        [[ $file =~ ^[A-Za-z0-9._/-]+$ ]] || { echo "page: $file: letters, digits, dots, - and _ alone" >&2; exit 1; }
        # Asking for a file makes the compiler note that it depends on it.
        echo "#if __has_include(\"$file\")"
        echo "PAGE_FILE($number, \"$file\")"
        echo "#else"
        echo "#error \"$file is gone: run scripts/page.sh\""
        echo "#endif"
        number=$((number + 1))
    done
}

made=$(LC_ALL=C content)
[ "$made" != "$(cat "$list" 2>/dev/null)" ] || exit 0
if [ "${1:-}" = --check ]; then
    echo "page: $list is not what $folder holds: run scripts/page.sh" >&2
    exit 1
fi
printf '%s\n' "$made" >"$list"
