#!/usr/bin/env python3
"""The emulator on a serial port that leads to a board, and on a TCP port."""

import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import termios
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

KNOWN = os.path.join(edge.SCENARIOS, "basic", "known-device.json")
UPDATE = os.path.join(edge.INTEROP, "update-board.json")
HOST = os.path.join(edge.INTEROP, "host_update.py")


class Cable:
    """A null-modem cable between two terminals: `a` and `b` are its ends."""

    def __init__(self):
        self.ends = [edge.Board(), edge.Board()]
        self.a, self.b = (end.path for end in self.ends)
        self.stop_read, self.stop_write = os.pipe()
        self.thread = threading.Thread(target=self._carry)
        self.thread.start()

    def _carry(self):
        fds = [end.fd for end in self.ends]
        while True:
            ready = select.select(fds + [self.stop_read], [], [])[0]
            if self.stop_read in ready:
                return
            for fd in ready:
                os.write(fds[fd == fds[0]], os.read(fd, 4096))

    def cut(self):
        os.write(self.stop_write, b"x")
        self.thread.join()
        for end in self.ends:
            end.unplug()
        os.close(self.stop_read)
        os.close(self.stop_write)


class SerialPort(edge.Case):
    def board(self):
        board = edge.Board()
        self.addCleanup(board.unplug)
        return board

    def test_a_board_talks_to_the_modem(self):
        board = self.board()
        served = self.serve("--port", board.path)
        self.assertEqual(served.ready["ports"], [board.path])
        board.line.until("+KSUP: 0")
        board.line.send("AT+CGMM")
        self.assertIn("HL7800", board.line.until("OK"))
        status = json.loads(served.ctl("status").stdout)
        self.assertEqual([port["path"] for port in status["ports"]], [board.path])
        self.assertEqual(served.stop(signal.SIGTERM), 0)

    def test_the_port_follows_the_speed_of_the_modem(self):
        board = self.board()
        self.serve("--port", board.path)
        self.assertEqual(board.speed(), termios.B115200)
        board.line.send("AT+IPR=921600")
        board.line.until("OK")
        # The next answer comes behind the change.
        board.line.send("AT+IPR?")
        self.assertIn("+IPR: 921600", board.line.until("OK"))
        self.assertEqual(board.speed(), termios.B921600)

    def test_settings_of_the_port_are_put_back(self):
        board = self.board()
        before = termios.tcgetattr(board.slave)
        served = self.serve("--port", board.path)
        self.assertNotEqual(termios.tcgetattr(board.slave), before)
        self.assertEqual(served.stop(signal.SIGTERM), 0)
        self.assertEqual(termios.tcgetattr(board.slave), before)

    def test_a_board_updates_its_modem(self):
        cable = Cable()
        self.addCleanup(cable.cut)
        with subprocess.Popen([edge.program(), "run", UPDATE, "--port", cable.a, "--time", "x60",
                               "--timeout", "90s"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, text=True) as run, \
                subprocess.Popen([sys.executable, HOST, cable.b, "4.6.8.0"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as host:
            said = run.stdout.read()
            host.kill()
        self.assertEqual(run.returncode, 0, said)
        self.assertIn("PASS", said)

    def test_a_port_that_vanishes_ends_the_run(self):
        for words in (["serve"], ["run", KNOWN]):
            board = edge.Board()
            with subprocess.Popen([edge.program(), *words, "--port", board.path],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  stdin=subprocess.DEVNULL, text=True) as process:
                board.line.until("+KSUP: 0")
                board.unplug()
                said = process.stdout.read()
            self.assertEqual(process.returncode, 6, said)
            self.assertIn(board.path + ": is gone (was the adapter unplugged?)", said)

    def test_a_port_that_another_program_holds_is_refused(self):
        board = self.board()
        fcntl.flock(board.slave, fcntl.LOCK_EX)
        for words in (["serve"], ["run", KNOWN]):
            said = self.expect(6, *words, "--port", board.path)
            self.assertIn(board.path + ": another program holds it", said)
        served = self.board()
        self.serve("--port", served.path)
        self.assertIn("another program holds it", self.expect(6, "serve", "--port", served.path))

    def test_what_is_no_serial_port_is_refused(self):
        self.assertIn("there is no such port (is the adapter plugged in?)",
                      self.expect(6, "serve", "--port", "/dev/ttyNONE9"))
        self.assertIn("is no serial port", self.expect(6, "serve", "--port", "/dev/null"))
        with open(self.path("file"), "w", encoding="utf-8"):
            pass
        self.assertIn("is no serial port", self.expect(6, "serve", "--port", self.path("file")))

    def test_a_port_without_permission_says_which_group(self):
        if os.geteuid() == 0:
            self.skipTest("root may open everything")
        with open(self.path("secret"), "w", encoding="utf-8"):
            os.chmod(self.path("secret"), 0)
        self.assertIn("dialout", self.expect(6, "serve", "--port", self.path("secret")))


class TcpPort(edge.Case):
    def client(self, served, port=0):
        client = edge.Client(served.ready["ports"][port])
        self.addCleanup(client.close)
        return client

    def test_a_client_is_the_host(self):
        served = self.serve("--port", "tcp:0")
        self.assertRegex(served.ready["ports"][0], r"^tcp:127\.0\.0\.1:[1-9][0-9]+$")
        self.assertIn(served.ready["ports"][0], served.process.stdout.readline())
        client = self.client(served)
        # What was said before the first client came is kept for it.
        client.until("+KSUP: 0")
        client.send("AT+CGMM")
        self.assertIn("HL7800", client.until("OK"))

    def test_the_next_client_is_welcome(self):
        served = self.serve("--port", "tcp:127.0.0.1:0", "--time", "x60")
        for _ in range(20):
            client = self.client(served)
            client.send("ATE0")
            client.until("OK")
            client.close()
        while json.loads(served.ctl("status").stdout)["ports"][0]["hosts"]:
            pass
        # Nobody is there: what is said now is lost.
        self.assertEqual(served.ctl("reset").returncode, 0)
        self.assertEqual(served.ctl("wait", "modem.boots=2").returncode, 0)
        client = self.client(served)
        client.send("AT+CGMM")
        self.assertNotIn("+KSUP: 0", client.until("OK"))

    def test_one_client_at_a_time(self):
        served = self.serve("--port", "tcp:0")
        first = self.client(served)
        first.send("AT")
        first.until("OK")
        self.assertTrue(self.client(served).is_turned_away())
        first.send("AT")
        first.until("OK")

    def test_each_port_has_its_place(self):
        board = edge.Board()
        self.addCleanup(board.unplug)
        served = self.serve("--port", "tcp:[::1]:0", "--port", board.path)
        self.assertRegex(served.ready["ports"][0], r"^tcp:\[::1\]:[0-9]+$")
        self.assertEqual(served.ready["ports"][1], board.path)
        board.line.send("AT+CGMM")
        self.assertIn("HL7800", board.line.until("OK"))

    def test_a_host_program_gets_the_address(self):
        script = ("import os, socket, sys\n"
                  "assert os.environ['HL78SIM_TCP'] == sys.argv[1]\n"
                  "assert 'HL78SIM_TTY' not in os.environ\n"
                  "host, port = sys.argv[1].split(':')\n"
                  "file = socket.create_connection((host, int(port))).makefile('rwb')\n"
                  "file.write(b'AT+CGMM\\r')\n"
                  "file.flush()\n"
                  "assert any(line.strip() == b'OK' for line in file)\n"
                  "sys.exit(7)\n")
        said = self.expect(1, "run", KNOWN, "--port", "tcp:0", "--", sys.executable, "-c", script,
                           "{tcp}")
        self.assertIn("exit status 7", said)

    def test_a_port_that_is_taken_is_a_fault_of_the_environment(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = "tcp:%d" % taken.getsockname()[1]
            for words in (["serve"], ["run", KNOWN]):
                said = self.expect(6, *words, "--port", port)
                self.assertIn("Address already in use", said)
        self.expect(6, "serve", "--port", "tcp:no.such.host.invalid:0")


if __name__ == "__main__":
    edge.main()
