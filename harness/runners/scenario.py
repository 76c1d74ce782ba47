"""scenario - a program with phases (workloads/scenarios), in pure Python: draw for draw what workloads/scenario.c does.

heapbench has checked the file, so only what Python cannot do is refused here. Objects are those of replay.py. A set is a list in the
order in which its elements came, of which those below `first` are gone; what a structure or a tuple is made of waits in a list that is
there from the start, so that the collector counts the program's objects alone.
"""

import gc
import json
import os
import sys
import time

from replay import HANDED_BACK, Guarded, Node, find, observe_hash, refuse

MASK = 0xFFFFFFFFFFFFFFFF
SMALL_INTS = 257
CLOSE_UP_FROM = 64
FILLS = [bytes([byte]) for byte in range(256)]
VERBS = ("build", "churn", "chain", "drop", "touch", "shuffle", "idle", "collect", "freeze", "finalize")
BARE = {"drop": "from", "touch": "set", "shuffle": "set", "idle": "seconds", "collect": "generation", "freeze": "on"}
SHAPES = ("ring", "dll", "tree", "self", "btree", "queue")


class Set:
    """born: the steps in which the elements came, or None where nobody asks for their age."""

    def __init__(self):
        self.items, self.first, self.born = [], 0, None

    def length(self):
        return len(self.items) - self.first

    def add(self, element, step):
        self.items.append(element)
        if self.born is not None:
            self.born.append(step)

    def put(self, i, element, step):
        self.items[self.first + i] = element
        if self.born is not None:
            self.born[self.first + i] = step

    def swap(self, i, j):
        for values in [self.items] if self.born is None else [self.items, self.born]:
            values[self.first + i], values[self.first + j] = values[self.first + j], values[self.first + i]

    def keep(self, kept):
        """Only the elements at these places, counted from the oldest."""
        for values in [self.items] if self.born is None else [self.items, self.born]:
            values[:] = [values[self.first + i] for i in kept]
        self.first = 0

    def drop_all(self):
        self.items, self.first, self.born = [], 0, None if self.born is None else []

    def drop_oldest(self, count):
        for _ in range(count):
            self.items[self.first] = None
            self.first += 1
        if self.first >= CLOSE_UP_FROM and self.first >= self.length():
            del self.items[:self.first]
            if self.born is not None:
                del self.born[:self.first]
            self.first = 0

    def drop_newest(self, count):
        length = len(self.items) - count
        del self.items[length:]
        if self.born is not None:
            del self.born[length:]

    def drop_at(self, i):
        """The last one takes the place of the one that goes."""
        last, born = self.items.pop(), self.born and self.born.pop()
        if i < self.length():
            self.put(i, last, born)


# ------------------------------------------------------------------------------------------------ structures
def targets(shape, nodes, node):
    """What the slots of a node refer to; a number that no node has: nothing."""
    if shape in ("tree", "btree"):
        children = 2 if shape == "tree" else 16
        parent = (node - 1) // children if node else nodes
        below = [node * children + 1 + i for i in range(children)]
        return [parent] if shape == "btree" and below[0] >= nodes else below + [parent]
    return {"ring": [(node + 1) % nodes], "queue": [node], "dll": [node + 1, node - 1 if node else nodes],
            "self": [node + 1, node]}[shape]


def plan(shape, nodes):
    """How many slots each node has, the edges to higher numbers, and all edges, as (from, slot, to)."""
    slots = [targets(shape, nodes, node) for node in range(nodes)]
    edges = [(node, slot, to) for node in range(nodes) for slot, to in enumerate(slots[node]) if to < nodes]
    open_edges = [edge for edge in edges if edge[2] > edge[0]]
    return [len(of) for of in slots], open_edges, open_edges + [edge for edge in edges if edge[2] <= edge[0]]


