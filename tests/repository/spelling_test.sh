#!/bin/sh
# Spelling, in all texts and comments: tests/repository/spelling_test.sh [--fix]
# A word that codespell takes for a mistake and is none goes into .codespellrc.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
cd "$(dirname "$0")/../.."
[ "${1-}" = --fix ] && set -- --write-changes
exec codespell "$@" . # reads .codespellrc
