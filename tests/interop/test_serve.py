#!/usr/bin/env python3
"""hl78sim serve and hl78sim ctl, as a host and its lab see them."""

import json
import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge


class Serve(edge.Case):
    def terminal(self, served):
        terminal = edge.Terminal(served.tty)
        self.addCleanup(terminal.close)
        return terminal

    def status(self, served):
        result = served.ctl("status")
        self.assertEqual(result.returncode, 0, result.stdout)
        return json.loads(result.stdout)

    def test_a_new_module_is_up_and_registered(self):
        served = self.serve()
        self.assertEqual(served.ready["ports"], [served.tty, served.tty + ".usb"])
        self.assertEqual(served.ready["control"], served.control)
        self.assertEqual(served.ready["pid"], served.process.pid)
        terminal = self.terminal(served)
        terminal.until("+KSUP: 0")
        terminal.send("AT")
        terminal.until("OK")
        terminal.send("AT+CEREG?")
        self.assertIn("+CEREG: 0,1", terminal.until("OK"))
        state = self.status(served)["state"]
        self.assertEqual(state["airvantage.system"], "registered")
        self.assertEqual(state["modem.credentials"], "none")

    def test_a_module_has_as_many_ports_as_its_profile_says(self):
        served = self.serve("--set", "modem.set.port_roles=uart,data,at")
        self.assertEqual(served.ready["ports"],
                         [served.tty + end for end in ("", ".usb", ".usb2")])
        for path in served.ready["ports"]:
            terminal = edge.Terminal(path)
            self.addCleanup(terminal.close)
            terminal.until("+KSUP: 0")
            terminal.send("AT")
            terminal.until("OK")

    def test_both_ports_answer(self):
        served = self.serve("--time", "x60")
        for path in served.ready["ports"]:
            terminal = edge.Terminal(path)
            terminal.send("AT+CGMM")
            self.assertIn("HL7800", terminal.until("OK"))
            terminal.close()

    def test_a_power_cut_restarts_the_module(self):
        served = self.serve("--time", "x60")
        terminal = self.terminal(served)
        terminal.until("+KSUP: 0")
        self.assertEqual(served.ctl("power_cut", "for=2s").returncode, 0)
        terminal.until("+KSUP: 0")
        state = self.status(served)["state"]
        self.assertTrue(state["modem.powered"])
        self.assertEqual(state["modem.boots"], 2)

    def test_an_action_without_effect_has_not_struck(self):
        served = self.serve()
        result = served.ctl("network_back")
        self.assertEqual(result.returncode, 1)
        self.assertIn("nothing changed", result.stdout)
        self.assertEqual(served.ctl("network_lost").returncode, 0)
        self.assertEqual(served.ctl("network_back").returncode, 0)

    def test_requests_that_make_no_sense_say_why(self):
        served = self.serve()
        for words, why in ((["power_cutt"], "did you mean \"power_cut\""),
                           (["power_cut", "for=long"], "for: expected"),
                           (["power_cut", "modem=3"], "modem: expected"),
                           (["power_cut", "after=3s"], "after: only in scenarios"),
                           (["power_cut", "count=2"], "count: only in scenarios"),
                           (["http_answer", "count=0"], "count: expected"),
                           (["http_answer", "location=/a b"], "without blanks"),
                           (["latency"], "\"up\" is missing"),
                           (["operation_create", "upgrade=none"], "no package has the id"),
                           (["quirk_on", "name=x"], "unknown quirk")):
            result = served.ctl(*words)
            self.assertEqual(result.returncode, 1, words)
            self.assertIn(why, result.stdout)

    def test_an_operation_is_created_while_it_is_served(self):
        scenario = os.path.join(edge.SCENARIOS, "fota", "update-without-agreements.json")
        served = self.serve("--time", "x60", "--scenario", scenario)
        self.assertEqual(self.status(served)["state"]["modem.firmware"], "4.4.14.0")
        self.assertEqual(served.ctl("operation_create", "upgrade=to-4.6.8").returncode, 0)
        self.assertEqual(served.ctl("firmware_set", "to=4.6.8.0").returncode, 0)
        self.assertEqual(self.status(served)["state"]["modem.firmware"], "4.6.8.0")

    def test_the_package_server_fails_while_it_is_served(self):
        scenario = os.path.join(edge.SCENARIOS, "fota", "update-without-agreements.json")
        served = self.serve("--time", "x60", "--scenario", scenario)
        for words in (["http_answer", "code=503", "count=2"], ["http_answer"],
                      ["http_answer", "location=/to-4.6.8?x", "delay=1s", "request=get"]):
            self.assertEqual(served.ctl(*words).returncode, 0, words)

    def test_a_cold_start_takes_its_time(self):
        served = self.serve("--cold")
        self.assertEqual(self.status(served)["state"]["modem.boots"], 0)

    def test_everything_is_gone_after_a_signal(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            served = self.serve()
            self.assertTrue(os.path.islink(served.tty))
            self.assertEqual(served.stop(number), 0)
            self.assertEqual(os.listdir(self.folder), [])

    def test_a_link_stays_the_same_over_a_restart_of_serve(self):
        served = self.serve()
        served.kill()
        self.assertTrue(os.path.islink(served.tty))
        again = self.serve()
        terminal = self.terminal(again)
        terminal.send("AT")
        terminal.until("OK")

    def test_many_modems_are_served_by_one_process(self):
        served = self.serve("--count", "20", "--time", "x60", tty=self.path("m%d"))
        self.assertEqual(served.ready["ports"],
                         [self.path("m%d" % i) + port for i in range(20) for port in ("", ".usb")])
        numbers = set()
        for i in (0, 7, 19):
            terminal = edge.Terminal(self.path("m%d" % i))
            self.addCleanup(terminal.close)
            terminal.until("+KSUP: 0")
            terminal.send("AT+CGSN")
            numbers.add(tuple(terminal.until("OK")))
        self.assertEqual(len(numbers), 3)
        other = edge.Terminal(self.path("m6"))
        self.addCleanup(other.close)
        other.until("+KSUP: 0")
        self.assertEqual(served.ctl("power_cut", "for=2s", "modem=7").returncode, 0)
        edge.Terminal(self.path("m7")).until("+KSUP: 0")
        # The neighbour heard nothing of it.
        other.send("AT")
        self.assertEqual(other.until("OK"), ["AT", "OK"])
        result = served.ctl("power_cut", "modem=20")
        self.assertEqual(result.returncode, 1)
        self.assertIn("from 0 to 19", result.stdout)
        self.assertEqual(served.stop(signal.SIGTERM), 0)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_thousand_modems_are_up_soon(self):
        served = self.serve("--count", "1000", tty=self.path("m%d"))
        self.assertEqual(len(served.ready["ports"]), 2000)
        terminal = edge.Terminal(self.path("m999"))
        self.addCleanup(terminal.close)
        terminal.until("+KSUP: 0")
        terminal.send("AT")
        terminal.until("OK")
        status = json.loads(served.ctl("status", "modem=999").stdout)
        self.assertEqual([port["path"] for port in status["ports"]],
                         [self.path("m999"), self.path("m999.usb")])
        # What an idle modem takes, terminals and all; a thousand together make no noise.
        with open("/proc/%d/status" % served.process.pid, encoding="ascii") as file:
            memory = [int(line.split()[1]) for line in file if line.startswith("RssAnon")]
        self.assertLess(memory[0], 100 * 1000)

    def test_a_count_that_makes_no_sense_says_why(self):
        self.assertIn("1 to 1000", self.expect(2, "serve", "--count", "0"))
        self.assertIn("1 to 1000", self.expect(2, "serve", "--count", "1001"))
        self.expect(2, "serve", "--count", "many")
        self.assertIn("%d", self.expect(2, "serve", "--count", "2", "--pty", self.path("m")))
        self.assertIn("%d", self.expect(2, "serve", "--count", "2", "--pty", self.path("%d%d")))

    def test_too_few_open_files_are_said_before_anything_is_opened(self):
        text = self.expect_limited(6, 100, "serve", "--count", "100", "--pty", self.path("m%d"))
        self.assertIn("open files", text)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_further_modem_takes_little_memory(self):
        taken = []
        for count in (1, 101):
            served = self.serve("--count", str(count), tty=self.path("m%d"))
            with open("/proc/{}/maps".format(served.process.pid), encoding="ascii") as file:
                if "libasan" in file.read():
                    self.skipTest("the address sanitizer takes memory of its own")
            with open("/proc/{}/status".format(served.process.pid), encoding="ascii") as file:
                taken += [int(line.split()[1]) for line in file if line.startswith("RssAnon")]
            served.kill()
            os.remove(served.ready_file)
        self.assertLessEqual((taken[1] - taken[0]) * 1024 / 100, 64000)

    def test_a_figure_is_set_for_what_is_served(self):
        scenario = os.path.join(edge.SCENARIOS, "fota", "update-small-package.json")
        for place in ("modem.set.install_time=2s", "modem.set.boot_ksup=1s"):
            self.serve("--scenario", scenario, "--set", place).kill()
        self.assertIn("no_such", self.expect(2, "serve", "--scenario", scenario, "--set",
                                             "modem.set.no_such=2s"))

    def test_what_is_not_built_yet_is_refused_by_name(self):
        for words in (["--state", "here"],):
            self.assertIn("not supported yet", self.expect(2, "serve", *words))
        self.expect(2, "serve", "--time", "virtual")
        self.assertIn("real sockets",
                      self.expect(2, "serve", "--time", "skip", "--internet", "loopback"))
        self.expect(2, "serve", "--scenario", self.path("missing.json"))

    def test_a_path_that_is_taken_is_a_fault_of_the_environment(self):
        with open(self.path("taken"), "w", encoding="utf-8") as file:
            file.write("mine")
        self.expect(6, "serve", "--pty", self.path("taken"))
        self.expect(6, "serve", "--control", self.path("taken"))
        self.expect(6, "serve", "--ready-file", self.path("no/such/folder"))
        with open(self.path("taken"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "mine")

    def test_ctl_without_a_server_is_a_fault_of_the_environment(self):
        self.expect(6, "ctl", "--control", self.path("nobody"), "status")
        self.expect(2, "ctl", "status")
        self.expect(2, "ctl", "--control", self.path("nobody"))
        self.expect(2, "ctl", "--control", self.path("nobody"), "power_cut", "for")


if __name__ == "__main__":
    edge.main()
