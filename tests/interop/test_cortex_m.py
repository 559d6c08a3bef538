#!/usr/bin/env python3
"""A Cortex-M board that embeds the engine, under QEMU, updates the modem on its UART.

usage: test_cortex_m.py HL78SIM QEMU IMAGE [TEST...]
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

UPDATE = os.path.join(edge.INTEROP, "update-board.json")
FOREIGN = os.path.join(edge.INTEROP, "update-foreign-host.json")

qemu, image = (os.path.abspath(sys.argv.pop(2)) for _ in range(2))


def board(*uart):
    """The command that runs the board; UART 0 is nobody, UART 1 the modem."""
    return [qemu, "-M", "mps2-an385", "-kernel", image, "-display", "none", "-monitor", "none",
            "-semihosting-config", "enable=on,target=native", "-serial", "null", *uart]


PTY = board("-chardev", "serial,id=modem,path={tty}", "-serial", "chardev:modem")
TCP = board("-serial", "tcp:{tcp}")


class CortexM(edge.Case):
    def test_updates_over_a_pty(self):
        said = self.expect(0, "run", UPDATE, "--port", "pty", "--time", "x60", "--timeout", "90s",
                           "--", *PTY)
        self.assertIn("PASS", said)

    def test_updates_over_tcp(self):
        said = self.expect(0, "run", UPDATE, "--port", "tcp:0", "--time", "x60", "--timeout",
                           "90s", "--", *TCP)
        self.assertIn("PASS", said)

    def test_its_status_says_that_the_wanted_version_runs(self):
        self.expect(0, "run", FOREIGN, "--port", "tcp:0", "--time", "x60", "--timeout", "90s",
                    "--", *TCP)

    def test_its_status_says_that_another_version_runs(self):
        # The board wants 4.6.8.0 and gets something else.
        said = self.expect(1, "run", FOREIGN, "--port", "pty", "--time", "x60", "--timeout",
                           "90s", "--set", "airvantage.packages.0.to=4.7.1.0",
                           "--", *PTY)
        self.assertIn("exit status", said)

    def test_updates_a_served_modem(self):
        served = self.serve("--scenario", UPDATE, "--port", "tcp:0", "--time", "x60")
        host = [word.replace("{tcp}", served.ready["ports"][0].removeprefix("tcp:"))
                for word in TCP]
        with subprocess.Popen(host, stdin=subprocess.DEVNULL) as running:
            said = served.ctl("wait", "airvantage.operation=success", "--timeout", "90s")
            self.assertEqual(said.returncode, 0, said.stdout)
            said = served.ctl("wait", "modem.firmware=4.6.8.0", "--timeout", "1s")
            self.assertEqual(said.returncode, 0, said.stdout)
            self.assertEqual(running.wait(edge.PATIENCE), 0)


if __name__ == "__main__":
    edge.main()
