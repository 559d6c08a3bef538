#!/usr/bin/env python3
"""Captures of all scenarios, read by tshark and capinfos with no options that would help them.

Whatever is in a capture is decrypted, well-formed and right in its checksums, and TCP is found at
fault only where the radio lost something.
"""

import concurrent.futures
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

# Columns of a packet, as tshark names them.
NUMBER, SIDE, PROTOCOLS = "frame.number", "frame.interface_name", "frame.protocols"
COMMENT = "frame.comment"
SUMS = ("ip.checksum.status", "udp.checksum.status", "tcp.checksum.status")
RECORD, ERRORS = "dtls.record.content_type", "_ws.expert.severity"
COAP_CODE, COAP_TYPE, COAP_PATH = "coap.code", "coap.type", "coap.opt.uri_path_recon"
HTTP_METHOD, HTTP_CODE = "http.request.method", "http.response.code"
# What Wireshark finds in streams that lost something, or that lie.
FAULTS = tuple("tcp.analysis." + name for name in (
    "lost_segment", "ack_lost_segment", "out_of_order", "retransmission", "duplicate_ack",
    "spurious_retransmission", "fast_retransmission", "window_full", "zero_window", "keep_alive"))
FIELDS = (NUMBER, SIDE, PROTOCOLS, COMMENT, RECORD, ERRORS, COAP_CODE, COAP_TYPE, COAP_PATH,
          HTTP_METHOD, HTTP_CODE) + SUMS + FAULTS

BAD_SUM = "0"
APPLICATION_DATA = "23"
SEVERITY_ERROR = 8388608
LARGE = 10000000
METHODS = {"1": "GET", "2": "POST", "3": "PUT", "4": "DELETE"}


def packets(path):
    """All packets of a capture, each a dictionary of FIELDS."""
    command = ["tshark", "-n", "-r", path, "-T", "fields"]
    for layer in ("ip", "udp", "tcp"):
        command += ["-o", layer + ".check_checksum:TRUE"]
    if os.path.getsize(path) > LARGE:
        # A package that drips in for hours: putting it together again takes tshark minutes.
        # Without HTTP others would guess at the bytes.
        command += ["--disable-protocol", "http", "--disable-heuristic", "thrift_tcp"]
    for field in FIELDS:
        command += ["-e", field]
    # The largest captures take a busy machine minutes.
    result = subprocess.run(command, capture_output=True, text=True, timeout=8 * edge.PATIENCE,
                            check=True)
    return [dict(zip(FIELDS, line.split("\t"))) for line in result.stdout.splitlines()]


def capinfos(*paths):
    return subprocess.run(["capinfos", *paths], capture_output=True, text=True,
                          timeout=edge.PATIENCE, check=True).stdout


def is_lossy(path):
    """Whether anything was lost, between the two sides or before a host that is silent, as the
    trace of the same run tells."""
    with open(path.replace(".pcapng", ".trace.jsonl"), encoding="utf-8") as trace:
        said = trace.read()
    return '"passed":0' in said or re.search(r'"net\.drop".*"protocol":"tcp"', said) is not None


def faults(capture, lossy):
    """What is wrong with a capture, in words."""
    for packet in capture:
        found = []
        if "malformed" in packet[PROTOCOLS]:
            found.append("malformed")
        if BAD_SUM in (packet[name] for name in SUMS):
            found.append("a wrong checksum")
        # A package server that lies about its lengths is found out, as it should be.
        if "http" not in packet[PROTOCOLS] and any(
                int(word) >= SEVERITY_ERROR for word in packet[ERRORS].split(",") if word):
            found.append("an error")
        if not lossy:
            found += [name for name in FAULTS if packet[name]]
            if packet[RECORD] == APPLICATION_DATA and "coap" not in packet[PROTOCOLS]:
                found.append("not decrypted")
        if found:
            yield "packet %s (%s): %s" % (packet[NUMBER], packet[PROTOCOLS], ", ".join(found))


def exchange(capture, side):
    """Requests, and answers of HTTP, in the order in which one side saw them."""
    words = []
    for packet in capture:
        if packet[SIDE] != side:
            continue
        if packet[COAP_CODE] in METHODS:
            words.append(METHODS[packet[COAP_CODE]] + " " + packet[COAP_PATH])
        elif packet[COAP_TYPE] == "0" and packet[COAP_CODE] == "69":
            words.append("NOTIFY " + packet[COAP_PATH])
        elif packet[HTTP_METHOD]:
            words.append(packet[HTTP_METHOD])
        elif packet[HTTP_CODE]:
            words.append(packet[HTTP_CODE])
    return words


