#!/bin/sh
# Puts tlsdiag into your own folders, or takes it out again: install.sh [--remove]
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
cd "$(dirname "$0")"
plugin=$(find . -path "*/epan/tlsdiag.*" | head -n 1)
release=${plugin%/epan/*}
release=${release##*/}
prefix=$HOME/.local

if ! command -v tshark >/dev/null; then
    echo "tshark is missing: install Wireshark's command-line tools, and run this again." >&2
    exit 1
fi
folder() {
    tshark -G folders 2>/dev/null | sed -n "s/^Personal $1:[[:space:]]*//p"
}
plugins=$(folder Plugins)
profile="$(folder configuration)/profiles/TLS Diagnosis"
found=$(basename "$plugins")

if [ "${1-}" = --remove ]; then
    rm -rf "$plugins/epan/${plugin##*/}" "$prefix/bin/tlsdiag" "$prefix/share/tlsdiag" "$prefix/share/doc/tlsdiag" \
        "$prefix/share/man/man1/tlsdiag.1" "$prefix/share/bash-completion/completions/tlsdiag"
    echo "Removed. The profile in $profile, which you may have changed, is still there."
    exit 0
fi
if [ "$found" != "$release" ]; then
    echo "This is tlsdiag for Wireshark $release, and your Wireshark is $found: get the archive for $found." >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    echo "Wireshark ignores the personal plugins of root: run this as the user who runs Wireshark." >&2
    exit 1
fi
install -D -m 644 "$plugin" "$plugins/epan/${plugin##*/}"
if [ ! -e "$profile" ]; then
    mkdir -p "$profile"
    cp "share/wireshark/profiles/TLS Diagnosis"/* "$profile"
fi
mkdir -p "$prefix/bin" "$prefix/share"
cp bin/* "$prefix/bin"
for part in tlsdiag man doc bash-completion; do
    if [ -d "share/$part" ]; then cp -R "share/$part" "$prefix/share"; fi
done
echo "Installed. Start Wireshark again; Help > About Wireshark > Plugins shows ${plugin##*/}."
