"""replay - a trace (workloads/trace/trace.h), over and over, as workloads/replay.c does it: operations on Python objects.

A node is an instance of a subclass of list, so one object that the collector tracks, as is a dict; what it does not track are atoms
(bytes, interned: str) and payloads (bytes).
"""

import gc
import json
import os
import sys


HANDED_BACK = []  # guarded objects that have become unreachable, the first of them first


def refuse(text):
    sys.stderr.write("python: %s\n" % text)
    sys.exit(2)


class Node(list):
    __slots__ = ("payload",)


class Guarded(Node):
    """The interpreter finalizes an object once, so one that was handed back is guarded no more."""
    __slots__ = ()

    def __del__(self):
        HANDED_BACK.append(self)


def observe_hash(observed, value):
    return ((observed ^ value) * 0x100000001B3 + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def find(name, folder, ending):
    """A path, or a name in a folder of workloads, as --input has it."""
    home = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "workloads", folder)
    others = os.environ.get("SCENARIO_PATH", "").split(":") if folder == "scenarios" else []
    paths = [name] + [os.path.join(place, name + ending) for place in [home] + others]
    return next((path for path in paths if os.path.isfile(path)), name)


def read_trace(path):
    """The header, the operations as [name, operands...], and how many of them are the set-up's. A mark is None."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        refuse("%s: %s" % (path, error.strerror))
    if data[:8] != b"HBTRACE\0" or int.from_bytes(data[8:12], "little") != 1:
        refuse("%s is no trace of version 1" % path)
    start = 28 + int.from_bytes(data[12:16], "little")
    header = json.loads(data[28:start])
    table = {number: (name, letters) for number, name, letters in header["table"]}
    operations, at = [], start
    while at < len(data):
        number, at = varint(data, at)
        if number == 0:
            operations.append(None)
            continue
        name, letters = table[number]
        operation = [name]
        for letter in letters:
            value, at = varint(data, at)
            if letter == "z":
                value = value >> 1 ^ -(value & 1)
            elif letter == "k":
                value, at = data[at:at + value], at + value
            operation.append(value)
        operations.append(operation)
    return header, operations


class Machine:
    """The operations of the contract (allocators/vocabulary.h) on Python objects. None is an empty reference."""

    def __init__(self, registers):
        self.r = [None] * registers
        self.frames = []
        self.serial = 0
        self.observed = 0

    def observe(self, value):
        self.observed = observe_hash(self.observed, value)

    def fill(self, count):
        self.serial += 1
        return (self.serial.to_bytes(8, "little") * (count // 8 + 1))[:count]

    @staticmethod
    def payload_of(o):
        if isinstance(o, Node):
            return o.payload
        if isinstance(o, str):
            return o.encode("latin-1")
        if isinstance(o, int):
            return (o & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "little")
        return o[:8] if isinstance(o, bytearray) else o if isinstance(o, bytes) else b""

    @staticmethod
    def kind_of(o):
        return 1 if isinstance(o, (Node, tuple, dict)) else 2 if isinstance(o, list) else 0

    @staticmethod
    def length_of(o):
        return len(o) if isinstance(o, (list, tuple, dict)) else 0

    def new_atom(self, d, count):  # of bytes below two there is one object for each value
        self.r[d] = self.fill(count) if count > 1 else bytearray(self.fill(count))

    def new_node(self, d, slots, count):
        node = Node([None] * slots)
        node.payload = self.fill(count)
        self.r[d] = node

    def new_dict(self, d, slots):
        self.r[d] = dict.fromkeys(range(slots))

    def new_list(self, d):
        self.r[d] = []

    def new_tuple(self, d, e):
        self.r[d] = tuple(self.r[e])

    def new_external(self, d, count):
        block = bytearray(max(count, 8))
        block[:8] = self.fill(8)
        self.r[d] = block

    def intern(self, d, key):
        self.r[d] = sys.intern(key.decode("latin-1"))

    def small_int(self, d, value):
        self.r[d] = int(str(value))  # another object each time, where CPython has no single one

    def copy(self, d, r):
        self.r[d] = self.r[r]

    def clear(self, d):
        self.r[d] = None

    def load(self, d, c, i):
        self.r[d] = value = self.r[c][i]
        self.observe(value is None)

    def borrow(self, d, c, i):
        value = self.r[c][i]
        self.observe(3 if value is None else self.kind_of(value) | self.length_of(value) << 2)
        self.r[d] = None

    def store(self, c, i, r):
        self.r[c][i] = self.r[r]

    def move(self, c, i, r):
        self.r[c][i] = self.r[r]
        self.r[r] = None

    put = store

    def append(self, l, r):
        self.r[l].append(self.r[r])

    def pop(self, d, e):
        self.r[d] = value = self.r[e].pop()
        self.observe(value is None)

    def truncate(self, l, length):
        del self.r[l][length:]

    def same(self, a, b):
        self.observe(self.r[a] is self.r[b])

    def is_empty(self, r):
        self.observe(self.r[r] is None)

    def kind(self, o):
        self.observe(self.kind_of(self.r[o]))

    def length(self, o):
        self.observe(self.length_of(self.r[o]))

    def capacity(self, o):
        o = self.r[o]
        self.observe((sys.getsizeof(o) - sys.getsizeof([])) // 8 if type(o) is list else self.length_of(o))

    def payload_bytes(self, o):
        self.observe(len(self.payload_of(self.r[o])))

    def payload(self, o):
        content = self.payload_of(self.r[o])
        if content:
            self.observe(content[0])

    def enter(self, count):
        self.frames.append(count)
        self.r.extend([None] * count)

    def leave(self, *_):
        del self.r[-self.frames.pop():]

    def collect(self, generation):
        gc.collect(generation)

    def enable(self, yes):
        gc.enable() if yes else gc.disable()

    def freeze(self):
        gc.freeze()

    def unfreeze(self):
        gc.unfreeze()

    def guard(self, o):
        self.r[o].__class__ = Guarded

    def guarded_take(self, d):  # which one it is, and whether there is any, differs between strategies: nothing is observed
        self.r[d] = None
        self.r[d] = HANDED_BACK and HANDED_BACK.pop(0)
        self.r[d] = None

    def nothing(self, *_):
        """An operation that has no meaning here: regions, verify."""

    region_begin = region_end = long_lived = verify = nothing

    def restart(self):
        for i in range(len(self.r)):
            self.r[i] = None
        self.serial = 0


class Replay:
    phases = []  # all steps are one

    def __init__(self, name, params, seed):
        self.header, operations = read_trace(find(name, "traces", ".trace"))
        self.step_operations = int(float(params.get("step_operations", 1000)))
        self.params = {"step_operations": self.step_operations}
        self.machine = Machine(self.header["registers"])
        self.program = [o and (getattr(self.machine, o[0]), o[1:]) for o in operations]
        self.at = 0
        self.open = 0
        self.depth = [0 if not o else {"enter": 1, "region_begin": 1, "leave": -1, "region_end": -1}.get(o[0], 0)
                      for o in operations]

    @property
    def observed(self):
        return self.machine.observed

    def run(self, most, to_mark):
        program, depth, at, done = self.program, self.depth, self.at, 0
        while True:
            if at == len(program):
                if to_mark and done and not self.open:
                    break
                self.machine.restart()
                at = 0
            operation = program[at]
            at += 1
            if operation is None:
                if to_mark and not self.open:
                    break
                continue
            operation[0](*operation[1])
            self.open += depth[at - 1]
            done += 1
            if not to_mark and done >= most and not self.open:
                break
        self.at = at

    def setup(self):
        if self.header.get("setup_operations"):
            self.run(self.header["setup_operations"], False)

    def step(self):
        self.run(self.step_operations, not self.step_operations)
