# bash completions for tlsdiag.
# SPDX-License-Identifier: GPL-2.0-or-later

_tlsdiag_ids() {
    # Completes the last id of a comma-separated list.
    local begun=
    [[ $cur != *,* ]] || begun=${cur%,*},
    local ids
    ids=$(tlsdiag --list 2>/dev/null | sed 's/ .*//')
    mapfile -t COMPREPLY < <(compgen -P "$begun" -W "$ids" -- "${cur##*,}")
    compopt -o nospace
}

# --option=value: bash splits the word at "=" if COMP_WORDBREAKS contains it.
_tlsdiag_part() {
    if [[ $cur == --*=* ]]; then
        prev=${cur%%=*} cur=${cur#*=} begin=$prev=
    elif [[ $cur == "=" ]]; then
        cur=
    elif [[ $prev == "=" ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
}

_tlsdiag() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} begin=
    COMPREPLY=()
    _tlsdiag_part
    case $prev in
    --only | --hide) _tlsdiag_ids ;;
    --explain) mapfile -t COMPREPLY < <(compgen -W "$(tlsdiag --list 2>/dev/null | sed 's/ .*//')" -- "$cur") ;;
    --fail-on) mapfile -t COMPREPLY < <(compgen -W "failed error warning never" -- "$cur") ;;
    --trust-store) mapfile -t COMPREPLY < <(compgen -W "system none" -- "$cur"; compgen -f -- "$cur") ;;
    --svg) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    -i) mapfile -t COMPREPLY < <(compgen -W "$(tshark -D 2>/dev/null | sed 's/^[0-9]*\. \([^ ]*\).*/\1/')" -- "$cur") ;;
    -Y | -o | -d | -j | --jobs) ;;
    *)
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W "--json --csv --ladder --inventory --html --svg -Y --only --hide
                --keylog --trust-store -o -d --fail-on -j --jobs -i --explain --list --version -h --help" -- "$cur")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            compopt -o filenames
        fi
        ;;
    esac
    [[ -z $begin ]] || COMPREPLY=("${COMPREPLY[@]/#/$begin}")
}

complete -o filenames -F _tlsdiag tlsdiag
