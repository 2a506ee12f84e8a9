#!/bin/sh
# Unpacks the Wireshark of another Debian suite, and prints its folder: tree.sh SUITE
# No chroot is needed: the scripts in the tree's run/ start its programs with the tree's own ld.so. A tree is kept for a
# week. Exit status 77: no tree is available.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
umask 022
suite=$1
packages=tshark,libwireshark-dev,wireshark-dev,libssl3t64,libstdc++6
# shellcheck source=tests/releases/cache.sh
. "$(dirname "$0")/cache.sh"
tree=$cache/$suite

unpack() {
    # The archive that this machine's apt uses for its own suite.
    # shellcheck disable=SC2016 # $(SITE) is apt's
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
    [ -n "$mirror" ] || { echo "apt knows of no Debian archive" >&2; return 1; }
    mmdebstrap --quiet --variant=extract --include="$packages" --aptopt='Acquire::Check-Valid-Until "false"' \
        "$suite" "$tree.new" "$mirror"
}

# Programs look for dumpcap beside the file that the kernel started, which is ld.so.
write_starters() {
    loader=$(cd "$1" && ls -d usr/lib/*/ld-linux*.so.*)
    libraries=$tree/${loader%/*}
    mkdir "$1/run"
    for program in tshark sharkd dumpcap capinfos editcap mergecap; do
        cat >"$1/run/$program" <<END
#!/bin/sh
export WIRESHARK_DATA_DIR="\${WIRESHARK_DATA_DIR:-$tree/usr/share/wireshark}"
exec "$tree/$loader" --library-path "$libraries" --argv0 "\$0" "$tree/usr/bin/$program" "\$@"
END
        chmod +x "$1/run/$program"
    done
    ln -s "$tree/run/dumpcap" "$1/${loader%/*}/dumpcap"
}

exec 9>"$cache/$suite.lock"
flock 9
if [ -z "$(find "$tree/run" -maxdepth 0 -mtime -7 2>/dev/null)" ]; then
    rm -rf "$tree.new"
    if unpack >&2 && write_starters "$tree.new"; then
        rm -rf "$tree"
        mv "$tree.new" "$tree"
    elif [ -d "$tree/run" ]; then
        echo "WARNING: Debian $suite could not be reached; what is tested is its Wireshark of over a week ago." >&2
    else
        echo "WARNING: Debian $suite could not be unpacked: ITS WIRESHARK IS NOT TESTED." >&2
        exit 77
    fi
fi
echo "$tree"
