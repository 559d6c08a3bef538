#!/bin/sh
# The command line of hl78sim as its users meet it: exit codes, messages, files out.
# usage: test_cli.sh HL78SIM SCENARIOS
. "$(dirname "$0")/cli.sh"

scenario passes 'It boots' '[{"seen": {"urc": "+KSUP: 0"}}]'
scenario breaks 'It never boots <&>' \
    '[{"never": {"urc": "+KSUP: 0"}}, {"seen": {"urc": "+KSUP: 0"}}, {"seen": {"urc": "+OTHER: 1"}}]'
scenario late 'It boots in a second' '[{"seen": {"urc": "+KSUP: 0"}, "within": "1s"}, {"seen": {"urc": "+KSUP: 0"}}]'
scenario hangs 'It says something else' '[{"seen": {"urc": "+WDSI: 99"}}]'
scenario final 'It runs another version' '[{"final": {"modem.firmware": "9.9"}}]'
scenario silence 'It says nothing of WDSI' '[{"never": {"urc": "+WDSI*"}}]'
small=$scenarios/fota/update-small-package.json

# --- Usage

# No option means anything by nothing.
for option in --out --trace --junit --tap --transcript --pcap --profile --modem --port --control --set -k; do
    expect 2 run "$tmp/passes.json" "$option" ''
    err_has 'expected .* and not ""'
done

expect 2
err_has 'usage: hl78sim'
expect 0 --version
out_has '^hl78sim [0-9]'
expect 0 help
out_has 'explore'
expect 2 rnu x
err_has 'did you mean "run"'
expect 2 help rnu
expect 2 run "$tmp/passes.json" --profle x
err_has 'did you mean "profile"'
expect 2 run "$tmp/passes.json" -q
expect 2 run "$tmp/passes.json" --seed
err_has '--seed needs a value'
expect 2 run "$tmp/passes.json" --seed one
expect 2 run "$tmp/passes.json" --strict=yes
expect 2 run
expect 2 run "$tmp/passes.json" --time fast
expect 2 run "$tmp/passes.json" --time x0
expect 2 run "$tmp/passes.json" --repeat 0
expect 2 run "$tmp/passes.json" --junit - --trace -
expect 2 run "$tmp/passes.json" "$tmp/hangs.json" --trace "$tmp/t"
expect 2 run "$tmp/passes.json" --host ./mine.so
err_has 'not supported yet'

# --- Bad files: nothing is run, everything is said

expect 2 run "$tmp/absent.json"
err_has 'absent.json: No such file'
printf '{"name": "x", "expcet": [], "seed": "a"}' >"$tmp/bad"
expect 2 run "$tmp/passes.json" "$tmp/bad"
err_has 'bad:1:15: /expcet: .*did you mean "expect"'
err_has 'bad:1:37: /seed: '
silent out
printf '{"name": ' >"$tmp/bad"
expect 2 check "$tmp/bad" "$tmp/passes.json"
err_has 'bad:1:10: '
expect 2 run "$tmp/passes.json" --profile HL7800-4.6.8.1
err_has 'did you mean "HL7800-4.6.8.0"'
expect 2 run "$tmp/passes.json" --set nonsense
expect 2 run "$tmp/passes.json" --set expect.0.seen=1
mkdir "$tmp/empty"
expect 2 run "$tmp/empty"
err_has 'empty: no \*.json in this folder'
expect 0 check "$scenarios" "$tmp/passes.json"
silent out
silent err
printf '{"model": "X", "base": 1}' >"$tmp/bad"
expect 2 check "$tmp/bad"
err_has '/base: '
# A folder with nothing in it, or that is not there, keeps nobody from hearing of the others.
for command in run check 'list scenarios'; do
    expect 2 $command "$tmp/empty" "$tmp/absent" "$tmp/bad" "$tmp/passes.json"
    err_has 'empty: no \*.json in this folder'
    err_has 'absent: No such file'
    err_has 'bad:1:'
done
out_has 'It boots'
mkdir "$tmp/crowd"
(cd "$tmp/crowd" && seq -f 'f%g.json' 1027 | xargs touch)
expect 2 list scenarios --names "$tmp/crowd"
err_has 'no room for more than 1024 files'
[ "$(grep -c 'no room' "$tmp/err")" -eq 1 ] || fail "said more than once"

