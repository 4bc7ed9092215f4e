#!/bin/bash
# Prints the path of a Swift toolchain's `swift`, version 6.0 or newer; exit status 1 where there is none.
# Looks in PATH first, then where Debian's package `swiftlang` puts it whether or not /usr/bin/swift was linked.
set -u

# is_new_enough PATH: is it Swift's compiler driver (another program is called `swift` too), 6.0 or newer?
is_new_enough() {
    local version
    version=$("$1" --version 2>/dev/null) || return 1
    [[ $version =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 6))
}

in_path=$(command -v swift || true)
for candidate in "$in_path" /usr/libexec/swift/bin/swift; do
    if [ -n "$candidate" ] && [ -x "$candidate" ] && is_new_enough "$candidate"; then
        echo "$candidate"
        exit 0
    fi
done
exit 1