# ------------------------------------------------------------------------------------------------ the file
class Action:
    """What a step does, and how far it has come: what an amount left over, sizes and elements that are used in turn."""

    def __init__(self, verb, value, sets):
        given = value if isinstance(value, dict) else {BARE[verb]: value}
        self.verb, self.given, self.get = verb, given, given.get
        self.carry, self.turn, self.item_turn, self.at = 0.0, [0], [0], 0
        self.set, self.also, self.refer = (sets.setdefault(given[m], Set()) if m in given else None for m in (
            {"build": "into", "churn": "into", "chain": "in", "drop": "from"}.get(verb, "set"), "also", "refer"))
        self.count = amount(given.get("count", 0 if verb == "finalize" else 1), sets)
        self.some = amount(next((given[m] for m in ("oldest", "newest", "random") if given.get(m)), 0), sets)
        self.payload, self.item_payload = sizes(given.get("payload", 0)), sizes(given.get("item_payload", 16))
        self.items = {"none": None}.get(given.get("items"), given.get("items"))
        self.slots = given.get("slots", 1 if verb == "chain" else 0)
        self.guarded, self.cyclic = given.get("guarded", 0), given.get("cyclic", 1)
        self.in_turn = given.get("order") == "in_turn"
        if given.get("shape") in SHAPES:
            self.node_slots, self.open_edges, self.all_edges = plan(given["shape"], given.get("nodes", 1))
        if "older_than" in given:
            self.set.born = []


def amount(value, sets):
    """(from, to, share, set)"""
    if not isinstance(value, dict):
        return value, value, 0, None
    if "share" in value:
        return 0, 0, value["share"], sets.setdefault(value["of"], Set())
    return value["from"], value["to"], 0, None


def sizes(value):
    """A list of bytes that are used in turn, or the (low, high) from which they are drawn."""
    return (value["from"], value["to"]) if isinstance(value, dict) else value if isinstance(value, list) else [value]


def read_phases(phases, sets, again=1):
    """[name, steps, forked, actions, setup, how much longer a step idles] of each phase, in order."""
    for phase in phases:
        for i in range(phase.get("repeat", 0)):
            yield from read_phases(phase["phases"], sets, i + 1)
        if "repeat" not in phase:
            verbs = [item for part in [phase] + phase.get("do", []) for item in part.items() if item[0] in VERBS]
            yield [phase["name"] + (".%d" % again if again > 1 else ""), phase.get("steps", 1), phase.get("fork", False),
                   [Action(verb, value, sets) for verb, value in verbs], phase.get("setup", False), 1]


