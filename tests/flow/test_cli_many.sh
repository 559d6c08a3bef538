#!/bin/sh
# Many scenarios in one call: folders, selection, shares, processes, files out, known failures.
# usage: test_cli_many.sh HL78SIM SCENARIOS
. "$(dirname "$0")/cli.sh"

good='[{"seen": {"urc": "+KSUP: 0"}}]'
bad='[{"never": {"urc": "+KSUP: 0"}}, {"seen": {"urc": "+KSUP: 0"}}]'
never='[{"seen": {"urc": "+WDSI: 99"}}]'

mkdir -p "$tmp/all/one" "$tmp/all/two"
scenario all/one/first 'The first starts' "$good" '"tags": ["quick", "start"],'
scenario all/one/second 'The second starts' "$good" '"tags": ["slow"],'
scenario all/two/third 'The third starts # here' "$good"
scenario all/two/fourth 'The fourth is wrong' "$bad" '"tags": ["quick"],'
scenario all/two/fifth 'The fifth waits' "$never" '"tags": ["slow", "quick"],'

# The names of the scenarios that were run, in their order, as the first word of each.
names() { sed -n 's/^[A-Z]* .*: The \([a-z]*\) .*/\1/p' "$tmp/out" | tr '\n' ' '; }
ran() { [ "$(names)" = "$1" ] || fail "ran \"$(names)\" and not \"$1\""; }

# --- Selection

expect 4 run "$tmp/all"
ran 'first second fifth fourth third '
expect 0 run "$tmp/all" -k third
ran 'third '
expect 0 run "$tmp/all/one" -k 'THE SECOND'
ran 'second '
expect 0 run "$tmp/all" -k '*starts'
ran 'first second '
expect 0 run "$tmp/all" -k first -k third
ran 'first third '
expect 4 run "$tmp/all" -k two/
ran 'fifth fourth third '
expect 1 run "$tmp/all" -k tag:quick -k '!waits'
ran 'first fourth '
expect 0 run "$tmp/all" -k '!tag:quick'
ran 'second third '
expect 0 run "$tmp/all" -k tag:sta* -k third
ran 'first third '
expect 2 run "$tmp/all" -k tag:star
err_has 'hl78sim run: -k selects none of 5 scenarios'
expect 2 run "$tmp/all" -k nothing
silent out
expect 2 run "$tmp/all" -k

# --- Shares: all of them together are everything, none runs twice, sizes differ by one at most

: >"$tmp/shares"
for k in 1 2 3; do
    "$sim" run "$tmp/all" --shard "$k/3" >"$tmp/out" 2>"$tmp/err"
    names | wc -w >>"$tmp/sizes"
    names | tr ' ' '\n' | grep . >>"$tmp/shares"
done
[ "$(sort "$tmp/shares" | tr '\n' ' ')" = 'fifth first fourth second third ' ] || fail "the shares"
[ "$(sort -n "$tmp/sizes" | tr -d ' ' | tr '\n' ' ')" = '1 2 2 ' ] || fail "sizes of the shares"
expect 2 run "$tmp/all" --shard 6/6
err_has 'hl78sim run: --shard 6/6 has no part in 5 scenarios'
for wrong in 0/3 4/3 3 /3 3/ a/b 1/0 1/3/3 -1/3; do
    expect 2 run "$tmp/all" --shard "$wrong"
done

# --- Processes: the same as without, in the same order

expect 4 run "$tmp/all"
cp "$tmp/out" "$tmp/serial"
for jobs in 1 2 16; do
    expect 4 run "$tmp/all" -j "$jobs"
    cmp -s "$tmp/out" "$tmp/serial" || fail "-j $jobs tells something else"
done
tail -n 1 "$tmp/out" | grep -q '^3 passed, 2 failed, 0 skipped$' || fail "summary"
expect 0 run "$tmp/all/one" -j2 --repeat 3
expect 2 run "$tmp/all" -j 0
expect 2 run "$tmp/all" -j 2 --transcript -
err_has 'use --out'
expect 2 run "$tmp/all" -j 2 --port "pty:$tmp/port"
err_has 'a port for each'
expect 2 run "$tmp/all" -j 2 --port pty --control "$tmp/control"
expect 0 run "$tmp/all/one" -j 2 --port pty --time x60 --timeout 1m
ran 'first second '

