#!/usr/bin/env python3
"""ModemManager as the host: it probes, enables and registers a served module.

It runs on a private bus, and gets its port through its own test interface, as a socket: neither
udev nor a real device is needed. What it asks of the module is its own reading of 27.007.
"""

import os
import select
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import edge

MANAGER = "/usr/sbin/ModemManager"
try:
    import dbus
except ImportError:
    dbus = None

BUS_NAME = "org.freedesktop.ModemManager1"
MODEM = BUS_NAME + ".Modem"
PROBED, REGISTERED = 3, 8  # MMModemState
HOME = 1  # MMModem3gppRegistrationState


class Bridge:
    """A socket of the abstract namespace that leads to a terminal while it is connected."""

    def __init__(self, case, tty):
        self.tty = tty
        self.name = "abstract:" + os.path.basename(case.folder)
        self.moved = threading.Condition()
        self.dialogue = b""
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(b"\0" + self.name.encode())
        self.listener.listen(1)
        case.addCleanup(self.listener.close)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            terminal = edge.Terminal(self.tty)
            self.join(connection, terminal.fd)
            terminal.close()
            connection.close()

    def join(self, connection, fd):
        while True:
            ready, _, _ = select.select([connection, fd], [], [])
            for source in ready:
                data = connection.recv(4096) if source is connection else os.read(fd, 4096)
                if not data:
                    return
                if source is connection:
                    os.write(fd, data)
                else:
                    connection.sendall(data)
                with self.moved:
                    self.dialogue += data
                    self.moved.notify_all()


@unittest.skipUnless(dbus and os.path.exists(MANAGER), "ModemManager or python3-dbus is missing")
class ModemManager(edge.Case):
    def setUp(self):
        super().setUp()
        bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(self.end, bus)
        address = bus.stdout.readline().strip()
        manager = subprocess.Popen(
            [MANAGER, "--test-session", "--test-enable", "--no-auto-scan"],
            env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": address},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(self.end, manager)
        self.bus = dbus.bus.BusConnection(address)
        self.addCleanup(self.bus.close)

    def end(self, process):
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()

    def until(self, bridge, what, condition):
        """Waits until the condition holds; it is looked at whenever bytes have moved."""
        end = time.monotonic() + edge.PATIENCE
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            with bridge.moved:
                bridge.moved.wait(0.1)
        self.fail(what + " does not come; the dialogue was\n" +
                  bridge.dialogue.decode(errors="replace"))

    def manager(self):
        return self.bus.get_object(BUS_NAME, "/org/freedesktop/ModemManager1")

    def modems(self):
        return dbus.Interface(self.manager(),
                              "org.freedesktop.DBus.ObjectManager").GetManagedObjects()

    def name_is_there(self):
        return self.bus.name_has_owner(BUS_NAME)

    def test_it_enables_and_registers_the_module(self):
        self.enable("HL7800-4.6.8.0")

    def test_it_enables_and_registers_an_older_firmware(self):
        self.enable("HL7800-4.4.14.0")

    def enable(self, profile):
        served = self.serve("--profile", profile)
        bridge = Bridge(self, served.tty)
        self.until(bridge, "ModemManager", self.name_is_there)
        dbus.Interface(self.manager(), BUS_NAME + ".Test").SetProfile("module", "generic",
                                                                      [bridge.name])

        def probed():
            for path, interfaces in self.modems().items():
                if interfaces[MODEM]["State"] >= PROBED:
                    return path
            return None

        path = self.until(bridge, "the modem", probed)
        modem = self.modems()[path][MODEM]
        self.assertEqual(modem["Manufacturer"], "Sierra Wireless")
        self.assertEqual(modem["Model"], "HL7800")
        self.assertEqual(modem["Revision"], profile.replace("-", "."))
        dbus.Interface(self.bus.get_object(BUS_NAME, path), MODEM).Enable(True,
                                                                          timeout=edge.PATIENCE)
        self.until(bridge, "the registration",
                   lambda: self.modems()[path][MODEM]["State"] >= REGISTERED)
        state = self.modems()[path][MODEM + ".Modem3gpp"]
        self.assertEqual(state["RegistrationState"], HOME)
        self.assertEqual(state["OperatorCode"], "00101")
        self.assertEqual(len(state["Imei"]), 15)


if __name__ == "__main__":
    edge.main()