# --- What cannot be written says where and why

for option in --junit --tap --trace --transcript; do
    expect 6 run "$tmp/passes.json" "$option" "$tmp/absent/file"
    err_has '/absent/file: No such file or directory$'
    [ ! -c /dev/full ] || {
        expect 6 run "$tmp/passes.json" "$option" /dev/full
        err_has '^/dev/full: No space left on device$'
    }
done
expect 6 run "$tmp/passes.json" --out "$tmp/passes.json"
err_has 'passes.json: the folder cannot be made: Not a directory$'
expect 6 run "$tmp/passes.json" --out "$tmp/passes.json/below"
err_has 'the folder cannot be made: Not a directory$'
mkdir -p "$tmp/taken/passes.junit.xml"
expect 6 run "$tmp/passes.json" --out "$tmp/taken"
err_has '/passes.junit.xml: Is a directory$'
expect 6 package build --full --to 4.7.1.0 --size 5000 -o "$tmp/absent/file"
err_has '/absent/file: No such file or directory$'

# --- Verdicts

expect 0 run "$tmp/passes.json"
out_has '^PASS .*It boots'
out_has 'seed 1, HL7800-4.6.8.0'
silent err
expect 0 run "$tmp/silence.json" --seed 77
out_has 'seed 77'
expect 1 run "$tmp/breaks.json"
out_has '^FAIL .*It never boots'
out_has '/expect/0: .*it came'
out_has '/expect/2: .*never'
out_has '\* +KSUP: 0'
expect 1 run "$tmp/late.json"
expect 4 run "$tmp/hangs.json"
expect 4 run "$tmp/final.json"
out_has 'modem.firmware is "4.6.8.0", expected "9.9"'
expect 0 run "$tmp/final.json" --set 'expect.0.final={"modem.firmware": "4.6.8.0"}'
expect 0 run "$small" --host engine
expect 4 run "$small" --host none

# Several: the first present of 2, 6, 3, 5, 4, 1; all of them are run.
expect 4 run "$tmp/breaks.json" "$tmp/hangs.json" "$tmp/passes.json"
out_has '^1 passed, 2 failed, 0 skipped$'
mkdir "$tmp/many"
cp "$tmp/passes.json" "$tmp/many/b.json"
cp "$tmp/late.json" "$tmp/many/a.json"
expect 1 run "$tmp/many"
[ "$(grep -c -e '^PASS' -e '^FAIL' "$tmp/out")" -eq 2 ] || fail "two scenarios in a folder"
head -n 1 "$tmp/out" | grep -q 'a.json' || fail "a folder in the order of its names"

# The repro line does it again, also with words that a shell would take apart.
cp "$tmp/hangs.json" "$tmp/it's a test.json"
expect 4 run "$tmp/it's a test.json" --set 'name=one "two" $three' --seed 5
repro=$(sed -n 's/^repro: //p' "$tmp/out")
cp "$tmp/out" "$tmp/first"
eval "$repro" >"$tmp/out" 2>"$tmp/err"
[ $? -eq 4 ] || fail "the repro line: $repro"
cmp -s "$tmp/out" "$tmp/first" || fail "the repro line gives another result"

# --- Files out

expect 0 run "$small" --trace "$tmp/trace" --transcript "$tmp/transcript"
head -n 1 "$tmp/trace" | grep -q '^{"trace":1,.*"profile":"HL7800-1.6.3","seed":1,' || fail header
grep -q '"event":"modem.boot"' "$tmp/trace" || fail "no boot in the trace"
grep -q '"digest":"' "$tmp/trace" || fail "no digest in the trace"
python3 -c 'import json, sys
ids = [json.loads(line)["id"] for line in list(open(sys.argv[1]))[1:]]
assert ids == list(range(ids[0], ids[0] + len(ids))) and len(ids) > 100' "$tmp/trace" ||
    fail "lines of the trace"
