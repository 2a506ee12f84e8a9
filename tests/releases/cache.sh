# Sets $cache: a folder for what is fetched, which every user can read; what root runs the tests start as another one.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
if [ "$(id -u)" -eq 0 ]; then
    cache=/var/cache/tlsdiag
else
    cache=${XDG_CACHE_HOME:-$HOME/.cache}/tlsdiag
fi
mkdir -p "$cache"
