#!/usr/bin/env python3
"""A customer's driver in Perl (customer_host.pl), which takes every byte for what the manuals say."""

import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

HOST = os.path.join(edge.INTEROP, "customer_host.pl")
SCENARIO = os.path.join(edge.INTEROP, "customer-host.json")


@unittest.skipUnless(shutil.which("perl"), "perl is missing")
class CustomerHost(edge.Case):
    def drive(self, served, version, *stages):
        environment = {**os.environ, "HL78SIM": edge.program(), "HL78SIM_CONTROL": served.control}
        return subprocess.run(["perl", HOST, served.tty, version, *stages], env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=edge.PATIENCE)

    def passes(self, served, version, *stages):
        done = self.drive(served, version, *stages)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(done.stdout.split(), [stage.split("=")[0] for stage in stages])

    def test_a_product_from_its_first_start_to_the_update(self):
        served = self.serve("--scenario", SCENARIO, "--time", "x60")
        self.passes(served, "4.4.14.0", "boot", "identity", "services", "registration", "udp",
                    "tcp", "transparent", "sleep", "registration", "update=4.6.8.0", "identity",
                    "tcp")

    def test_another_model_with_a_newer_firmware(self):
        self.dialogue("HL7802", "4.7.1.0", "sleep")

    def test_a_model_of_the_next_family(self):
        self.dialogue("HL7812", "5.7.4")

    def dialogue(self, model, version, *more):
        served = self.serve("--profile", model + "-" + version, "--time", "x20")
        self.passes(served, version, "boot", "identity", "services", "registration", "udp", "tcp",
                    "transparent", *more)

    def test_it_is_not_satisfied_by_another_version(self):
        served = self.serve("--profile", "HL7800-4.6.8.0", "--time", "x20")
        done = self.drive(served, "4.4.14.0", "boot", "identity")
        self.assertEqual(done.returncode, 1)
        self.assertIn("identity: AT+CGMR: not as expected", done.stdout)


if __name__ == "__main__":
    edge.main()