grep -q '  > AT+CGMR$' "$tmp/transcript" || fail "no command in the transcript"
grep -q '  \* +WDSI: 16$' "$tmp/transcript" || fail "no URC in the transcript"
grep -q "$(printf '\033')" "$tmp/transcript" && fail "colours in a file"
expect 0 run "$small" --trace -
cmp -s "$tmp/out" "$tmp/trace" || fail "the same run gives another trace"
err_has '^PASS'
expect 0 run "$small" --trace "$tmp/other" --seed 2
cmp -s "$tmp/other" "$tmp/trace" && fail "another seed gives the same trace"
expect 0 run "$small" --trace "$tmp/payload" --trace-payload
grep -q '"hex":"' "$tmp/payload" || fail "no payload in the trace"
expect 0 run "$small" --repeat 3 --trace "$tmp/other"
cmp -s "$tmp/other" "$tmp/trace" || fail "repeated runs write another trace"
expect 0 run "$small" --transcript -
out_has '  > AT+CGMR$'
out_has '^PASS'
expect 6 run "$tmp/passes.json" --trace "$tmp/absent/trace"
expect 6 run "$tmp/passes.json" --junit "$tmp/absent/junit"

expect 4 run "$tmp/breaks.json" "$tmp/passes.json" "$tmp/hangs.json" --junit "$tmp/junit.xml"
xmllint --noout "$tmp/junit.xml" || fail "JUnit is not well-formed"
[ "$(xmllint --xpath 'count(//testcase)' "$tmp/junit.xml")" = 3 ] || fail "test cases"
[ "$(xmllint --xpath 'count(//testcase[1]/failure)' "$tmp/junit.xml")" = 2 ] || fail "failures"
[ "$(xmllint --xpath 'count(//testcase[2]/*[self::failure or self::error or self::skipped])' \
    "$tmp/junit.xml")" = 0 ] || fail "a pass with a fault"
xmllint --xpath 'string(//testcase[1]/failure[1])' "$tmp/junit.xml" | grep -q 'repro: .*breaks.json' ||
    fail "no repro line in JUnit"
[ "$(xmllint --xpath 'string(//testcase[1]/@name)' "$tmp/junit.xml")" = 'It never boots <&>' ] ||
    fail "a name in JUnit"
name=$(printf 'a\001 \303\251\303( \355\240\200 \357\277\277 \360\237\246\212\177>')
expect 1 run "$tmp/breaks.json" --set "name=$name" --junit "$tmp/junit.xml"
xmllint --noout "$tmp/junit.xml" || fail "JUnit with odd characters is not well-formed"
[ "$(xmllint --xpath 'string(//testcase/@name)' "$tmp/junit.xml")" = \
    "$(printf 'a? \303\251?( ??? ??? \360\237\246\212?>')" ] || fail "odd characters in JUnit"
expect 0 run "$tmp/passes.json" --junit -
xmllint --noout "$tmp/out" || fail "JUnit on standard output is not well-formed"

# --- Time: ten virtual seconds in about a tenth of one; never less, since time is waited for

expect 0 run "$small" --time x5000 --trace "$tmp/other"
cmp -s "$tmp/other" "$tmp/trace" || fail "the clock changes what happens"
expect 4 run "$small" --time x10 --timeout 100ms
out_has 'wall-clock limit'

# --- Figures that are set: what an install takes is what an update takes longer

for duration in 2 90; do
    expect 0 run "$small" --set "modem.set.install_time=${duration}s" --trace "$tmp/took.$duration"
done
python3 -c 'import json, sys
def gap(path):
    at = {}
    for line in list(open(path))[1:]:
        event = json.loads(line)
        if event["event"] == "urc" and event["line"] in ("+WDSI: 14", "+WDSI: 16"):
            at[event["line"]] = event["at"]
    return at["+WDSI: 16"] - at["+WDSI: 14"]
difference = gap(sys.argv[2]) - gap(sys.argv[1])
assert difference == 88 * 10 ** 9, difference' "$tmp/took.2" "$tmp/took.90" ||
    fail "install_time has no effect"

# --- Packages

