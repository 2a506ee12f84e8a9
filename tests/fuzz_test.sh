#!/bin/sh
# Runs every fuzzer of a folder at once: fuzz_test.sh FOLDER SECONDS
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
status=0
running=
for fuzzer in "$1"/*_fuzz; do
    seeds="$fuzzer.seeds"
    mkdir -p "$seeds"
    "$fuzzer" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 "$seeds" &
    running="$running $!"
done
for one in $running; do
    wait "$one" || status=1
done
exit $status
