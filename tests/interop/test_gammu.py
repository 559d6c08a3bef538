#!/usr/bin/env python3
"""gammu as the host: it identifies a served module, reads the network and handles messages."""

import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge


@unittest.skipUnless(shutil.which("gammu"), "gammu is missing")
class Gammu(edge.Case):
    def setUp(self):
        super().setUp()
        self.served = self.serve("--profile", "HL7800-4.6.8.0")
        self.config = self.path("gammurc")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("[gammu]\ndevice = %s\nconnection = at115200\n" % self.served.tty)

    def gammu(self, *words, said=None):
        result = subprocess.run(["gammu", "-c", self.config, *words], input=said, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                timeout=edge.PATIENCE)
        self.assertEqual(result.returncode, 0, result.stdout)
        return result.stdout

    def test_it_identifies_the_module(self):
        said = self.gammu("identify")
        self.assertRegex(said, r"Manufacturer +: Sierra Wireless")
        self.assertRegex(said, r"Firmware +: HL7800\.4\.6\.8\.0")
        self.assertRegex(said, r"IMEI +: \d{15}")
        self.assertRegex(said, r"SIM IMSI +: 001010000000001")

    def test_it_reads_the_network(self):
        said = self.gammu("networkinfo")
        self.assertRegex(said, r"Network state +: home network")
        self.assertRegex(said, r"Network +: 001 01")
        self.assertRegex(said, r"GPRS +: attached")

    def test_a_message_is_sent(self):
        said = self.gammu("sendsms", "TEXT", "+4912345", said="Hello from gammu")
        self.assertIn("..OK", said)

    def test_a_message_that_came_is_read_and_deleted(self):
        self.assertEqual(self.served.ctl("sms_receive", "from=+4912345",
                                         "text=Good morning").returncode, 0)
        said = self.gammu("getallsms")
        self.assertIn("Good morning", said)
        self.assertIn("+4912345", said)
        self.gammu("deleteallsms", "1")
        self.assertNotIn("Good morning", self.gammu("getallsms"))


if __name__ == "__main__":
    edge.main()