# A process that crashes is the failure of its scenario alone.
printf '#!/bin/sh\nkill -KILL "$PPID"\n' >"$tmp/killer"
chmod +x "$tmp/killer"
mkdir "$tmp/crash"
scenario crash/one 'The first waits' "$never"
scenario crash/two 'The second waits' "$never"
expect 6 run "$tmp/crash" -j 2 --time real -- "$tmp/killer"
out_has 'the run was ended by signal 9 '
tail -n 1 "$tmp/out" | grep -q '^0 passed, 2 failed, 0 skipped$' || fail "summary of crashes"
[ "$(grep -c '^repro: ' "$tmp/out")" -eq 2 ] || fail "a repro line for each crash"

# A signal ends all processes, and says what was not run.
scenario all/hours 'The hours pass' "$never"
"$sim" run "$tmp/all/hours.json" "$tmp/all/one" -j 1 --time x1 >"$tmp/out" 2>"$tmp/err" &
pid=$!
children() { cat "/proc/$pid/task/$pid/children" 2>/dev/null; }
until [ -n "$(children)" ]; do :; done
child=$(children)
kill -INT "$pid" 2>/dev/null || fail "no process"
wait "$pid"
[ $? -eq 6 ] || fail "exit code of a run that was stopped"
out_has '^ERROR .*The hours pass'
out_has '^0 passed, 1 failed, 0 skipped, 2 not run$'
err_has 'a signal came'
[ ! -d "/proc/${child% }" ] || fail "a process was left behind"
rm "$tmp/all/hours.json"

# --- Progress: a bar where standard error is a terminal, coloured unless NO_COLOR is set

python3 - "$sim" "$tmp/all/one" <<'END' || fail "progress"
import os, pty, subprocess, sys
sim, folder = sys.argv[1:]

def progress(**more):
    master, slave = pty.openpty()
    run = subprocess.Popen([sim, "run", folder, "--time", "x30"], stdout=subprocess.DEVNULL,
                           stderr=slave, env={**os.environ, "TERM": "xterm", **more})
    os.close(slave)
    text = b""
    try:
        while True:
            text += os.read(master, 4096)
    except OSError:
        pass
    assert run.wait() == 0
    return text

coloured, plain = progress(NO_COLOR=""), progress(NO_COLOR="1")
assert b"1 of 2 scenarios, 0 failed" in coloured, coloured
assert b"[\x1b[32m###############" in coloured, coloured
assert b"[###############...............] 1 of 2 scenarios" in plain, plain
assert b"\x1b" not in plain, plain
assert plain.endswith(b" \r"), plain
END

# --- One verdict: 2, 6, 3, 5, 4, 1

expect 1 run "$tmp/all" -k first -k fourth
expect 4 run "$tmp/all" -k fourth -k fifth -j 2
expect 6 run "$tmp/all" -k fourth -k fifth -j 2 --junit "$tmp/absent/junit.xml"
printf '{"nmae": 1}' >"$tmp/all/wrong.json"
expect 2 run "$tmp/all" -k first
err_has 'wrong.json:1:2: /nmae'
silent out
rm "$tmp/all/wrong.json"

# --- Files out

expect 4 run "$tmp/all" -j 2 --out "$tmp/deep/out"
for name in first second third fourth fifth; do
    for ending in trace.jsonl transcript.txt pcapng junit.xml tap; do
        [ -s "$tmp/deep/out/$name.$ending" ] || fail "no $name.$ending"
    done
