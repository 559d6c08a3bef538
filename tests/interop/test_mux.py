#!/usr/bin/env python3
"""A multiplexer client that knows the specification only, and a served module (AT+CMUX)."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import edge
import mux_client

ACK, NAK, EOT, STX = b"\x06", b"\x15", b"\x04", b"\x02"
SIZE = 50003
FASTER = ("install_time=1s", "boot_deaf=200ms", "boot_cereg=200ms", "boot_ksup=300ms")


def block(number, payload):
    payload = payload.ljust(1024, b"\x1a")
    return STX + bytes([number % 256, 255 - number % 256]) + payload + bytes([sum(payload) % 256])


class Multiplexed(edge.Case):
    def modem(self, *words):
        served = self.serve(*words, *(word for figure in FASTER
                                      for word in ("--set", "modem.set." + figure)))
        terminal = edge.Terminal(served.tty)
        self.addCleanup(lambda: terminal.fd is None or terminal.close())
        terminal.until("+KSUP: 0")
        terminal.send("ATE0")
        terminal.until("OK")
        return served, terminal

    def multiplexed(self, *words, size=31):
        served, terminal = self.modem(*words)
        terminal.send("AT+CMUX=0,0,5,%d" % size)
        terminal.until("OK")
        mux = mux_client.Mux(terminal.fd, size)
        mux.open(0)
        return served, terminal, mux

    def test_two_channels_answer_for_themselves(self):
        _, _, mux = self.multiplexed()
        mux.open(1)
        mux.open(2)
        mux.put(1, b"ATE0+CGMM\r")
        mux.put(2, b"ATE0;+CGMI\r")
        self.assertTrue(mux.until(1, b"OK\r\n").endswith(b"\r\nHL7800\r\n\r\nOK\r\n"))
        self.assertTrue(mux.until(2, b"OK\r\n").endswith(b"\r\nSierra Wireless\r\n\r\nOK\r\n"))

    def test_a_package_comes_by_one_channel_while_the_other_asks(self):
        package = self.path("package.ua")
        self.expect(0, "package", "build", "--from", "4.6.8.0", "--to", "4.6.9.4",
                    "--size", str(SIZE), "-o", package)
        with open(package, "rb") as file:
            content = file.read()
        _, _, mux = self.multiplexed(size=1400)
        mux.open(1)
        mux.open(2)
        mux.command(1, b"ATE0")
        mux.command(2, b"ATE0+CMEE=1;+WDSI=4479")
        mux.put(2, b"AT+WDSD=%d\r" % len(content))
        self.assertEqual(mux.get(2, 1), NAK)
        for number, start in enumerate(range(0, len(content), 1024), 1):
            mux.put(2, block(number, content[start:start + 1024]))
            mux.put(1, b"AT+CGMM\r")
            self.assertEqual(mux.get(2, 1), ACK)
            self.assertEqual(mux.until(1, b"OK\r\n"), b"\r\nHL7800\r\n\r\nOK\r\n")
        mux.put(2, EOT)
        self.assertEqual(mux.get(2, 1), ACK)
        mux.until(2, b"\r\nOK\r\n")
        # Both hear of it; the one that agrees is not the one that sent it.
        mux.until(1, b"\r\n+WDSI: 3\r\n")
        mux.until(2, b"\r\n+WDSI: 3\r\n")
        mux.command(1, b"AT+WDSR=4")
        mux.until(1, b"\r\n+WDSI: 14\r\n")

    def test_closing_down_gives_the_line_back(self):
        _, terminal, mux = self.multiplexed()
        mux.open(1)
        mux.message(mux_client.TEST, b"\x01\x02\xf9")
        mux.wait(lambda: (mux_client.TEST, False, b"\x01\x02\xf9") in mux.messages, "the echo")
        mux.message(mux_client.CLD)
        mux.wait(lambda: (mux_client.CLD, False, b"") in mux.messages, "the farewell")
        terminal.send("AT")
        terminal.until("OK")
        terminal.send("AT+CMUX=0")
        terminal.until("OK")
        again = mux_client.Mux(terminal.fd)
        again.open(0)
        again.open(4)
        self.assertIn(b"OK", again.command(4, b"AT"))

    def test_noise_between_frames_costs_nothing(self):
        _, _, mux = self.multiplexed()
        mux.open(1)
        mux.command(1, b"ATE0")
        good = mux_client.frame(1, mux_client.UIH, b"AT+CGMM\r")
        for noise in (b"RDY\r\n", b"\xf9\xf9\xf9", good[:-3], good[:5],
                      b"\xf9\x05\xef\xfe\xff" + b"z" * 50, good[:-2] + b"\x00\xf9"):
            mux.write(noise + good)
            self.assertEqual(mux.until(1, b"OK\r\n"), b"\r\nHL7800\r\n\r\nOK\r\n")

    def test_a_host_that_lets_go_finds_commands_again(self):
        served, terminal, mux = self.multiplexed()
        mux.open(1)
        terminal.close()
        terminal.fd = None
        while json.loads(served.ctl("status").stdout)["ports"][0]["hosts"]:
            pass
        again = edge.Terminal(served.tty)
        self.addCleanup(again.close)
        again.send("AT")
        again.until("OK")


if __name__ == "__main__":
    edge.main()
