#!/bin/bash
# Checks layout and house rules of every tracked source; a check whose tool is not the pinned version says that it was skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

# Other versions of these tools lay out the same source otherwise, so they judge only where the pinned one is at hand.
pinned_swift_format=6.3
pinned_clang_format=14

failed=
fail() {
    echo "lint: $*" >&2
    failed=yes
}
skip() { echo "lint: skipped: $*"; }

# list PATTERN...: the sources git tracks or would track, one a line.
list() { git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r f; do [ ! -f "$f" ] || echo "$f"; done; }

check_swift() {
    local swift version files
    mapfile -t files < <(list '*.swift')
    [ ${#files[@]} -gt 0 ] || return 0
    swift=$(scripts/find-swift.sh) || { skip "Swift: no toolchain"; return 0; }
    version=$("$swift" format --version 2>/dev/null) || version=none
    if [ "${version%.*}" = "$pinned_swift_format" ]; then
        "$swift" format lint --strict --parallel "${files[@]}" || fail "Swift: \`make format\` mends most of these"
    else
        skip "Swift layout: swift-format $version, pinned $pinned_swift_format"
    fi
}

check_c() {
    local tool version files
    mapfile -t files < <(list '*.c' '*.h')
    [ ${#files[@]} -gt 0 ] || return 0
    tool=$(command -v "clang-format-$pinned_clang_format" || command -v clang-format) || { skip "C layout: no clang-format"; return 0; }
    version=$("$tool" --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
    if [ "$version" = "$pinned_clang_format" ]; then
        "$tool" --dry-run -Werror "${files[@]}" || fail "C: \`make format\` mends these"
    else
        skip "C layout: clang-format $version, pinned $pinned_clang_format"
    fi
}

check_scripts() {
    local files
    mapfile -t files < <(list '*.sh' .ci/run)
    if command -v shellcheck >/dev/null; then
        shellcheck "${files[@]}" || fail "scripts"
    else
        skip "scripts: no shellcheck"
    fi
}

check_python() {
    local files tool=
    mapfile -t files < <(list '*.py')
    [ ${#files[@]} -gt 0 ] || return 0
    for tool in .venv/bin/ruff "$(command -v ruff || true)" ''; do [ ! -x "$tool" ] || break; done
    if [ -n "$tool" ]; then
        # Errors, not layout: these rules are the same in every version.
        "$tool" check --quiet --no-cache --isolated --select E4,E7,E9,F --ignore E402 "${files[@]}" || fail "Python"
    elif command -v python3 >/dev/null; then
        python3 -c 'import sys; [compile(open(f, encoding="utf-8").read(), f, "exec") for f in sys.argv[1:]]' "${files[@]}" ||
            fail "Python"
        skip "Python beyond its syntax: no ruff"
    else
        skip "Python: no python3"
    fi
}

# forbid WHY REGEX PATH...: no line of these files matches.
forbid() {
    local why=$1 regex=$2
    shift 2
    if git grep -nIE --untracked -e "$regex" -- "$@"; then fail "$why"; fi
}

check_rules() {
    forbid "what ships does not import Foundation: it costs 50 MB in a static binary" '^ *(@.* )?import Foundation( |$)' 'Sources/*.swift'
    forbid "an error is thrown or handled, never trapped" 'try!|fatalError\(' 'Sources/*.swift'
    forbid "tests are written with Swift Testing: \`make test\` runs nothing else" 'import XCTest' Tests
    forbid "marks of unfinished work" '(TODO|FIXME|XXX)\b' Sources Tests
}

check_page() { scripts/page.sh --check || fail "the page's list"; }

check_swift
check_c
check_scripts
check_python
check_rules
check_page
[ -z "$failed" ] || exit 1
echo "lint: passed"
