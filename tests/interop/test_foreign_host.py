#!/usr/bin/env python3
"""A host program of somebody else's, on the emulator's port."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

SCENARIO = os.path.join(edge.INTEROP, "update-foreign-host.json")
HOST = os.path.join(edge.INTEROP, "host_update.py")


class ForeignHost(edge.Case):
    def run_host(self, code, *host):
        return self.expect(code, "run", SCENARIO, "--time", "x60", "--", *host)

    def test_updates_with_its_own_agreements(self):
        self.run_host(0, sys.executable, HOST, "{tty}", "4.6.8.0")

    def test_updates_a_served_modem(self):
        served = self.serve("--scenario", SCENARIO, "--time", "x60")
        host = subprocess.run([sys.executable, HOST, served.tty, "4.6.8.0"], timeout=120,
                              check=False)
        self.assertEqual(host.returncode, 0)

    def test_a_host_that_is_not_satisfied_fails_the_run(self):
        said = self.run_host(1, sys.executable, HOST, "{tty}", "9.9.9.9")
        self.assertIn("exit status 1", said)

    def test_a_host_that_does_nothing_fails_the_expectations(self):
        said = self.run_host(1, "true")
        self.assertIn("the host program ended", said)
        self.assertNotIn("exit status", said)

    def test_a_host_that_is_not_found_is_a_fault_of_the_environment(self):
        self.assertIn("not found", self.run_host(6, "/no/such/program"))

    def test_a_host_that_is_killed_is_a_fault_of_the_environment(self):
        self.assertIn("signal 9", self.run_host(6, "sh", "-c", "kill -9 $$"))

    def test_a_host_that_stays_is_asked_to_end_at_the_limit(self):
        said = self.expect(4, "run", SCENARIO, "--time", "x60", "--set", "ends.limit=20s", "--",
                           "cat", "{tty}")
        self.assertIn("the limit was reached", said)

    def test_a_host_gets_port_and_control_socket(self):
        script = ('test "$1" = "$HL78SIM_TTY" && test -c "$1" && '
                  'test "$2" = "$HL78SIM_CONTROL" && test -S "$2" && '
                  '"$3" ctl --control "$2" reset && exit 7')
        said = self.run_host(1, "sh", "-c", script, "sh", "{tty}", "{control}", edge.program())
        self.assertIn("exit status 7", said)


if __name__ == "__main__":
    edge.main()
