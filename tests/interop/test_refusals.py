#!/usr/bin/env python3
"""Wrong usage and faults of the environment on the way to a port."""

import fcntl
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

KNOWN = os.path.join(edge.SCENARIOS, "basic", "known-device.json")
UPDATE = os.path.join(edge.SCENARIOS, "fota", "update-with-agreements.json")


class Refusals(edge.Case):
    def test_a_modem_that_is_not_there(self):
        self.assertIn("no such device", self.expect(6, "run", KNOWN, "--modem", "/dev/ttyNONE9"))

    def test_a_modem_that_is_no_terminal(self):
        self.assertIn("not a serial port", self.expect(6, "run", KNOWN, "--modem", "/dev/null"))

    def test_a_modem_that_another_program_holds(self):
        served = self.serve()
        fd = os.open(served.tty, os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, fd)
        fcntl.flock(fd, fcntl.LOCK_EX)
        self.assertIn("held by another", self.expect(6, "run", KNOWN, "--modem", served.tty))

    def test_an_installation_needs_a_permission(self):
        said = self.expect(2, "run", UPDATE, "--modem", "/dev/ttyNONE9")
        self.assertIn("--allow-install", said)
        self.expect(6, "run", UPDATE, "--modem", "/dev/ttyNONE9", "--allow-install")

    def test_one_such_scenario_keeps_the_others_from_running(self):
        self.expect(2, "run", KNOWN, UPDATE, "--modem", "/dev/ttyNONE9")

    def test_ports_that_make_no_sense(self):
        for port in ("pty:", "usb", "", "tcp:", "tcp:host", "tcp:host:", "tcp:65536", "tcp:h:x",
                     "tcp:::1:7", "tcp:" + "h" * 64 + ":7", "/" + "x" * 300):
            for words in (["run", KNOWN], ["serve"]):
                said = self.expect(2, *words, "--port", port)
                self.assertIn("--port: expected", said)
        self.expect(2, "serve", "--port", "pty", "--pty", self.path("modem"))
        self.assertIn("this modem has 2 ports",
                      self.expect(6, "serve", *["--port", "tcp:0"] * 3))
        self.assertIn("4 ports at most", self.expect(2, "serve", *["--port", "tcp:0"] * 5))

    def test_a_host_asks_for_the_port_that_is_there(self):
        self.expect(2, "run", KNOWN, "--port", "tcp:0", "--", "true", "{tty}")
        self.expect(2, "run", KNOWN, "--port", "/dev/ttyNONE9", "--", "true", "{tcp}")
        self.expect(2, "run", KNOWN, "--", "true", "{tcp}")
        self.expect(2, "run", KNOWN, "--port", "tcp:0", "--host", "engine")

    def test_virtual_time_needs_a_host_in_memory(self):
        self.expect(2, "run", KNOWN, "--port", "pty", "--time", "virtual")
        self.expect(2, "run", KNOWN, "--time", "virtual", "--", "true")
        self.expect(2, "run", KNOWN, "--modem", "/dev/ttyNONE9", "--time", "x60")

    def test_options_that_contradict_each_other(self):
        self.expect(2, "run", KNOWN, "--")
        self.expect(2, "run", KNOWN, "--host", "engine", "--", "true")
        self.expect(2, "run", KNOWN, "--modem", "/dev/ttyNONE9", "--", "true")
        self.expect(2, "run", KNOWN, "--modem", "/dev/ttyNONE9", "--port", "pty")
        self.expect(2, "run", KNOWN, "--control", self.path("control"))
        self.expect(2, "run", KNOWN, "--port", "pty", "--repeat", "2")

    def test_a_control_socket_that_cannot_be_made(self):
        self.expect(6, "run", KNOWN, "--port", "pty", "--control", self.path("no/such/folder"))

    def test_a_wall_clock_limit(self):
        said = self.expect(4, "run", UPDATE, "--port", "pty", "--timeout", "200ms")
        self.assertIn("wall-clock limit", said)


if __name__ == "__main__":
    edge.main()
