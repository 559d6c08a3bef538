#!/usr/bin/env python3
"""comgt as the host: its built-in scripts, and the one that it is installed with."""

import json
import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge


@unittest.skipUnless(shutil.which("comgt"), "comgt is missing")
class Comgt(edge.Case):
    def comgt(self, served, *words, **environment):
        done = subprocess.run(["comgt", "-d", served.tty, *words],
                              env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=edge.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def state(self, served):
        return json.loads(served.ctl("status").stdout)["state"]

    def registered(self, *words):
        served = self.serve(*words)
        served.ctl("wait", "modem.registered=true", "--timeout", "1m")
        return served

    def test_signal_registration_and_settings(self):
        served = self.registered("--profile", "HL7800-4.6.8.0")
        self.assertIn("Signal Quality: 18,99", self.comgt(served, "sig"))
        self.assertIn('Registered on Home network: "Test PLMN 1-1",7', self.comgt(served, "reg"))
        self.assertIn("&K3 +IPR=115200", self.comgt(served, "-s", "/etc/comgt/dump"))

    def test_the_pin_is_entered(self):
        scenario = self.path("pin.json")
        with open(scenario, "w", encoding="utf-8") as file:
            file.write('{"name": "pin", "modem": {"profile": "HL7800-4.6.8.0", "sim": {"pin": "4711"}}}')
        served = self.serve("--scenario", scenario)
        # It says so of a wrong PIN, too: what it reads is the OK of its question before.
        self.assertIn("SIM ready", self.comgt(served, "PIN", COMGTPIN="1234"))
        self.assertNotEqual(self.state(served)["modem.sim"], "ready")
        self.comgt(served, "PIN", COMGTPIN="4711")
        self.assertEqual(self.state(served)["modem.sim"], "ready")
        self.assertIn("Registered on Home network", self.comgt(served, "reg"))


if __name__ == "__main__":
    edge.main()
