#!/usr/bin/env python3
"""A served module that sleeps, and a host on its terminal: DTR and the wake pin go by ctl."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge


class Sleep(edge.Case):
    def asleep(self, command, depth):
        """A module of which a host has asked for that sleep, and which has fallen asleep."""
        served = self.serve("--time", "x20")
        host = edge.Terminal(served.tty)
        self.addCleanup(host.close)
        host.send(command)
        host.until("OK")
        if command.startswith("AT+KSLEEP=0"):
            self.assertEqual(served.ctl("line", "dtr=0").returncode, 0)
        self.wait(served, "modem.sleep=" + depth)
        return served, host

    def wait(self, served, condition):
        waited = served.ctl("wait", condition, "--timeout", "5m")
        self.assertEqual(waited.returncode, 0, condition + "\n" + waited.stdout)

    def test_dtr_wakes_a_module_that_hibernates(self):
        served, host = self.asleep("AT+KSLEEP=0,2", "hibernate")
        host.send("AT+CGMM")
        self.assertEqual(served.ctl("line", "dtr=1").returncode, 0)
        lines = host.until("+KSUP: 0")
        self.assertNotIn("HL7800", lines)
        host.send("AT+CGMM")
        self.assertIn("HL7800", host.until("OK"))
        state = json.loads(served.ctl("status").stdout)["state"]
        self.assertEqual(state["modem.boots"], 1)

    def test_the_wake_pin_wakes_a_module_that_sleeps_by_itself(self):
        served, host = self.asleep("AT+KSLEEP=1,1,30", "lite_hibernate")
        self.assertEqual(served.ctl("wake").returncode, 0)
        host.until("+KSUP: 0")
        host.send("AT+CGMM")
        self.assertIn("HL7800", host.until("OK"))
        # Nobody had to press anything: it is awake.
        self.assertEqual(served.ctl("wake").returncode, 1)


if __name__ == "__main__":
    edge.main()
