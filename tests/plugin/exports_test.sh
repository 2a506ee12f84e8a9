#!/bin/sh
# Checks that the plugin exports exactly the symbols that Wireshark looks for: exports_test.sh PLUGIN
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
exported=$(nm --dynamic --defined-only "$1" | awk '{ print $3 }' | sort | tr '\n' ' ')
expected="plugin_describe plugin_register plugin_version plugin_want_major plugin_want_minor "
[ "$exported" = "$expected" ] || { echo "exported: $exported"; exit 1; }
