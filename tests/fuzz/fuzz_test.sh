#!/bin/sh
# Runs every fuzzer of a folder in parallel, starting from the shipped seeds: fuzz_test.sh FOLDER SECONDS
# New inputs are kept in FOLDER, so that the next run continues from there.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(dirname "$0")
python3 "$here/seeds.py" "$1"
status=0
running=
for fuzzer in "$1"/*_fuzz; do
    name=$(basename "$fuzzer" _fuzz)
    seeds=
    for folder in "$here/corpus/$name" "$1/${name}_seeds"; do
        [ ! -d "$folder" ] || seeds="$seeds $folder"
    done
    mkdir -p "$fuzzer.found"
    # shellcheck disable=SC2086 # a list of words
    "$fuzzer" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
        -artifact_prefix="$fuzzer." "$fuzzer.found" $seeds &
    running="$running $!"
done
for one in $running; do
    wait "$one" || status=1
done
exit $status
