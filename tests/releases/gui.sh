#!/bin/sh
# Runs the GUI test with the Wireshark of a Debian suite and a plugin built for it: gui.sh SUITE PLUGINS
# PLUGINS is the folder that has <x.y>/epan/tlsdiag.so; run.sh builds it for trixie and sid.
# Run it by hand, because a Debian with a desktop takes a gigabyte. packaging/build_in_suite runs the same test on its build.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
suite=$1
plugins=$(cd "$2" && pwd)
cd "$(dirname "$0")/../.."
# shellcheck disable=SC2016 # $(SITE) is apt's, $1 mmdebstrap's
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
# shellcheck disable=SC2016
exec mmdebstrap --quiet --variant=apt --include="tshark,libssl3,$(cat tests/releases/gui_packages)" \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Apt::Install-Recommends "false"' \
    --customize-hook='mkdir "$1/source" && cp -R tests captures "$1/source"' \
    --customize-hook='mkdir "$1/source/plugins"' --customize-hook="sync-in '$plugins' /source/plugins" \
    --customize-hook='chroot "$1" python3 /source/tests/plugin/gui_test.py --plugins /source/plugins --out /source/out /source/captures' \
    --format=null "$suite" /dev/null "$mirror"
