#!/bin/sh
# Builds the plugin for the Wireshark of another Debian suite, and runs its tests:
#   run.sh SUITE BUILD [CTEST...]
# TLSDIAG_CORE, if set, is the core to use (libtlsdiag_core.a); otherwise it is built too.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(cd "$(dirname "$0")" && pwd)
suite=$1 build=$2
shift 2
tree=$("$here/tree.sh" "$suite") || exit

cmake -S "$here/../.." -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_SKIP_RPATH=ON \
    -DTLSDIAG_CORE="${TLSDIAG_CORE-}" \
    -DWireshark_DIR="$(ls -d "$tree"/usr/lib/*/cmake/wireshark)"
cmake --build "$build" --target tlsdiag catalogue_dump man
PATH=$tree/run:$PATH
export PATH
tshark --version 2>/dev/null | head -n 1
# Excluded: tests that cut captures many times, and tests that start tshark through ssh or Slurm, with another PATH, or
# load the plugin into this machine's Python.
exec ctest --test-dir "$build" --label-regex capture --exclude-regex '^(cut|command|command_data|command_hosts)$' \
    --parallel "$(nproc)" --output-on-failure "$@"
