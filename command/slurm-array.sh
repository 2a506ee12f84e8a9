#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Judges a share of a folder's captures in each task of an array; the tasks are numbered from 0:
#     sbatch --array=0-15 slurm-array.sh CAPTURES RESULTS
# Some of them again, or fewer at first, of the same 16 shares:
#     sbatch --array=3,7 slurm-array.sh CAPTURES RESULTS 16
#SBATCH --job-name=tlsdiag
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=1G
set -eu

refuse() {
    echo "slurm-array.sh: $*" >&2
    exit 2
}

[ $# -eq 2 ] || [ $# -eq 3 ] || refuse "its arguments are CAPTURES RESULTS [SHARES]"
captures=$1 results=$2 shares=${3:-$SLURM_ARRAY_TASK_COUNT} share=$SLURM_ARRAY_TASK_ID
[ "$shares" -gt 0 ] 2>/dev/null || refuse "$shares is no number of shares"
[ $# -eq 3 ] || [ "$SLURM_ARRAY_TASK_MIN $SLURM_ARRAY_TASK_MAX" = "0 $((shares - 1))" ] ||
    refuse "tasks $SLURM_ARRAY_TASK_MIN to $SLURM_ARRAY_TASK_MAX are not 0 to $((shares - 1)): say how many shares there are"
[ "$share" -lt "$shares" ] || refuse "task $share has none of $shares shares, which are numbered from 0"
[ -d "$captures" ] || refuse "$captures is no folder"

mkdir -p "$results"
out=$results/$(printf %05d "$share").jsonl
trap 'rm -f "$out.names"' EXIT

# A capture that cannot be read is named in the task's log, and fails the task, but not before its end.
status=0
find "$captures" -xtype f,l -regextype posix-extended -iregex \
    '.*\.(pcap|pcapng|ntar|cap|dmp|snoop|erf|trc[0-9]?|enc|etl|atc|fdc|syc|pkt|tr1|vwr|acp)([._-]?[0-9]+)*(\.(gz|zst|lz4))?' \
    -print0 > "$out.names" || status=$?
LC_ALL=C sort -z "$out.names" | sed -nz "$((share + 1))~${shares}p" |
    xargs -0 -r tlsdiag --json --fail-on never -- > "$out.part" || status=$?
mv "$out.part" "$out"
exit "$status"