done
xmllint --noout "$tmp"/deep/out/*.junit.xml || fail "JUnit is not well-formed"
grep -q '  \* +KSUP: 0$' "$tmp/deep/out/first.transcript.txt" || fail "a transcript"
grep -q '"digest":"' "$tmp/deep/out/first.trace.jsonl" && fail "the start has no payload"
expect 0 run "$tmp/all/one/first.json" --trace "$tmp/trace"
cmp -s "$tmp/trace" "$tmp/deep/out/first.trace.jsonl" || fail "the traces differ"
cp "$tmp/all/one/first.json" "$tmp/all/two/first.json"
expect 0 run "$tmp/all" -k first --out "$tmp/same"
[ "$(ls "$tmp/same" | grep -c 'one-first.tap\|two-first.tap')" = 2 ] || fail "two of one name"
rm "$tmp/all/two/first.json"
expect 0 run "$tmp/all/one/first.json" "$tmp/all/one/first.json" --out "$tmp/twice"
[ "$(ls "$tmp"/twice/*.tap | wc -l)" -eq 2 ] || fail "one scenario twice"
: >"$tmp/file"
expect 6 run "$tmp/all" --out "$tmp/file"
expect 6 run "$tmp/all" --out "$tmp/file/out"
expect 2 run "$tmp/all" --trace "$tmp/trace"
err_has '--out DIR'
expect 2 run "$tmp/all/one/first.json" --trace-payload

# --- TAP

expect 4 run "$tmp/all" --tap - -j 2
head -n 2 "$tmp/out" | tr '\n' ' ' | grep -q '^TAP version 13 1..5 $' || fail "head of TAP"
out_has '^ok 1 - .*all/one/first.json: The first starts$'
out_has '^not ok 4 - .*: The fourth is wrong$'
out_has '^    - "/expect/0: never urc .*it came'
out_has '^  repro: ".*fourth.json'
out_has '^ok 5 - .*: The third starts \\# here$'
[ "$(grep -c '^  ---$' "$tmp/out")" -eq "$(grep -c '^  \.\.\.$' "$tmp/out")" ] || fail "blocks"
err_has '^3 passed, 2 failed, 0 skipped$'
expect 2 run "$tmp/all" --tap - --junit -

# --- Known failures

mkdir "$tmp/known"
scenario known/bad 'A known fault' "$bad" '"known_failure": "the <reason> # why",'
scenario known/late 'Another one' "$never" '"known_failure": "late",'
expect 0 run "$tmp/known" --junit "$tmp/junit.xml" --tap "$tmp/tap"
out_has '^KNOWN .*A known fault$'
out_has 'known to fail: the <reason>'
out_has '^0 passed, 0 failed, 0 skipped, 2 known to fail$'
out_lacks '^repro: '
[ "$(xmllint --xpath 'count(//testcase/skipped)' "$tmp/junit.xml")" = 2 ] || fail "JUnit: skipped"
[ "$(xmllint --xpath 'count(//failure)' "$tmp/junit.xml")" = 0 ] || fail "JUnit: failure"
[ "$(xmllint --xpath 'string(//testsuite/@skipped)' "$tmp/junit.xml")" = 2 ] || fail "JUnit: sum"
grep -q '^not ok 1 - .*A known fault # todo the <reason> \\# why$' "$tmp/tap" || fail "TAP: known"
scenario known/good 'No fault any more' "$good" '"known_failure": "was one",'
expect 1 run "$tmp/known" --junit "$tmp/junit.xml"
out_has '^FAIL .*No fault any more$'
out_has 'it passed, though it is known to fail (known_failure): was one'
out_has '^repro: '
[ "$(xmllint --xpath 'count(//failure)' "$tmp/junit.xml")" = 1 ] || fail "JUnit: a pass that fails"
expect 6 run "$tmp/known/bad.json" --trace "$tmp/absent/trace"

# A harness in use reads it: what passes, and a known failure, is no failure.
if command -v prove >/dev/null 2>&1; then
    expect 0 run "$tmp/all/one" "$tmp/known/bad.json" --tap "$tmp/tap"
    prove --exec cat "$tmp/tap" >"$tmp/out" 2>"$tmp/err" || fail "prove refuses what passed"
    expect 4 run "$tmp/all" --tap "$tmp/tap"
    prove --exec cat "$tmp/tap" >"$tmp/out" 2>"$tmp/err" && fail "prove does not see a failure"
    out_has 'Failed tests:  3-4'
fi

# --- The end that a scenario names

printf '{"name": "Nothing follows", "ends": {"when": {"urc": "+KSUP: 0"}, "after": "10m"},
 "expect": [{"never": {"urc": "+WDSI: 15"}}]}' >"$tmp/end.json"
expect 0 run "$tmp/end.json"
out_has '606.510 s, its end came$'
expect 1 run "$tmp/end.json" --set 'expect.0={"seen": {"urc": "+WDSI: 16"}}'
out_has 'never came (its end came)'
expect 4 run "$tmp/end.json" --set 'ends.when={"urc": "+WDSI: 99"}'
out_has 'failed /ends/when: the end, .*: never came'
expect 0 run "$tmp/end.json" --port pty --time x600 --timeout 1m

# --- Exploration in shares

small=$scenarios/fota/update-small-package.json
sum=0
for k in 1 2 3; do
    expect 0 explore "$small" --fault host_power_cut --plan random:10 --shard "$k/3" -j 2
    places=$(sed -n '$s/^\([0-9]*\) of .* places recovered$/\1/p' "$tmp/out")
    [ "$places" -ge 3 ] || fail "a share of $places places"
    sum=$((sum + places))
done
[ "$sum" -eq 10 ] || fail "the shares have $sum places and not 10"
expect 2 explore "$small" --fault host_power_cut --plan random:2 --shard 3/3
err_has 'no place is left'
expect 2 explore "$small" --fault host_power_cut --shard 4/3
expect 2 explore "$small" --fault host_power_cut -j 0

finish
