#!/usr/bin/env python3
"""One scenario, judged in memory, on a pseudo terminal, and as if the modem were a real one on a
serial port: the same verdict, and the same dialogue on the wire.

A dialogue is compared without its times, and without what depends on them: the host's probes while
the module starts or searches a network, and the two lines that come by themselves meanwhile. After
the installation it is up to the clock too whether the host asks for the version before +WDSI: 16 or
after it or both, since module and host keep different times (x60 and real): from there on events
and questions are compared apart, and a question that is asked again counts once.
"""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

LINE = re.compile(r"\s*[0-9.]+  ([><*!=]) (.*)")
PROBES = {"AT", "AT+CEREG?", "AT+CREG?"}
BY_THE_CLOCK = {"+KSUP: 0", "+WDSI: 0", "AT", "OK"}


def dialogue(text):
    """What host and modem said to each other, normalised."""
    lines = []
    probing = False
    for raw in text.splitlines():
        match = LINE.fullmatch(raw)
        if not match:
            raise AssertionError("not a line of a transcript: " + raw)
        mark, said = match.groups()
        if mark == "!" and "queries" in said:
            break  # the judge asks from here on
        if mark == ">":
            probing = said in PROBES
        if mark in "!=" or (mark in "><" and probing) or (mark == "*" and said in BY_THE_CLOCK):
            continue
        lines.append(mark + " " + said)
    return apart(lines)


def apart(lines):
    """Up to the installation; then the events, and each question and answer once."""
    end = lines.index("* +WDSI: 14") if "* +WDSI: 14" in lines else len(lines)
    after = lines[end:]
    events = [line for line in after if line[0] == "*"]
    questions = list(dict.fromkeys(line for line in after if line[0] != "*"))
    return lines[:end] + events + questions


class ThreeWays(edge.Case):
    maxDiff = None

    def run_one(self, name, *words):
        transcript = self.path(name + ".transcript")
        self.expect(0, "run", self.scenario, "--transcript", transcript, *words)
        with open(transcript, encoding="utf-8") as file:
            return dialogue(file.read())

    def alike(self, *scenario):
        self.scenario = os.path.join(edge.SCENARIOS, *scenario)
        memory = self.run_one("memory")
        self.assertGreater(len(memory), 10)
        self.assertEqual(memory, self.run_one("pty", "--port", "pty", "--time", "x60"))
        served = self.serve("--scenario", self.scenario, "--time", "x60")
        self.assertEqual(memory, self.run_one("modem", "--modem", served.tty, "--allow-install"))

    def test_a_known_device(self):
        self.alike("basic", "known-device.json")

    def test_an_update_with_agreements(self):
        self.alike("fota", "update-with-agreements.json")

    def test_an_update_without_agreements(self):
        self.alike("fota", "update-without-agreements.json")

    def test_a_local_update(self):
        """A package is no text: neither is taken for commands and lines of the other."""
        self.alike("fota", "local-update.json")

    def test_a_failure_is_one_everywhere(self):
        scenario = os.path.join(edge.SCENARIOS, "fota", "update-with-agreements.json")
        wrong = ["run", scenario, "--set", "expect.0.order.5.urc=+WDSI: 9,1",
                 "--set", "ends.limit=8m"]
        self.assertIn("/expect/0", self.expect(4, *wrong))
        self.assertIn("/expect/0", self.expect(4, *wrong, "--port", "pty", "--time", "x60"))

    def test_what_cannot_be_seen_on_a_real_modem_is_skipped_and_strictly_fails(self):
        scenario = os.path.join(edge.SCENARIOS, "basic", "known-device.json")
        served = self.serve("--scenario", scenario, "--time", "x60")
        said = self.expect(0, "run", scenario, "--modem", served.tty)
        self.assertIn("airvantage.timeline cannot be read here", said)
        self.assertTrue(said.startswith("SKIP"), said)
        self.expect(1, "run", scenario, "--modem", served.tty, "--strict")


if __name__ == "__main__":
    edge.main()
