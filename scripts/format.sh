#!/bin/bash
# Lays out Swift and C sources in place, with the toolchain's swift-format and clang-format 14.
set -euo pipefail
cd "$(dirname "$0")/.."

swift=$(scripts/find-swift.sh)
git ls-files -z --cached --others --exclude-standard -- '*.swift' | xargs -0 -r "$swift" format format --in-place --parallel
tool=$(command -v clang-format-14 || command -v clang-format)
git ls-files -z --cached --others --exclude-standard -- '*.c' '*.h' | xargs -0 -r "$tool" -i
