#!/bin/sh
# Tests the packages inside a minimal Debian that has tshark: package_inside.sh works|refused
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
cd /packages
export LC_ALL=C.UTF-8 HOME=/packages/home

say() { printf '\n$ %s\n' "$*"; "$@"; }
user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
# All files except the records of apt and dpkg.
files() { find / -xdev \( -path /packages -o -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /var/log \
    -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/cache \) -prune -o -print | sort; }
traces() { files >after; diff before after || { echo "$1 left these traces" >&2; exit 1; }; }
none_loaded() { ! user tshark -G plugins | grep tlsdiag; }

mkdir home
chown 65534:65534 home
chmod 755 /packages
files >before

if [ "$1" = refused ]; then
    if say apt-get -q -y install ./*.deb; then echo "installed on the wrong release" >&2; exit 1; fi
    none_loaded
    exit
fi
none_loaded

say apt-get -q -y install ./*.deb
sample=/usr/share/doc/tlsdiag/examples/sample.pcapng
say user tshark -G plugins | grep tlsdiag
say user tshark -q -r $sample -z tlsdiag | grep -F 'client_cert_missing: frame 8, client at fault, proven, the cause'
say user tshark -r $sample -2 -Y 'tlsdiag.problem == "client_cert_missing"'
say tlsdiag --version
say tlsdiag $sample >report || [ $? -eq 1 ] # it has a failed handshake
grep client_cert_missing report
say user tshark -C 'TLS Diagnosis' -r $sample | grep -F sap.test.example
cp $sample .
say apt-get -q -y purge tlsdiag
none_loaded
traces "the .deb"

# The archive, installed by an ordinary user.
rm -rf home/* home/.[!.]*
tar -xzf ./*.tar.gz
say user ./tlsdiag-*/install.sh
say user tshark -G plugins | grep tlsdiag
user tshark -q -r sample.pcapng -z tlsdiag | grep -F 'client_cert_missing: frame 8'
user home/.local/bin/tlsdiag sample.pcapng >report || [ $? -eq 1 ]
grep client_cert_missing report
say user ./tlsdiag-*/install.sh --remove
none_loaded
traces "the archive"
find home -type f ! -path '*/profiles/*' | grep . && { echo "the archive left files in the home folder" >&2; exit 1; }

# The .rpm, as far as Debian supports it: installed below a folder, without dependencies, whose names differ here.
root=/packages/root
mkdir $root
rpm() { command rpm --root $root "$@"; }
say rpm --install --nodeps ./*.rpm
say rpm --query --requires tlsdiag
say rpm --query --list tlsdiag
plugins=$(echo $root/usr/lib/*/wireshark/plugins)
from_rpm() { user env WIRESHARK_PLUGIN_DIR="$plugins" "$@"; }
from_rpm tshark -G plugins | grep tlsdiag
from_rpm tshark -q -r sample.pcapng -z tlsdiag | grep -F 'client_cert_missing: frame 8'
from_rpm $root/usr/bin/tlsdiag sample.pcapng >report || [ $? -eq 1 ]
grep client_cert_missing report
say rpm --erase tlsdiag
! find $root ! -type d ! -path '*/rpm/*' ! -path '*/.rpmdb/*' | grep .
