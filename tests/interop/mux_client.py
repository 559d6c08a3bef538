"""The host's side of 3GPP 27.010, basic option, from the text of the specification.

A Mux speaks on a file descriptor after AT+CMUX=0. Channels are opened by number; what comes in is
sorted into them whenever somebody waits. Nothing here is shared with the program.
"""

import os
import select
import time

FLAG = 0xF9
SABM, UA, DM, DISC, UIH = 0x2F, 0x63, 0x0F, 0x43, 0xEF
MSC, CLD, TEST, FCON, FCOFF, PN, NSC = 0x38, 0x30, 0x08, 0x28, 0x18, 0x20, 0x04
PATIENCE = 100


def crc(data):
    """Annex B: the remainder by x^8 + x^2 + x + 1, bits sent lowest first, complemented."""
    register = 0xFF
    for byte in data:
        for bit in range(8):
            feedback = (register ^ (byte >> bit)) & 1
            register >>= 1
            if feedback:
                register ^= 0b11100000
    return 0xFF - register


def frame(dlci, control, info=b"", command=True):
    head = bytes([dlci * 4 + 2 * command + 1, control])
    if len(info) < 128:
        head += bytes([len(info) * 2 + 1])
    else:
        head += bytes([len(info) % 128 * 2, len(info) // 128])
    covered = head if control & ~0x10 == UIH else head + info
    return bytes([FLAG]) + head + info + bytes([crc(covered), FLAG])


class Mux:
    def __init__(self, fd, size=31):
        self.fd = fd
        self.size = size      # of the information in frames that this end sends
        self.raw = b""
        self.data = {}        # by channel: what came
        self.answers = []     # (channel, "UA") and so on
        self.messages = []    # (type, is a command, value) of the control channel
        self.signals = {}     # by channel: the octet of the module's last MSC
        self.stop = set()     # channels on which the module takes nothing

    # --- Frames ------------------------------------------------------------------------------

    def write(self, data):
        while data:
            data = data[os.write(self.fd, data):]

    def send(self, dlci, control, info=b""):
        self.write(frame(dlci, control, info))

    def message(self, kind, value=b"", command=True):
        self.send(0, UIH, bytes([kind * 4 + 2 * command + 1, len(value) * 2 + 1]) + value)

    def next_frame(self):
        """Cuts one frame off what came; None when there is none yet. Everything must be in order."""
        self.raw = self.raw.lstrip(bytes([FLAG]))
        if len(self.raw) < 4:
            return None
        address, control, length = self.raw[0], self.raw[1], self.raw[2] >> 1
        start = 3
        if not self.raw[2] & 1:
            length += self.raw[3] << 7
            start = 4
        if len(self.raw) < start + length + 2:
            return None
        info = self.raw[start:start + length]
        check, end = self.raw[start + length], self.raw[start + length + 1]
        covered = self.raw[:start] if control & ~0x10 == UIH else self.raw[:start + length]
        if not address & 1 or check != crc(covered) or end != FLAG:
            raise AssertionError("no frame: %r" % self.raw[:start + length + 2])
        self.raw = self.raw[start + length + 1:]
        return address >> 2, control & ~0x10, bool(address & 2), info

    def take_message(self, info):
        kind, command, value = info[0] >> 2, bool(info[0] & 2), info[2:2 + (info[1] >> 1)]
        self.messages.append((kind, command, value))
        if kind == MSC and command:
            dlci = value[0] >> 2
            self.signals[dlci] = value[1]
            (self.stop.add if value[1] & 2 else self.stop.discard)(dlci)
            self.message(MSC, value, command=False)

    def pump(self, end):
        """Waits for bytes until that time, and sorts them. False when none came."""
        if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
            return False
        self.raw += os.read(self.fd, 4096)
        while True:
            got = self.next_frame()
            if got is None:
                return True
            dlci, control, command, info = got
            if control == UIH:
                assert not command, "data of the responder has C/R 0"
                if dlci == 0:
                    self.take_message(info)
                else:
                    self.data[dlci] = self.data.get(dlci, b"") + info
            else:
                assert command, "answers to the initiator's commands have C/R 1"
                self.answers.append((dlci, {UA: "UA", DM: "DM"}[control]))

    def wait(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            if not self.pump(end):
                raise AssertionError("%s never came; %r %r" % (what, self.data, self.messages))

    # --- Channels ----------------------------------------------------------------------------

    def ask(self, dlci, control):
        """The module's answer to SABM or DISC."""
        del self.answers[:]
        self.send(dlci, control | 0x10)
        self.wait(lambda: self.answers, "an answer")
        return self.answers.pop(0)

    def open(self, dlci):
        assert self.ask(dlci, SABM) == (dlci, "UA")
        if dlci:
            self.message(MSC, bytes([dlci * 4 + 3, 0x0D]))
            self.wait(lambda: dlci in self.signals, "the module's signals")

    def put(self, dlci, data):
        for start in range(0, len(data), self.size):
            self.wait(lambda: dlci not in self.stop, "leave to send")
            self.send(dlci, UIH, data[start:start + self.size])

    def get(self, dlci, size):
        self.wait(lambda: len(self.data.get(dlci, b"")) >= size, "%d bytes" % size)
        got, self.data[dlci] = self.data[dlci][:size], self.data[dlci][size:]
        return got

    def until(self, dlci, wanted):
        """What came on a channel, up to the wanted bytes, which are the last."""
        self.wait(lambda: wanted in self.data.get(dlci, b""), repr(wanted))
        size = self.data[dlci].index(wanted) + len(wanted)
        return self.get(dlci, size)

    def command(self, dlci, line):
        self.put(dlci, line + b"\r")
        return self.until(dlci, b"\r\nOK\r\n")
