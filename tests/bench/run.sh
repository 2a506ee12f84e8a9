#!/bin/sh
# What the plugin costs: run.sh [PLUGINS [CAPTURE [ROUNDS]]]; without a capture one of 10,000 handshakes is made.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(cd "$(dirname "$0")" && pwd)
plugins=${1:-$here/../../build/release/plugins}
capture=${2:-}
if [ -z "$capture" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    capture=$folder/handshakes.pcap
    "$here/make_capture.py" "$capture" 10000
fi
"$here/measure.py" "$plugins" "$capture" "${3:-7}"