package="$tmp/package"
delta="--from 4.4.14.0 --to 4.6.8.0"
expect 0 package build $delta --size 1464 -o "$package"
[ "$(wc -c <"$package")" -eq 1464 ] || fail "size of the package"
expect 0 package show "$package"
out_has '^kind  *delta$'
out_has '4.4.14.0$'
out_has '4.6.8.0$'
out_has '^base  *30000 bytes, SHA-256 [0-9a-f]\{64\}$'
out_has '^image  *30000 bytes by [0-9]* operations: [0-9]* copied, [0-9]* carried$'
out_has '^content  *whole$'
out_has '^signature  good'
out_has '^a module  *+WDSI: 12, then 14 and 16 where 4.4.14.0 runs, elsewhere 15$'
expect 0 package verify "$package"
expect 0 package build $delta --size 1464 -o "$tmp/again"
cmp -s "$package" "$tmp/again" || fail "the same package has other bytes"

# A file that was cut anywhere is told as such, and so is one that is too long.
for length in 0 1 7 8 107; do
    head -c "$length" "$package" >"$tmp/cut"
    expect 1 package verify "$tmp/cut"
    out_has ": cut in its header: $length of 108 bytes$"
    expect 2 package show "$tmp/cut"
    err_has ": cut in its header: $length of 108 bytes$"
done
for length in 108 109 148 200 1207 1208 1463; do
    head -c "$length" "$package" >"$tmp/cut"
    expect 1 package verify "$tmp/cut"
    out_has ": cut: $length of 1464 bytes$"
    expect 0 package show "$tmp/cut"
    out_has "^content  *cut: $length of 1464 bytes$"
    out_has '^a module  *+WDSI: 11,2$'
done
{ cat "$package"; printf 'abc'; } >"$tmp/cut"
expect 1 package verify "$tmp/cut"
out_has ': 3 bytes after its end$'

# Every kind of damage has its words and its indication.
for full in '' --full; do
    for kind in bit_flip truncate wrong_key wrong_base; do
        expect 0 package build $delta $full --size 2000 -o "$package" --break "$kind"
        expect 0 package show "$package"
        case $kind in
        bit_flip) words='damaged: a checksum is wrong' says='+WDSI: 11,2' ;;
        truncate) words='cut: 1500 of 2000 bytes' says='+WDSI: 11,2' ;;
        wrong_key) words='signed by the other test key' says='+WDSI: 13' ;;
        wrong_base) words='good' says='+WDSI: 12, then 14 and 16 where 0.0.0.1 runs, elsewhere 15' ;;
        esac
        out_has "$words"
        out_has "^a module  *$says\$"
        if [ "$kind" = wrong_base ]; then
            expect 0 package verify "$package"
        else
            expect 1 package verify "$package"
        fi
        out_has ": $words\$"
    done
done

expect 0 package build --full --to 4.6.8.0 --size 1464 -o "$package"
expect 0 package show "$package"
out_has '^kind  *full image$'
out_has '^from  *any version$'
out_has '^a module  *+WDSI: 12, then 14 and 16$'
expect 0 package build $delta --full --size 1464 -o "$tmp/again"
cmp -s "$package" "$tmp/again" || fail "--from changes a full package"
expect 0 package build --full --to 4.6.8.0 --size 437 -o "$package"
expect 2 package build --full --to 4.6.8.0 --size 436 -o "$package"
err_has 'from 437 to 7340032'
expect 0 package build $delta --size 540 -o "$package"
expect 2 package build $delta --size 539 -o "$package"
err_has 'from 540 to 7340032'
expect 2 package build $delta --size 7340033 -o "$package"
expect 2 package build $delta --size 1464
expect 2 package build --to 4.6.8.0 --size 1464 -o "$package"
err_has 'from VERSION for a delta'
expect 2 package build --from four --to 4.6.8.0 --size 1464 -o "$package"
expect 2 package build $delta --size 1464 -o "$package" --break all
expect 2 package verify "$tmp/absent"
expect 1 package verify "$tmp/passes.json"
out_has 'not a package: it does not begin with HL78PKG'
expect 2 package show "$tmp/passes.json"
err_has 'not a package: it does not begin with HL78PKG'
expect 2 package shwo x
err_has 'did you mean "show"'

# --- Exploration

