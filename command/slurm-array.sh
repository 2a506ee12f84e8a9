#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Each task of an array analyses one share of the captures in a folder. Tasks are numbered from 0:
#     sbatch --array=0-15 slurm-array.sh CAPTURES RESULTS
# To run only some tasks, of the same 16 shares:
#     sbatch --array=3,7 slurm-array.sh CAPTURES RESULTS 16
#SBATCH --job-name=tlsdiag
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=1G
set -eu

refuse() {
    echo "slurm-array.sh: $*" >&2
    exit 2
}

[ $# -eq 2 ] || [ $# -eq 3 ] || refuse "the arguments are CAPTURES RESULTS [SHARES]"
captures=$1 results=$2 shares=${3:-$SLURM_ARRAY_TASK_COUNT} share=$SLURM_ARRAY_TASK_ID
[ "$shares" -gt 0 ] 2>/dev/null || refuse "$shares is not a number of shares"
[ $# -eq 3 ] || [ "$SLURM_ARRAY_TASK_MIN $SLURM_ARRAY_TASK_MAX" = "0 $((shares - 1))" ] ||
    refuse "tasks $SLURM_ARRAY_TASK_MIN to $SLURM_ARRAY_TASK_MAX are not 0 to $((shares - 1)): give the number of shares as the third argument"
[ "$share" -lt "$shares" ] || refuse "task $share has no share: the $shares shares are numbered from 0"
[ -d "$captures" ] || refuse "$captures is not a folder"

mkdir -p "$results"
out=$results/$(printf %05d "$share").jsonl
trap 'rm -f "$out.names"' EXIT

# A capture that cannot be read is named in the task's log. The task then fails, after it has analysed the others.
status=0
find "$captures" -xtype f,l -regextype posix-extended -iregex \
    '.*\.(pcap|pcapng|ntar|cap|dmp|snoop|erf|trc[0-9]?|enc|etl|atc|fdc|syc|pkt|tr1|vwr|acp)([._-]?[0-9]+)*(\.(gz|zst|lz4))?' \
    -print0 > "$out.names" || status=$?
LC_ALL=C sort -z "$out.names" | sed -nz "$((share + 1))~${shares}p" |
    xargs -0 -r tlsdiag --json --fail-on never -- > "$out.part" || status=$?
mv "$out.part" "$out"
exit "$status"
