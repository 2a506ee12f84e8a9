#!/bin/sh
# Checks that only plugin/ws_compat.h depends on the Wireshark version: versions_test.sh
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
cd "$(dirname "$0")/../.."
asks='WIRESHARK_VERSION|VERSION_M(AJOR|INOR|ICRO)|WSC_AT_LEAST|ws_version\.h|epan_(get_)?version'
grep -qE "$asks" plugin/ws_compat.h || { echo "ws_compat.h asks in words that this test does not know"; exit 1; }
if grep -rnE --exclude=ws_compat.h "$asks" plugin analyzers; then
    echo "Only plugin/ws_compat.h may ask which Wireshark it is."
    exit 1
fi
