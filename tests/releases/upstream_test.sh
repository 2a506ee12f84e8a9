#!/bin/sh
# Runs Wireshark's own dissector checks, from Debian's source package, on plugin/: upstream_test.sh
# Exit status 77: the source is not available.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(cd "$(dirname "$0")" && pwd)
plugin=$here/../../plugin
# shellcheck source=tests/releases/cache.sh
. "$here/cache.sh"

# A separate apt configuration with apt's own archive and suite, because the machine's may have no deb-src line.
fetch() (
    cd "$1"
    # shellcheck disable=SC2016 # the $(...) are apt's
    line=$(apt-get indextargets --format '$(SITE) $(CODENAME) main' 'Created-By: Packages' 'Label: Debian' | head -n 1)
    [ -n "$line" ] || return 1
    mkdir -p lists/partial archives/partial none
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $line" >sources.list
    apt() {
        apt-get -qq -o Dir::Etc::SourceList="$PWD/sources.list" -o Dir::Etc::SourceParts="$PWD/none" \
            -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD" -o APT::Sandbox::User=root "$@"
    }
    apt update && apt source --download-only wireshark &&
        tar --extract --strip-components=1 --wildcards --file="$(ls wireshark_*.orig.tar.*[!c])" \
            '*/tools/check*' '*/tools/fix-encoding-args.pl'
)

exec 9>"$cache/source.lock"
flock 9
tools=$cache/wireshark-tools
if [ ! -d "$tools" ]; then
    work=$(mktemp -d "$cache/source.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    if ! fetch "$work"; then
        echo "WARNING: Wireshark's source package cannot be had: its checks are not run on plugin/." >&2
        exit 77
    fi
    mv "$work/tools" "$tools"
fi

# checkfiltername expects the protocol's name as a literal in the file that has the fields.
one=$(mktemp --suffix=.c)
trap 'rm -rf "$one" "${work-}"' EXIT
sed 's/TLSDIAG_NAME/"tlsdiag"/' "$plugin/dissector.c" "$plugin/results.c" >"$one"

complaints=$(
    {
        perl "$tools/checkAPIs.pl" -g dissectors-prohibited -g dissectors-restricted "$plugin"/*.[ch]
        perl "$tools/checkhf.pl" "$plugin"/*.c
        perl "$tools/fix-encoding-args.pl" "$plugin"/*.c
        perl "$tools/checkfiltername.pl" "$one"
        for file in "$plugin"/*.c; do
            python3 "$tools/check_typed_item_calls.py" --mask --label --consecutive --missing-items --file "$file"
        done
    } 2>&1 | sed -e '/^Examining:$/d' -e "\|^$plugin/[a-z_]*\.c *\$|d" -e '/^0 warnings$/d' -e '/^$/d'
)
[ -z "$complaints" ] || { echo "$complaints"; exit 1; }
