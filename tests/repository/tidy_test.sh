#!/bin/sh
# clang-tidy over analyzers/, with the checks of .clang-tidy:
#   tidy_test.sh BUILD [--all | FILE...]       BUILD: the folder that has compile_commands.json
# All files take about eight minutes of CPU, so ctest looks at the files of the last commit and at a quarter of the others;
# which quarter depends on the commit. Use --all before a release, and after a change to .clang-tidy.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
version=14 # others have other checks
build=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/../.."

if ! clang-tidy --version 2>/dev/null | grep -q "version $version\."; then
    echo "SKIPPED: clang-tidy $version is not installed"
    exit 77
fi

all() {
    find analyzers -name '*.cpp' | LC_ALL=C sort
}
changed() {
    git diff --name-only --diff-filter=d HEAD~1 -- 'analyzers/*.cpp' 2>/dev/null || true
}
quarter() {
    digit=$(git rev-parse HEAD 2>/dev/null | cut -c 1)
    all | awk -v quarter=$((0x${digit:-0} % 4)) 'NR % 4 == quarter'
}

case "${1-}" in
--all) files=$(all) ;;
'') files=$({ changed; quarter; } | sort -u) ;;
*) files=$(printf '%s\n' "$@") ;;
esac

# clang cannot read gcc's precompiled headers.
commands=$(mktemp -d)
trap 'rm -rf "$commands"' EXIT
sed 's/-Winvalid-pch//g; s/-include [^ ]*cmake_pch\.hxx//g' "$build/compile_commands.json" >"$commands/compile_commands.json"

status=0
output=$(echo "$files" | xargs -P "$(nproc)" -n 1 clang-tidy -p "$commands" --quiet 2>&1) || status=1
echo "$output" | grep -Ev '^([0-9]+ (warnings?|errors?)( and [0-9]+ errors?)? generated\.|Error while processing .*)$' || true
echo "$(echo "$files" | wc -l) files looked at"
exit $status