expect 0 explore "$small" --fault power_cut --plan random:20 -j 2
[ "$(tail -n 1 "$tmp/out")" = '20 of 20 places recovered' ] || fail "last line"
for kind in program erase sync link net; do
    out_has "^$kind  *[1-9][0-9]* struck"
done
expect 0 explore "$small" --fault host_power_cut --plan random:10
out_has '^record  *5 struck'
out_has '^send  *5 struck'

# With the power away for longer than the limit no place can recover, and each says how to see it.
# Where the host gives up before, that is what counts.
"$sim" explore "$small" --fault power_cut --plan random:5 --off-time 3h >"$tmp/out" 2>"$tmp/err"
case $? in
1 | 4) ;;
*) fail "a recovery that cannot be" ;;
esac
[ "$(tail -n 1 "$tmp/out")" = '0 of 5 places recovered' ] || fail "a vacuous recovery"
[ "$(grep -c '^repro: ' "$tmp/out")" -eq 5 ] || fail "a repro line for each failure"
place=$(sed -n 's/^FAIL  \([a-z]*:[0-9]*:[a-z]*\): .*/\1/p' "$tmp/out" | head -n 1)
repro=$(sed -n 's/^repro: //p' "$tmp/out" | head -n 1)
eval "$repro" >"$tmp/out" 2>"$tmp/err"
[ $? -ne 0 ] || fail "the repro line recovers: $repro"
out_has "^FAIL  $place: "
out_has '^0 of 1 places recovered$'

# A scenario that is made to fail: its places fail alike, on both sides. One that fails against its
# own expectations has none.
expect 0 explore "$scenarios/fota/wrong-signature.json" --fault power_cut --plan random:25 -j 2
out_has '^the scenario ends with firmware 4.4.14.0, operation failure, host failed: the package is not'
out_has '^25 of 25 places recovered$'
for fault in power_cut host_power_cut; do
    "$sim" explore "$scenarios/fota/wrong-signature.json" --fault $fault --plan random:6 \
        --off-time 3h >"$tmp/out" 2>"$tmp/err" && fail "a recovery without power"
    out_has '^0 of 6 places recovered$'
done
expect 1 explore "$small" --fault power_cut --set airvantage.packages.0.break=wrong_key
out_has '^FAIL  without a fault: the host gave up: .*operation failure, host failed'

# A host that updates at a start only puts off what a short cut has interrupted.
expect 0 explore "$scenarios/fota/monitor-update-at-boot.json" --fault host_power_cut \
    --plan random:8
out_has '^8 of 8 places recovered$'

printf 'program:1:prefix\nlink:99999:nothing\n' >"$tmp/list"
expect 4 explore "$small" --fault power_cut --plan "list:$tmp/list"
out_has 'link:99999:nothing: never reached'
out_has '^1 of 2 places recovered$'
printf 'program:1:prefix\nsend:1:nothing\n' >"$tmp/list"
expect 2 explore "$small" --fault power_cut --plan "list:$tmp/list"
err_has "list:2: expected"
expect 2 explore "$small"
expect 2 explore "$small" --fault sunshine
expect 2 explore "$small" --fault power_cut --plan exhaustive:2
err_has 'not supported yet'
expect 2 explore "$tmp/passes.json" --fault power_cut
err_has '/host: '

# --- Standard output that takes nothing: nothing that was lost passes

if [ -c /dev/full ]; then
    for command in help --version 'help --completion bash' 'list actions' "run $tmp/passes.json" \
        "run $tmp/passes.json --trace -"; do
        # shellcheck disable=SC2086
        "$sim" $command >/dev/full 2>"$tmp/err"
        code=$?
        [ "$code" -eq 6 ] || fail "$command >/dev/full: exit code $code and not 6"
        err_has 'No space left on device\|cannot be written'
    done
fi
# Closed by its caller, its place is not taken by a file that the program opens.
"$sim" run "$tmp/passes.json" --trace "$tmp/t" >&- 2>"$tmp/err"
[ $? -eq 6 ] || fail "closed standard output"
if grep -q PASS "$tmp/t"; then fail "the banner is in the trace"; fi

finish
