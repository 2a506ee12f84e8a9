#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Judges a share of a folder's captures in each task of an array:
#     sbatch --array=0-15 slurm-array.sh CAPTURES RESULTS
#SBATCH --job-name=tlsdiag
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=1G
set -eu
captures=$1 results=$2
mkdir -p "$results"
step=$((SLURM_ARRAY_TASK_MAX - SLURM_ARRAY_TASK_MIN + 1))
share=$((SLURM_ARRAY_TASK_ID - SLURM_ARRAY_TASK_MIN))
out=$results/$(printf %05d "$share").jsonl

# A capture that cannot be read is named in the task's log, and fails the task, but not before its end.
status=0
find "$captures" -type f -name '*.pcap*' -print0 | sort -z | sed -nz "$((share + 1))~${step}p" |
    xargs -0 -r tlsdiag --json --fail-on never > "$out.part" || status=$?
mv "$out.part" "$out"
exit "$status"
