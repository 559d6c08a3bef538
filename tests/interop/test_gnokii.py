#!/usr/bin/env python3
"""gnokii as the host: a driver for telephones that speak AT, with letters as hexadecimal digits."""

import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

OWN_NUMBER = "+999000000001"


@unittest.skipUnless(shutil.which("gnokii"), "gnokii-cli is missing")
class Gnokii(edge.Case):
    def setUp(self):
        super().setUp()
        self.served = self.serve("--profile", "HL7800-4.7.1.0")
        self.served.ctl("wait", "modem.registered=true", "--timeout", "1m")
        self.config = self.path("config")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("[global]\nport = %s\nmodel = AT\nconnection = serial\n"
                       "serial_baudrate = 115200\nuse_locking = no\n" % self.served.tty)

    def gnokii(self, *words, said=""):
        done = subprocess.run(["gnokii", "--config", self.config, *words], input=said,
                              env={**os.environ, "HOME": self.folder, "LC_ALL": "C"},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=edge.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_it_identifies_the_module_and_its_network(self):
        said = self.gnokii("--identify")
        self.assertRegex(said, r"IMEI +: \d{15}")
        self.assertRegex(said, r"Manufacturer +: Sierra Wireless")
        self.assertRegex(said, r"Model +: HL7800")
        self.assertRegex(said, r"Revision +: HL7800\.4\.7\.1\.0")
        self.assertRegex(self.gnokii("--getnetworkinfo"), r"Network code +: 001 01")
        self.assertRegex(self.gnokii("--getdatetime"), r"Date: 2024/10/01")

    def test_a_message_to_itself(self):
        self.assertIn("Send succeeded", self.gnokii("--sendsms", OWN_NUMBER, said="Hello gnokii"))
        self.assertEqual(self.served.ctl("sms_receive", "from=+4912345",
                                         "text=Guten Tag").returncode, 0)
        said = self.gnokii("--getsms", "SM", "1", "end")
        self.assertIn("Hello gnokii", said)
        self.assertIn("Sender: " + OWN_NUMBER, said)
        self.assertIn("Guten Tag", said)
        self.gnokii("--deletesms", "SM", "1")
        self.assertRegex(self.gnokii("--showsmsfolderstatus"), r"SIM card +SM +1\n")

    def test_the_telephone_book_of_the_card(self):
        said = self.gnokii("--writephonebook", "--overwrite",
                           said="Ada;+4912345;SM;3;5\nGrace;5551;SM;4;5\n")
        self.assertNotIn("failed", said)
        said = self.gnokii("--getphonebook", "SM", "1", "5", "--raw")
        self.assertIn("Ada;+4912345;SM;3", said)
        self.assertIn("Grace;5551;SM;4", said)


if __name__ == "__main__":
    edge.main()
