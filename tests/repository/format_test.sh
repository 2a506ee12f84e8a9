#!/bin/sh
# Checks the format of the C and C++ files, or fixes it: tests/repository/format_test.sh [--fix]
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
cd "$(dirname "$0")/../.."
mode="--dry-run --Werror"
[ "${1-}" != --fix ] || mode=-i
# shellcheck disable=SC2086 # a list of words
find plugin analyzers tests -name '*.[ch]' -o -name '*.[ch]pp' | xargs clang-format $mode
