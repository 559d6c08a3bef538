#!/bin/sh
# First steps: new, list, doctor.
# usage: test_cli_first_steps.sh HL78SIM SCENARIOS
. "$(dirname "$0")/cli.sh"

# --- new: a scenario that passes, and nothing is ever overwritten

for template in update agreements power_cut local script; do
    expect 0 new "$tmp/$template" --template "$template"
    out_has "hl78sim check .*$template.json"
    out_has "hl78sim run .*$template.json"
    expect 0 check "$tmp/$template.json"
    expect 0 run "$tmp/$template.json" --strict
    out_has "^PASS .*: $template$"
    grep -q '"about"' "$tmp/$template.json" || fail "no remarks in $template"
done
expect 0 new "$tmp/mine" --template profile
out_has "hl78sim list quirks --profile .*mine.json"
expect 0 check "$tmp/mine.json"
expect 0 list figures --profile "$tmp/mine.json"
out_has '^  .*mine.json *90s (real log: which log'
expect 0 run "$tmp/script.json" --profile "$tmp/mine.json" --strict --transcript -
out_has 'HL7800.4.8.0.0'
expect 0 new "$tmp/plain"
sed 's/plain/update/' "$tmp/plain.json" | cmp -s - "$tmp/update.json" || fail "the default template"
cp "$tmp/plain.json" "$tmp/before"
expect 2 new "$tmp/plain" --template script
err_has 'not overwritten'
expect 2 new "$tmp/plain.json"
cmp -s "$tmp/plain.json" "$tmp/before" || fail "a file was overwritten"
expect 0 new "$tmp/a \"quoted\" \\name.json"
expect 0 run "$tmp/a \"quoted\" \\name.json"
out_has ': a "quoted" \\name$'
expect 0 new "$tmp/steps"
# What it tells to do next can be done.
PATH="$(dirname "$sim"):$PATH"
sed -n 's/^  \(hl78sim .*\)/\1/p' "$tmp/out" >"$tmp/steps.sh"
[ "$(wc -l <"$tmp/steps.sh")" -eq 3 ] || fail "next steps"
sh -e "$tmp/steps.sh" >"$tmp/out" 2>"$tmp/err" || fail "the next steps"
expect 2 new
expect 2 new a b
expect 2 new "$tmp/"
expect 2 new "$tmp/x" --template updtae
err_has 'did you mean "update"'
err_has '^  power_cut  *The module loses its power'
[ ! -e "$tmp/x.json" ] || fail "a file in spite of an error"
expect 6 new "$tmp/absent/x"

# --- list: from the tables

expect 0 list profiles
out_has '^HL7800-4.6.8.0$'
expect 0 list profiles --evidence
out_has '^HL7800-M-4.6.8.0 .*; like HL7800$'
expect 0 list commands
out_has '^AT+WDSR  *set .*avms '
expect 0 list commands --profile HL7800-1.6.3 --names
out_has '^AT+CGMR$'
expect 2 list commands --profile HL7800-1.6.4
err_has 'did you mean'
expect 0 list quirks
out_has '^apn_raises_event_0: '
out_has '^  HL7800-1.4.0.0 to 1.6.3.0.99  *true (real log: '
out_has '^  HL7800-4.3.9.0 to 4.7.1.1  *false (documented: '
out_lacks '^  HL7800-M '
expect 0 list quirks --profile HL7800-M-4.6.8.0
out_has '^  HL7800-M-4.6.8.0  *false (ambiguous, as HL7800: AN5.0 8 against table 12)$'
expect 0 list commands --profile HL7800-4.6.8.0
out_has '^AT+CSQ=? .*(sierra test: CEL_CSQ)$'
expect 0 list quirks --profile HL7800-4.7.1.0
out_lacks 'HL7800-1.6.3 '
expect 0 list figures --profile HL7800-1.6.3.0.99
out_has '^  HL7800-1.6.3.0.99 *T{model}.{firmware}.20180803 (documented'
expect 2 list quirks --profile HL7800-4.7.1.9
err_has 'did you mean "HL7800-4.7.1.0"'
# A profile of one's own, which no program was compiled for.
example="$(dirname "$0")/../../docs/examples/my-module.json"
expect 0 check "$example"
expect 0 list quirks --profile "$example"
out_has '^  .*my-module.json *true (guess: a release note'
expect 0 list figures --profile "$example:4.4.14.0"
out_has '^  .*my-module.json:4.4.14.0 *95s (real log: our log'
out_has '^  .*my-module.json:4.4.14.0 *7340032 (guess, as HL7800: '
expect 0 list commands --profile "$example"
out_has '^AT+KFOO? .*(real log: our log of 2024-10-02)$'
out_lacks '^AT+KGSN=? .*const'
expect 2 list quirks --profile "$example:4.4.15.0"
err_has 'has no firmware 4.4.15.0'
printf '{"model": "X",\n "like": "HL7800",\n "base": {"figures": {"svm": {}}},\n "firmwares": [{"firmware": "1"}]}\n' >"$tmp/bad.json"
expect 2 check "$tmp/bad.json"
err_has 'bad.json:3:23: /base/figures/svm: unknown figure or quirk "svm" (did you mean "svn"'
expect 2 run "$tmp/script.json" --profile "$tmp/bad.json"
err_has 'bad.json:3:23: /base/figures/svm'
expect 2 run "$tmp/script.json" --profile "$tmp/none.json"
err_has 'none.json" cannot be read'
expect 0 list actions
out_has '^power_cut  .*(real modem: lab)$'
out_has '^ * hold=100ms$'
out_has '^ * up (needed) down=up jitter=0s for$'
# Every action says what it is for.
grep -n '^[a-z]' "$tmp/out" | grep -v '^[0-9]*:[a-z_]*  *[a-zA-Z].*(real modem: [a-z]*)$' && fail "an action without a sentence"
expect 0 list scenarios
out_has '/fota/update-small-package.json: '
out_has 'real modem: '
out_has 'may install'
printf '{"name": "On a module", "tags": ["a", "b"], "known_failure": "the reason", "host": {"script": [{"send": "AT"}]},
 "actions": [{"at": "1s", "do": "host_power_cut"}], "expect": [{"seen": {"urc": "+KSUP: 0"}}]}' >"$tmp/yes.json"