class Captures(edge.Case):
    def capture(self, scenario, *words):
        path = self.path("capture.pcapng")
        self.expect(0, "run", os.path.join(edge.SCENARIOS, scenario), "--pcap", path, *words)
        return path

    def assert_in_order(self, words, wanted):
        rest = iter(words)
        for word in wanted:
            self.assertTrue(any(found.startswith(word) for found in rest),
                            word + " does not come in its place in " + repr(words))

    def test_every_scenario(self):
        jobs = os.cpu_count() or 1
        edge.call("run", edge.SCENARIOS, "-j", str(jobs), "--out", self.folder)
        paths = sorted(glob.glob(self.path("*.pcapng")))
        self.assertEqual(len(paths), len(glob.glob(self.path("*.trace.jsonl"))))
        self.assertGreater(len(paths), 100)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            captures = list(pool.map(packets, paths))
        found = [os.path.basename(path) + ": " + fault
                 for path, capture in zip(paths, captures)
                 for fault in faults(capture, is_lossy(path))]
        self.assertGreater(sum(not is_lossy(path) for path in paths), 50)
        self.assertEqual(found, [])
        self.assertGreater(sum("lwm2mtlv" in packet[PROTOCOLS]
                               for capture in captures for packet in capture), 1000)
        said = capinfos(*paths)
        self.assertEqual(said.count("Strict time order:   True"), len(paths))
        self.assertEqual(said.count("File encapsulation:  Raw IP\n"), len(paths))
        self.assertEqual(said.count("Number of interfaces in file: 2"), len(paths))

    def test_an_update_in_order(self):
        capture = packets(self.capture("fota/update-with-agreements.json"))
        for side in ("modem", "public"):
            self.assert_in_order(exchange(capture, side), (
                "POST /rd", "GET /3/0", "GET /5/0/3", "PUT /5/0/1", "NOTIFY /5/0/3", "HEAD", "200",
                "GET", "200", "POST /5/0/2", "POST /rd", "GET /3/0", "DELETE /rd/"))
        comments = [packet[COMMENT] for packet in capture if packet[SIDE] == "modem"]
        self.assert_in_order(comments, ("modem:0: +WDSI: 6", "modem:0: +WDSI: 23,1",
                                        "modem:0: +WDSI: 9,", "modem:0: +WDSI: 18,1",
                                        "modem:0: +WDSI: 18,100", "modem:0: +WDSI: 3",
                                        "modem:0: +WDSI: 6", "modem:0: +WDSI: 8"))
        self.assertFalse(any("WDSI" in packet[COMMENT] for packet in capture
                             if packet[SIDE] == "public"))

    def test_a_download_goes_on_where_it_was(self):
        capture = packets(self.capture("fota/power-cut-mid-download.json"))
        self.assert_in_order(exchange(capture, "modem"), (
            "PUT /5/0/1", "HEAD", "200", "GET", "206", "POST /5/0/2", "POST /rd"))

    def test_a_bootstrap_in_order(self):
        capture = packets(self.capture("basic/first-connection.json"))
        for side in ("modem", "public"):
            self.assert_in_order(exchange(capture, side), (
                "POST /bs", "DELETE /", "PUT /0/", "POST /bs", "POST /rd"))
        written = [packet for packet in capture if packet[COAP_CODE] == "3"]
        self.assertTrue(written)
        for packet in written:
            self.assertIn("lwm2mtlv", packet[PROTOCOLS])

    def test_without_security(self):
        capture = packets(self.capture("fota/update-small-package.json",
                                       "--set", "airvantage.security=none"))
        self.assertFalse(any("dtls" in packet[PROTOCOLS] for packet in capture))
        self.assert_in_order(exchange(capture, "public"), ("POST /rd", "PUT /5/0/1", "DELETE"))

    def test_losses_are_on_one_side_and_are_named(self):
        capture = packets(self.capture("fota/update-small-package.json", "--set",
                                       "network.loss=0.2", "--seed", "5"))
        self.assertTrue(any(packet[COMMENT] == "lost: loss" for packet in capture))
        self.assertTrue(any(packet["tcp.analysis.retransmission"] for packet in capture))
        self.assertEqual(list(faults(capture, True)), [])

    def test_the_head_names_the_run(self):
        said = capinfos(self.capture("fota/update-small-package.json", "--seed", "42"))
        for line in ("Capture hardware:    HL7800-1.6.3\n", "Capture application: hl78sim ",
                     "Capture comment:     The small package of section 6.5, seed 42\n",
                     "nanoseconds (9)", "Name = modem\n", "Name = public\n"):
            self.assertIn(line, said)

    def test_the_same_run_gives_the_same_bytes(self):
        scenario = os.path.join(edge.SCENARIOS, "fota", "update-with-agreements.json")
        whole = [subprocess.run([edge.program(), "run", scenario, "--pcap", "-"],
                                capture_output=True, timeout=edge.PATIENCE, check=True)
                 for _ in range(2)]
        self.assertEqual(whole[0].stdout, whole[1].stdout)
        self.assertEqual(whole[0].stdout[:4], b"\n\r\r\n")
        self.assertIn(b"PASS", whole[0].stderr)

    def test_a_served_modem_is_seen_at_once(self):
        path = self.path("served.pcapng")
        served = self.serve("--pcap", path)
        port = edge.Terminal(served.tty)
        self.addCleanup(port.close)
        port.send("AT+WDSI=4479")
        port.until("OK")
        port.send("AT+WDSS=1,1")
        port.until("+WDSI: 23,1")
        port.send("AT")
        port.until("OK")
        seen = exchange(packets(path), "modem")
        self.assertIn("POST /rd", seen)
        served.stop(15)
        self.assertIn("Strict time order:   True", capinfos(path))

    def test_what_cannot_be(self):
        scenario = os.path.join(edge.SCENARIOS, "basic", "known-device.json")
        self.assertIn("--out DIR", self.expect(2, "run", edge.SCENARIOS, "--pcap", "x"))
        self.assertIn("real modem", self.expect(2, "run", scenario, "--pcap", "x",
                                                "--modem", "/dev/ttyNONE9"))
        self.assertIn("only one output",
                      self.expect(2, "run", scenario, "--pcap", "-", "--trace", "-"))
        self.assertIn("cannot be written",
                      self.expect(6, "run", scenario, "--pcap", self.path("no/folder")))


if __name__ == "__main__":
    edge.main()
