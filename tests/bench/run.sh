#!/bin/sh
# Measures the cost of the plugin and of its alternatives: run.sh [PLUGINS [CAPTURE [ROUNDS]]]
# Without a capture it makes one of each kind, which takes an hour. SCALE=0.05 makes all of them smaller.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(cd "$(dirname "$0")" && pwd)
plugins=${1:-$here/../../build/release/plugins}
rounds=${3:-7}
if [ -n "${2:-}" ]; then
    exec "$here/measure.py" "$plugins" "$2" "$rounds"
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

measure() { # KIND COUNT [WITH ...]
    kind=$1
    count=$(awk -v count="$2" -v scale="${SCALE:-1}" 'BEGIN { printf "%d", count * scale }')
    shift 2
    echo "== $kind, $count"
    "$here/make_capture.py" "$folder/$kind.pcapng" "$count" "$kind"
    "$here/measure.py" "$plugins" "$folder/$kind.pcapng" "$rounds" loaded report "$@"
    rm "$folder/$kind.pcapng"
}

measure data 256000 lua fields json
measure handshakes 20000 lua fields json
measure certificates 20000
measure ca-lists 1000
measure plain 1000000
measure many 1000000