# ------------------------------------------------------------------------------------------------ the program
class Scenario:
    def __init__(self, name, params, seed):
        path = find(name, "scenarios", ".json")
        self.scale = float(params.get("scale", 1))
        try:
            with open(path, encoding="utf-8") as file:
                phases = json.load(file).get("phases")
        except (OSError, ValueError) as error:
            refuse("%s: %s" % (path, getattr(error, "strerror", None) or error))
        if not phases:
            refuse("%s: accepted: a scenario that has phases" % path)
        self.sets = {}
        self.all = list(read_phases(phases, self.sets))
        for phase in self.all:
            scaled = phase[1] * self.scale
            phase[1] = max(int(scaled + 0.5), 1)
            phase[5] = scaled / phase[1]
        self.setup_count = sum(phase[4] for phase in self.all)
        self.phases = [tuple(phase[:3]) for phase in self.all[self.setup_count:]]
        self.params = {"scale": self.scale}
        self.random, self.observed, self.serial, self.count = seed & MASK, 0, 0, 0
        self.waits = False  # steps pass without doing anything: a worker does them
        self.frame, self.parts = [None] * max([1] + [len(getattr(a, "node_slots", ())) for p in self.all for a in p[3]]), []
        self.makers = {"atom": self.atom, "node": self.node, "list": self.list, "tuple": self.tuple, "dict": self.dict,
                       "external": self.external}
        self.do = {"build": self.build, "churn": self.build, "chain": self.chain, "drop": self.drop, "touch": self.touch,
                   "shuffle": self.shuffle, "idle": self.idle, "collect": lambda a: gc.collect(a.given["generation"]),
                   "freeze": lambda a: gc.freeze() if a.given["on"] else gc.unfreeze(), "finalize": self.finalize}
        self.start_phase(0)

    def draw64(self):  # harness/base/random.h
        self.random = z = (self.random + 0x9E3779B97F4A7C15) & MASK
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        return z ^ z >> 31

    def draw(self, n):
        return (self.draw64() >> 32) * n >> 32

    def share(self):
        return (self.draw64() >> 11) * 2.0 ** -53

    def bytes_of(self, of, turn):
        if isinstance(of, tuple):
            return int(of[0] * (of[1] / of[0]) ** self.share())
        size = of[turn[0]]
        turn[0] = turn[0] + 1 if turn[0] + 1 < len(of) else 0
        return size

    def amount(self, a, of):
        first, last, share, among = of
        done = (self.steps - self.left) / (self.steps - 1) if self.steps > 1 else 0
        wanted = share * among.length() if among else first + (last - first) * done
        whole = int(wanted + a.carry)
        a.carry += wanted - whole
        return whole

    def observe(self, o):
        """What a later look at it would see."""
        seen = o.payload if isinstance(o, Node) else o.encode("latin-1") if isinstance(o, str) else o[:8] if isinstance(
            o, bytearray) else o if isinstance(o, bytes) else b""
        self.observed = observe_hash(self.observed, len(seen) << 16 | (seen[0] << 8 | seen[-1] if seen else 0))

    # -------------------------------------------------------------------------------------------- build
    def new_node(self, slots, size, number):
        node = Node([None] * slots)
        node.payload = FILLS[number & 255] * size
        return node

    def atom(self, a):
        size = self.bytes_of(a.payload, a.turn)
        if not a.get("interned") and not a.get("values"):
            return FILLS[self.serial & 255] * size
        value = self.draw(a.given["values"]) if a.get("values") else self.serial
        key = value.to_bytes(8, "little") + bytes(size - 8)
        return sys.intern(key.decode("latin-1")) if a.get("interned") else key

    def item(self, a):
        if a.items == "small_int":
            return self.draw(SMALL_INTS)
        if a.items == "int":
            return (self.draw64() >> 24) + SMALL_INTS
        return FILLS[self.serial & 255] * self.bytes_of(a.item_payload, a.item_turn) if a.items else None

    def fill_slots(self, a, o):
        others = a.refer.length() if a.refer else 0
        for i in range(a.slots if others or a.items else 0):
            o[i] = a.refer.items[a.refer.first + self.draw(others)] if others else self.item(a)
        return o

    def node(self, a):
        return self.fill_slots(a, self.new_node(a.slots, self.bytes_of(a.payload, a.turn), self.serial))

    def dict(self, a):
        return self.fill_slots(a, dict.fromkeys(range(a.slots)))

    def list(self, a):
        made = []
        for _ in range(a.get("length", 0)):
            made.append(self.item(a))
        return made

    def tuple(self, a):
        length = a.given["length"]
        self.parts.extend([None] * (length - len(self.parts)))
        del self.parts[length:]
        for i in range(length if a.items else 0):
            self.parts[i] = self.item(a)
        return tuple(self.parts)

    def external(self, a):
        block = bytearray(max(self.bytes_of(a.payload, a.turn), 8))
        block[:8] = self.serial.to_bytes(8, "little")
        return block

    def structure(self, a):
        size, nodes = self.bytes_of(a.payload, a.turn), self.frame
        for i, slots in enumerate(a.node_slots):
            nodes[i] = self.new_node(slots, size, i)
        for origin, slot, to in a.all_edges if self.share() < a.cyclic else a.open_edges:
            nodes[origin][slot] = nodes[to]
        head = nodes[0]
        for i in range(len(a.node_slots)):
            nodes[i] = None
        return head

    def build(self, a):
        make = self.makers.get(a.get("shape", "atom"), self.structure)
        for _ in range(self.amount(a, a.count)):
            self.place(a, make(a))

    def place(self, a, made):
        self.observe(made)
        if a.guarded > 0 and self.share() < a.guarded:
            made.__class__ = Guarded
        have = a.set.length() if a.set else 0
        if a.verb == "churn" and have:
            a.set.put(self.turn(a, have), made, self.count)
        elif a.set:
            a.set.add(made, self.count)
            if a.get("keep_newest") and have >= a.given["keep_newest"]:
                a.set.drop_oldest(1)
        self.serial += 1

    def turn(self, a, have):
        """The next place of those that are used in turn, or one at random."""
        a.at = a.at if a.at < have else 0
        if not a.in_turn:
            return self.draw(have)
        a.at += 1
        return a.at - 1

    def finalize(self, a):
        """Which objects are handed back, and when, differs between strategies, so all that decides about the rest is as before."""
        before = self.random, self.observed, self.serial
        while HANDED_BACK:
            taken = HANDED_BACK.pop(0)
            self.observe(taken)
            self.build(a)
            del taken
        self.random, self.observed, self.serial = before

    def chain(self, a):
        fresh = not a.set.length()
        item = None if fresh else a.set.items[a.set.first]
        for _ in range(self.amount(a, a.count)):
            head = self.new_node(a.slots, self.bytes_of(a.payload, a.turn), self.serial)
            head[0] = item
            item = head
            if a.also:
                a.also.add(head, self.count)
            self.serial += 1
        if fresh and item is not None:
            a.set.add(item, self.count)
        elif not fresh:
            a.set.items[a.set.first] = item

    # -------------------------------------------------------------------------------------------- drop and touch
    def drop(self, a):
        s, have = a.set, a.set.length()
        self.observed = observe_hash(self.observed, have)
        if not have or a.get("all") or len(a.given) < 2:
            s.drop_all()
        elif a.get("keep_one_of"):
            s.keep(range(0, have, a.given["keep_one_of"]))
        elif a.get("older_than"):
            s.keep([i for i in range(have) if self.count - s.born[s.first + i] <= a.given["older_than"]])
        elif a.get("keep_newest"):
            s.drop_oldest(max(have - a.given["keep_newest"], 0))
        else:
            count = min(self.amount(a, a.some), have)
            if a.get("oldest"):
                s.drop_oldest(count)
            elif a.get("newest"):
                s.drop_newest(count)
            else:
                for _ in range(count):
                    s.drop_at(self.draw(s.length()))

    def touch(self, a):
        s, how, have = a.set, a.get("how", "read"), a.set.length()
        for _ in range(self.amount(a, a.count) if have else 0):
            item = s.items[s.first + self.turn(a, have)]
            if how == "read":
                self.observe(item)
            elif how == "overwrite" and isinstance(item, Node) and item.payload:
                item.payload = FILLS[self.serial & 255] * len(item.payload)
                self.serial += 1
            elif how == "store" and isinstance(item, (list, dict)) and item:
                fresh = self.new_node(1, self.bytes_of(a.payload, a.turn), self.serial)
                self.serial += 1
                item[self.draw(len(item))] = fresh

    def shuffle(self, a):
        for i in range(a.set.length() - 1, 0, -1):
            a.set.swap(i, self.draw(i + 1))

    def idle(self, a):  # as long in all as the file's steps times the scale make it
        if not a.get("virtual"):
            time.sleep(a.given["seconds"] * self.all[self.phase][5])

    # -------------------------------------------------------------------------------------------- steps
    def start_phase(self, phase):
        self.phase = phase
        self.steps, self.actions = self.all[phase][1], self.all[phase][3]
        self.left = self.steps

    def step(self):
        if not self.left:
            if self.phase + 1 == len(self.all):
                for s in self.sets.values():
                    s.drop_all()
            self.start_phase((self.phase + 1) % len(self.all))
        if not self.waits:
            for action in self.actions:
                self.do[action.verb](action)
        self.left -= 1
        self.count += 1

    def setup(self):
        for phase in self.all[:self.setup_count]:
            for _ in range(phase[1]):
                self.step()
