#!/usr/bin/env python3
"""The control socket: ctl wait, ctl events, status; and clients that behave badly."""

import json
import os
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge


class Raw:
    """A client of the control socket that may say anything."""

    def __init__(self, case, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(edge.PATIENCE)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")
        case.addCleanup(self.close)

    def close(self):
        self.file.close()
        self.socket.close()

    def say(self, data):
        self.socket.sendall(data)

    def reply(self):
        return json.loads(self.file.readline())

    def ask(self, data):
        self.say(data)
        return self.reply()


class Control(edge.Case):
    def raw(self, served):
        return Raw(self, served.control)

    def start_ctl(self, served, *words):
        """A ctl that goes on by itself."""
        process = subprocess.Popen(
            [edge.program(), "ctl", "--control", served.control, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def is_alive(self, served):
        self.assertEqual(served.ctl("status").returncode, 0)


class Status(Control):
    def test_one_of_many_is_asked_about(self):
        served = self.serve("--count", "3", tty=self.path("m%d"))
        for words, number in (((), 0), (("modem=2",), 2)):
            status = json.loads(served.ctl("status", *words).stdout)
            self.assertEqual(status["modem"], number)
            self.assertEqual([port["path"] for port in status["ports"]],
                             [self.path("m{}{}".format(number, end)) for end in ("", ".usb")])
        refused = served.ctl("status", "modem=3")
        self.assertEqual(refused.returncode, 1)

    def test_airvantage_is_asked_about_the_modem_in_question(self):
        served = self.serve("--count", "3", tty=self.path("m%d"))
        self.assertEqual(served.ctl("system_delete", "modem=2").returncode, 0)
        for number, system in ((0, "registered"), (1, "registered"), (2, "unknown")):
            modem = "modem={}".format(number)
            state = json.loads(served.ctl("status", modem).stdout)["state"]
            self.assertEqual(state["airvantage.system"], system)
            self.assertEqual(served.ctl("wait", "airvantage.system=" + system, modem).returncode, 0)
        waiting = served.ctl("wait", "airvantage.system=unknown", "modem=1", "--timeout", "100ms")
        self.assertEqual(waiting.returncode, 1)

    def test_an_operation_is_asked_for_by_its_id(self):
        name = 26 * "x"
        scenario = self.path("long.json")
        with open(scenario, "w", encoding="ascii") as file:
            json.dump({"name": "long", "airvantage": {
                "system": "registered",
                "packages": [{"id": "p", "from": "4.6.8.0", "to": "4.7.1.0", "size": 5000}],
                "operations": [{"at": "1h", "upgrade": "p", "id": name}]}}, file)
        served = self.serve("--count", "2", "--scenario", scenario, tty=self.path("m%d"))
        path = "airvantage.operation."
        for words in ((path + name + "=none",), (path + "later=none",),
                      (path + "later=none", "modem=1")):
            taken = served.ctl("wait", *words)
            self.assertEqual(taken.returncode, 0, taken.stdout)
        created = served.ctl("operation_create", "id=later", "upgrade=p", "modem=1")
        self.assertEqual(created.returncode, 0, created.stdout)
        self.assertEqual(served.ctl("wait", path + "later=in_progress", "modem=1").returncode, 0)
        # The longest id that there can be leaves no room for the number of another modem.
        refused = served.ctl("wait", path + name + "=none", "modem=1")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("too long a path for modem 1", refused.stdout)


class Portal(Control):
    def test_keys_and_gateway_are_changed_once(self):
        served = self.serve()
        steps = (
            (["credentials_invalidate"], 1),  # a new module has none for the DM server
            (["credentials_invalidate", "which=bootstrap"], 0),
            (["credentials_invalidate", "which=bootstrap"], 1),
            (["credentials_invalidate", "which=http"], 1),
            (["gateway_change"], 1),
            (["gateway_restore"], 1),
            (["gateway_change", "serial=123455"], 0),
            (["wait", "airvantage.system=registered"], 0),
            (["gateway_change", "imei=350000000000009"], 0),
            (["wait", "airvantage.system=unknown"], 0),
            (["gateway_restore"], 0),
            (["gateway_restore"], 1),
            (["wait", "airvantage.system=registered"], 0),
        )
        for words, code in steps:
            result = served.ctl(*words)
            self.assertEqual(result.returncode, code, (words, result.stdout, result.stderr))


class Wait(Control):
    def test_waits_for_what_comes(self):
        served = self.serve("--time", "x60")
        for words in (["urc=+KSUP: *"], ['{"urc": "+KSUP: 0"}'], ["event=modem.boot", "step=ready"],
                      ["action=reset"]):
            waiting = self.raw(served)
            # The request is taken before the reset is.
            request = {"do": "wait", "matcher": json.loads(words[0])} if words[0][0] == "{" else \
                {"do": "wait", "matcher": dict(word.split("=", 1) for word in words)}
            waiting.say(json.dumps(request).encode() + b"\n")
            served.ctl("reset")
            reply = waiting.reply()
            self.assertTrue(reply["ok"], reply)
            self.assertIn("event", reply["event"])

    def test_ctl_shows_the_event(self):
        served = self.serve("--time", "x60")
        events = self.start_ctl(served, "events", "event=power")
        waiting = self.start_ctl(served, "wait", "urc=+KSUP: *", "--timeout", "60s")
        boots = 1
        # Struck again until ctl has come up and heard it.
        while waiting.poll() is None:
            boots += 1
            self.assertEqual(served.ctl("reset").returncode, 0)
            self.assertEqual(served.ctl("wait", "modem.boots=%d" % boots).returncode, 0)
        self.assertEqual(waiting.returncode, 0)
        event = json.loads(waiting.stdout.readline())
        self.assertEqual((event["event"], event["line"]), ("urc", "+KSUP: 0"))
        self.assertIsNone(events.poll())

    def test_a_state_that_holds_already_ends_the_wait(self):
        served = self.serve()
        for words in (["modem.registered=true"], ["modem.boots=1"], ["modem.firmware=4.6.8.0"],
                      ['{"state": {"modem.boots": {"min": 1}}}'], ["modem.session=closed", "modem=0"]):
            result = served.ctl("wait", *words)
            self.assertEqual(result.returncode, 0, result.stdout)
        self.assertEqual(json.loads(result.stdout)["state"], {"modem.session": "closed"})

    def test_a_state_that_comes_ends_the_wait(self):
        served = self.serve("--time", "x60")
        waiting = self.raw(served)
        waiting.say(b'{"do":"wait","matcher":{"state":{"modem.boots":2}}}\n')
        self.assertEqual(served.ctl("power_cut", "for=2s").returncode, 0)
        self.assertEqual(waiting.reply()["state"], {"modem.boots": 2})

    def test_operations_and_servers_are_acted_upon(self):
        served = self.serve()
        for words in (("operation_create", "kind=settings", "polling=2h", "start=1h"),
                      ("operation_create", "kind=sync", "system=all", "id=look"),
                      ("operation_cancel", "id=1"), ("operation_cancel",),
                      ("server_down", "which=dm", "mode=refuse", "for=1m"),
                      ("server_answer", "code=5.00", "count=2"),
                      ("system_lifecycle", "state=suspended")):
            result = served.ctl(*words)
            self.assertEqual(result.returncode, 0, (words, result.stderr))
        for words in (("operation_cancel",), ("server_answer", "code=own"),
                      ("operation_create", "kind=settings"),
                      ("operation_create", "kind=sync", "system=351234567890129")):
            self.assertEqual(served.ctl(*words).returncode, 1, words)
        state = json.loads(served.ctl("status").stdout)["state"]
        self.assertEqual(state["airvantage.operation"], "cancelled")
        self.assertEqual(state["airvantage.lifecycle"], "suspended")
        self.assertEqual(state["airvantage.tasks.cancelled"], 1)

    def test_lines_are_waited_for(self):
        served = self.serve()
        waiting = self.raw(served)
        waiting.say(b'{"do":"wait","matcher":{"line":"dtr=0"}}\n')
        self.assertEqual(served.ctl("line", "dtr=0").returncode, 0)
        self.assertEqual(waiting.reply()["event"]["level"], 0)
        result = served.ctl("line", "dtr=0")
        self.assertEqual(result.returncode, 1)
        self.assertIn("nothing changed", result.stdout)
        ports = json.loads(served.ctl("status").stdout)["ports"]
        self.assertEqual(ports[0]["lines"], {"dtr": 0, "rts": 1, "cts": 1, "dsr": 1, "dcd": 0,
                                             "ri": 0})
        self.assertEqual(ports[0]["speed"], 115200)

    def test_the_time_is_over(self):
        served = self.serve()
        result = served.ctl("wait", "urc=+NEVER", "--timeout", "50ms")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no answer within 50 ms", result.stdout)
        self.is_alive(served)

    def test_the_end_of_the_modem_ends_the_wait(self):
        served = self.serve()
        raw = self.raw(served)
        raw.say(b'{"do":"wait","matcher":{"urc":"+NEVER"}}\n')
        self.is_alive(served)
        self.assertEqual(served.stop(signal.SIGTERM), 0)
        self.assertEqual(raw.file.readline(), b"")

    def test_what_is_no_matcher_says_why(self):
        served = self.serve()
        for words, why in (([], "\"matcher\" is missing"),
                           (["uurc=x"], "did you mean \"urc\"?"),
                           (["line=dtr"], "line: expected a line and its level"),
                           (["modem.colour=red"], "modem.colour"),
                           (["host.result=updated"], "cannot be read here"),
                           (["urc=x", "modem=7"], "modem: expected"),
                           (["progress=101"], "progress: expected")):
            result = served.ctl("wait", *words)
            self.assertEqual(result.returncode, 1, words)
            self.assertIn(why, result.stdout)
        for words in (["{"], ["urc"], ["urc=x", "urc=y"]):
            self.assertEqual(served.ctl("wait", *words).returncode, 2, words)


class Events(Control):
    def test_events_are_lines_of_the_trace(self):
        served = self.serve("--time", "x60")
        listening = self.raw(served)
        self.assertEqual(listening.ask(b'{"do":"events"}\n'), {"ok": True})
        self.assertEqual(served.ctl("reset").returncode, 0)
        kinds, last = [], 0
        while "urc" not in kinds:
            event = listening.reply()
            self.assertGreater(event["id"], last)
            last = event["id"]
            kinds.append(event["event"])
        self.assertEqual(kinds[0], "modem.boot")
        self.assertIn("action", kinds)

    def test_a_matcher_chooses_among_them(self):
        served = self.serve("--time", "x60")
        listening = self.raw(served)
        listening.ask(b'{"do":"events","matcher":{"urc":"*"},"modem":0}\n')
        for _ in range(2):
            self.assertEqual(served.ctl("reset").returncode, 0)
            self.assertEqual(listening.reply()["event"], "urc")
        reply = self.raw(served).ask(b'{"do":"events","matcher":{"state":{"modem.boots":2}}}\n')
        self.assertIn("wait for it", reply["error"])

    def test_ctl_streams_until_its_time_is_over(self):
        served = self.serve("--time", "x60")
        result = served.ctl("events", "--timeout", "300ms")
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_ctl_streams_until_the_modem_ends(self):
        served = self.serve("--time", "x60")
        listening = self.start_ctl(served, "events", "event=power")
        line = None
        while line is None:
            self.assertEqual(served.ctl("power_cut", "for=1s").returncode, 0)
            self.assertEqual(served.ctl("wait", "modem.powered=true").returncode, 0)
            if listening.poll() is None:
                line = listening.stdout.readline()
        self.assertEqual(json.loads(line)["event"], "power")
        self.assertEqual(served.stop(signal.SIGTERM), 0)
        self.assertEqual(listening.wait(edge.PATIENCE), 0)

    def test_a_listener_that_does_not_read_stops_nobody(self):
        served = self.serve("--time", "x60")
        hung = self.raw(served)
        hung.ask(b'{"do":"events"}\n')
        # Far more than sockets keep; the world goes on and others are answered.
        host = edge.Terminal(served.tty)
        self.addCleanup(host.close)
        host.until("+KSUP: 0")
        for _ in range(40):
            for _ in range(100):
                host.send("AT+CLAC")
                host.until("OK")
            self.is_alive(served)
        lines = hung.file.read().splitlines()
        self.assertEqual(json.loads(lines[-1]),
                         {"ok": False, "error": "too slow: lines were lost"})
        for line in lines:
            json.loads(line)


class BadClients(Control):
    def test_garbage_is_answered_and_the_next_request_too(self):
        served = self.serve()
        raw = self.raw(served)
        for data in (b"hello\n", b"{\n", b"[]\n", b"{}\n", b"{\"do\":5}\n", b"{\"do\":\"reset\"} x\n",
                     b"\xff\xfe\xfd\n", b"{\"do\":\"status\",\"x\":1}\n", b"null\n", b"[" * 4000 + b"\n",
                     b'{"do":"wait","matcher":7}\n', b'{"do":"events","x":1}\n',
                     b'{"do":"wait","matcher":{"urc":"x"},"modem":-1}\n'):
            reply = raw.ask(data)
            self.assertFalse(reply["ok"], data)
            self.assertTrue(reply["error"], data)
        self.assertTrue(raw.ask(b'{"do":"status"}\n')["ok"])

    def test_a_line_that_is_too_long_ends_the_client_alone(self):
        served = self.serve()
        raw = self.raw(served)
        raw.say(b"x" * 5000)
        self.assertIn("4096", raw.reply()["error"])
        self.assertEqual(raw.file.read(), b"")
        self.is_alive(served)

    def test_a_nul_ends_the_client_alone(self):
        served = self.serve()
        raw = self.raw(served)
        raw.say(b'{"do":\x00"status"}\n')
        self.assertFalse(raw.reply()["ok"])
        self.is_alive(served)

    def test_half_a_line_is_waited_for(self):
        served = self.serve()
        raw = self.raw(served)
        raw.say(b'{"do":"sta')
        self.is_alive(served)
        self.assertTrue(raw.ask(b'tus"}\n')["ok"])

    def test_clients_that_vanish_leave_nothing(self):
        served = self.serve()
        for data in (b"", b'{"do":', b'{"do":"events"}\n', b'{"do":"status"}\n' * 200,
                     b'{"do":"wait","matcher":{"urc":"+NEVER"}}\n'):
            for _ in range(100):
                raw = socket.socket(socket.AF_UNIX)
                raw.connect(served.control)
                raw.sendall(data)
                raw.close()
        self.is_alive(served)

    def test_one_request_at_a_time_while_it_waits(self):
        served = self.serve()
        raw = self.raw(served)
        raw.say(b'{"do":"wait","matcher":{"action":"reset"}}\n')
        self.assertIn("open another one", raw.ask(b'{"do":"status"}\n')["error"])
        self.assertEqual(served.ctl("reset").returncode, 0)
        self.assertTrue(raw.reply()["ok"])
        self.assertTrue(raw.ask(b'{"do":"status"}\n')["ok"])

    def test_ctl_without_an_action_names_them(self):
        said = self.expect(2, "ctl", "--control", self.path("nobody"))
        for name in ("status", "wait", "events", "power_cut", "line", "firmware_set"):
            self.assertIn(name, said)


if __name__ == "__main__":
    edge.main()