expect 0 list scenarios "$tmp/yes.json"
out_has 'yes.json: On a module$'
out_has '  real modem: yes; tags: a b; known to fail: the reason$'
sed -i 's/host_power_cut/power_cut/' "$tmp/yes.json"
expect 0 list scenarios "$tmp/yes.json"
out_has 'real modem: lab'
sed -i 's/"urc": "+KSUP: 0"/"event": "nat.release"/' "$tmp/yes.json"
expect 0 list scenarios "$tmp/yes.json"
out_has 'real modem: part'
sed -i 's/power_cut/nat_release/' "$tmp/yes.json"
expect 0 list scenarios "$tmp/yes.json"
out_has 'real modem: no'
expect 2 list
expect 2 list profile
err_has 'did you mean "profiles"'
expect 2 list actions more
for subject in profiles actions scenarios; do
    expect 2 list $subject --profile HL7800-4.6.8.0
    err_has 'have no --profile'
done
expect 2 list scenarios "$tmp/absent.json"

# --- doctor

expect 0 doctor
out_has '^PASS  pseudo terminals'
out_has '^PASS  libev [0-9]'
out_has '^PASS: 0 failures'
grep -v -e '^PASS' -e '^WARN' -e '^      ' "$tmp/out" && fail "a line without a mark"
expect 6 doctor --port "$tmp/absent"
out_has '^FAIL .*absent: No such file'
out_has '^      is the device plugged in'
out_has '^FAIL: 1 failures'
expect 6 doctor --port "$tmp/plain.json"
out_has 'is no device'
expect 6 doctor --port /dev/full
out_has 'is no terminal'
expect 2 doctor /dev/null

# A terminal that this test makes: free, then held by another program, then without permission.
python3 - "$sim" "$tmp" <<'END' || fail "ports"
import os, pty, shutil, subprocess, sys
sim, tmp = sys.argv[1:]
master, slave = pty.openpty()
path = os.ttyname(slave)
os.close(slave)

def doctor(*before):
    run = subprocess.run([*before, sim, "doctor", "--port", path], capture_output=True, text=True)
    return run.returncode, run.stdout

code, text = doctor()
assert code == 0 and text.startswith(f"PASS  {path}: may be used"), text
holder = subprocess.Popen(["cat"], stdin=os.open(path, os.O_RDWR | os.O_NOCTTY))
slaves = [fd for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")
          and os.readlink(f"/proc/self/fd/{fd}") == path]
for fd in slaves:
    os.close(int(fd))
code, text = doctor()
holder.kill()
holder.wait()
assert code == 6 and f"{path}: is held by cat (pid {holder.pid})" in text, text
if os.geteuid() == 0 and shutil.which("setpriv"):
    import grp
    os.chown(path, 0, grp.getgrnam("dialout").gr_gid)
    os.chmod(path, 0o660)
    code, text = doctor("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    assert code == 6 and "you may not read and write it" in text, text
    assert "usermod -aG dialout" in text, text
END

finish
