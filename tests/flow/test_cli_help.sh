#!/bin/sh
# Help, manual pages and completion: all of them say the same, for they come from one table.
# usage: test_cli_help.sh HL78SIM SCENARIOS
. "$(dirname "$0")/cli.sh"

expect 0 help
commands=$(sed -n 's/^  \([a-z]*\)  .*/\1/p' "$tmp/out" | grep -v '^help$')
[ "$(echo "$commands" | wc -l)" -ge 9 ] || fail "commands: $commands"
cp "$tmp/out" "$tmp/usage"
for words in --help -h 'help help'; do
    # Words on purpose.
    # shellcheck disable=SC2086
    expect 0 $words
    cmp -s "$tmp/out" "$tmp/usage" || fail "another usage by $words"
done

# page: formats a manual page and wants no complaint.
page() {
    groff -man -Tascii -P-c -ww "$1" >"$tmp/text" 2>"$tmp/err" || fail "$1: no page"
    silent err
    if command -v mandoc >/dev/null 2>&1; then
        mandoc -T lint -W error "$1" >"$tmp/err" || fail "$1: mandoc"
    fi
    # Without emphasis and without breaks.
    sed 's/.\x08//g' "$tmp/text" | tr -d '\n' | tr -s ' ' >"$tmp/page"
}

page_has() { grep -q -F -e "$1" "$tmp/page" || fail "the page of $command has no \"$1\""; }

command=hl78sim
expect 0 help --man
cp "$tmp/out" "$tmp/hl78sim.1"
page "$tmp/hl78sim.1"
for name in $commands; do
    page_has "hl78sim-$name(1)"
done
page_has 'EXIT STATUS'

for command in $commands; do
    expect 0 help "$command"
    out_has "^usage: hl78sim $command "
    cp "$tmp/out" "$tmp/help"
    expect 0 "$command" --help
    cmp -s "$tmp/out" "$tmp/help" || fail "two helps of $command"
    expect 0 "$command" some operands -h
    cmp -s "$tmp/out" "$tmp/help" || fail "no help of $command behind operands"
    sed -n 's/^ *\(-[a-z], \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p' "$tmp/help" >"$tmp/options"
    expect 0 help --man "$command"
    cp "$tmp/out" "$tmp/hl78sim-$command.1"
    page "$tmp/hl78sim-$command.1"
    page_has "hl78sim-$command - "
    page_has 'EXIT STATUS'
    while read -r option; do
        page_has "$option"
    done <"$tmp/options"
    # A word that is nearly right is answered with the right one.
    while read -r option; do
        expect 2 "$command" "${option}x=1"
        err_has "unknown option \"${option}x=1\", did you mean"
    done <"$tmp/options"
    expect 2 "$command" --quite-unknown
    err_has "hl78sim $command: unknown option \"--quite-unknown\"$"
done
expect 2 help nonsense
expect 2 help --man nonsense
expect 2 help --completion
expect 2 help --completion csh
expect 2 lsit
err_has 'did you mean "list"'
expect 2 doktor
err_has 'did you mean "doctor"'

# --- Completion

expect 0 help --completion bash
cp "$tmp/out" "$tmp/completion"
bash -n "$tmp/completion" || fail "completion is no script"
mkdir "$tmp/folder"
: >"$tmp/folder/one.json"

# completes WORD...: what bash offers for the last of these words, one line.
completes() {
    offered=$(cd "$tmp/folder" && PATH="$(dirname "$sim"):$PATH" bash -c '
        source "$1"
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _hl78sim
        printf "%s\n" "${COMPREPLY[@]}" | sort | tr "\n" " "' - "$tmp/completion" "$@")
}
offers() {
    case " $offered" in *" $1 "*) ;; *) fail "completion offers \"$offered\", not \"$1\"" ;; esac
}

completes hl78sim ''
for command in $commands help; do offers "$command"; done
completes hl78sim se
[ "$offered" = 'serve ' ] || fail "completion: se -> $offered"
for command in $commands; do
    completes hl78sim "$command" --
    "$sim" "$command" --help | sed -n 's/^ *\(-[a-z], \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p' >"$tmp/options"
    while read -r option; do offers "$option"; done <"$tmp/options"
done
completes hl78sim explore x.json --fault p
[ "$offered" = 'power_cut ' ] || fail "completion: --fault p -> $offered"
completes hl78sim run --profile HL7800-1
offers HL7800-1.6.3
completes hl78sim run o
offers one.json
completes hl78sim run x.json --out ''
case "$offered" in *one.json*) fail "a file where a folder is wanted: $offered" ;; esac
completes hl78sim list a
[ "$offered" = 'actions ' ] || fail "completion: list a -> $offered"
completes hl78sim ctl --control x netw
[ "$offered" = 'network_back network_lost ' ] || fail "completion: ctl netw -> $offered"
completes hl78sim package b
[ "$offered" = 'build ' ] || fail "completion: package b -> $offered"
completes hl78sim help doc
[ "$offered" = 'doctor ' ] || fail "completion: help doc -> $offered"

finish
