#!/bin/sh
# Runs the fuzzers of a folder for a long time: fuzz_long.sh FOLDER SECONDS [AT_ONCE [SLICE]]
# They take turns of SLICE seconds (300), AT_ONCE (2) in parallel. FOLDER/runs.tsv gets a line for each turn: fuzzer, runs,
# coverage, exit status. At the end a table shows the sums. Inputs that crash are kept as FOLDER/<fuzzer>.crash-...
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
until=$(($(date +%s) + $2))
at_once=${3:-2}
slice=${4:-300}

turn() {
    name=$(basename "$1" _fuzz)
    seeds=
    for folder in "$here/corpus/$name" "${name}_seeds"; do
        [ ! -d "$folder" ] || seeds="$seeds $folder"
    done
    mkdir -p "$name.found"
    status=0
    # shellcheck disable=SC2086 # a list of words
    "./${name}_fuzz" -max_total_time="$slice" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -reload=0 -entropic=0 \
        -artifact_prefix="./${name}_fuzz." "$name.found" $seeds >"$name.log" 2>&1 || status=$?
    awk -v name="$name" -v status="$status" '
        /cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") covered = $(i + 1) }
        /number_of_executed_units/ { runs = $2 }
        END { printf "%s\t%d\t%d\t%d\n", name, runs, covered, status }' "$name.log" >>runs.tsv
    [ "$status" -eq 0 ] || cp "$name.log" "$name.failed.$(date +%s).log"
}

python3 "$here/seeds.py" .
while [ "$(date +%s)" -lt "$until" ]; do
    running=
    count=0
    for fuzzer in ./*_fuzz; do
        turn "$fuzzer" &
        running="$running $!"
        count=$((count + 1))
        if [ $((count % at_once)) -eq 0 ]; then
            # shellcheck disable=SC2086 # a list of words
            wait $running
            running=
        fi
    done
    wait
done
awk -F '\t' '{ runs[$1] += $2; bad[$1] += $4 != 0; all += $2 }
    END { for (name in runs) printf "%-12s %12d runs, %d turns that failed\n", name, runs[name], bad[name]
          printf "%-12s %12d runs\n", "all", all }' runs.tsv | sort
