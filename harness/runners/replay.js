// replay - a trace (workloads/trace/trace.h), over and over, as workloads/replay.c does it: operations on JavaScript objects.
//
// V8 has no identity for strings and small integers, which === compares by value: an atom is an object with a string.
// What is interned is kept for ever. Registers are elements of one array.
'use strict';
const fs = require('fs');
const path = require('path');

function refuse(text) {
    process.stderr.write(`node: ${text}\n`);
    process.exit(2);
}

// A path, or a name in a folder of workloads, as --input has it.
function find(name, folder, ending) {
    const others = folder === 'scenarios' ? (process.env.SCENARIO_PATH || '').split(':') : [];
    const places = [path.join(__dirname, '..', '..', 'workloads', folder), ...others];
    return [name, ...places.map((place) => path.join(place, name + ending))].find((at) => fs.existsSync(at)) || name;
}

function read(file) {
    try {
        return fs.readFileSync(file);
    } catch (error) {
        return refuse(`${file}: ${error.code === 'ENOENT' ? 'No such file or directory' : error.code}`);
    }
}

// The header, and the operations as [name, operands...]; a mark is null.
function readTrace(file) {
    const data = read(file);
    if (data.latin1Slice(0, 8) !== 'HBTRACE\0' || data.readUInt32LE(8) !== 1) refuse(`${file} is no trace of version 1`);
    let at = 28 + data.readUInt32LE(12);
    const header = JSON.parse(data.utf8Slice(28, at));
    const table = new Map(header.table.map(([number, name, letters]) => [number, [name, letters]]));
    const varint = () => {
        let value = 0n, shift = 0n, byte;
        do {
            byte = data[at++];
            value |= BigInt(byte & 127) << shift;
            shift += 7n;
        } while (byte > 127);
        return value;
    };
    const operand = (letter) => {
        const value = varint();
        if (letter === 'z') return (value >> 1n) ^ -(value & 1n);
        if (letter !== 'k') return Number(value);
        at += Number(value);
        return data.latin1Slice(at - Number(value), at);
    };
    const operations = [];
    while (at < data.length) {
        const number = Number(varint());
        if (!number) {
            operations.push(null);
            continue;
        }
        const [name, letters] = table.get(number);
        if (!Machine.prototype[name]) refuse(`${file}: operation ${name} is not known here`);
        operations.push([name, ...[...letters].map(operand)]);
    }
    return { header, operations };
}

class Atom {
    constructor(payload) {
        this.payload = payload;
    }
}
class Fixed { // a node, a tuple, a dict
    constructor(slots, payload) {
        this.slots = slots;
        this.payload = payload;
    }
}
class List {
    constructor() {
        this.slots = [];
        this.capacity = 0;
    }
}
const kindOf = (o) => (o instanceof Fixed ? 1 : o instanceof List ? 2 : 0);
const lengthOf = (o) => (o instanceof Atom ? 0 : o.slots.length);
const payloadOf = (o) => (o instanceof List ? '' : o.payload);

// As allocators/parts/list.h has it: what is observed of it must be the same everywhere.
function resize(list, before) {
    const length = list.slots.length;
    if (length <= list.capacity && length >= list.capacity >> 1) return;
    list.capacity = length && ((length + (length >> 3) + 6) & ~3);
    if (length > before && length - before > list.capacity - length) list.capacity = (length + 3) & ~3;
}

// A hash of what the program saw, in two halves: a BigInt for each value would be garbage of our own.
class Observer {
    constructor() {
        this.low = this.high = 0;
    }
    observe(value, valueHigh = 0) {
        const x = (this.low ^ value) >>> 0, product = x * 0x1b3;
        const high = ((this.high ^ valueHigh) >>> 0) * 0x1b3 + Math.floor(product / 4294967296) + x * 256; // times 2^40 + 0x1b3
        const sum = (product % 4294967296) + 0x7f4a7c15;
        this.low = sum >>> 0;
        this.high = ((high % 4294967296) + 0x9e3779b9 + (sum > 4294967295 ? 1 : 0)) % 4294967296;
    }
    observed() {
        return '0x' + this.high.toString(16).padStart(8, '0') + this.low.toString(16).padStart(8, '0');
    }
}

// Only without options it is a full collection in all versions: 20 takes { type: 'major' } for a minor one.
function collect(generation) {
    if (generation < 2) global.gc({ type: 'minor', execution: 'sync' });
    else global.gc();
}

// The operations of the contract (allocators/vocabulary.h). null is an empty reference.
class Machine extends Observer {
    constructor(registers) {
        super();
        this.r = new Array(registers).fill(null);
        this.frames = [];
        this.serial = 0;
        this.scratch = Buffer.alloc(4096);
        this.interned = new Map();
        this.ints = new Map();
    }
    fill(count) {
        this.serial++;
        if (count > this.scratch.length) this.scratch = Buffer.alloc(2 * count);
        for (let i = 0, left = this.serial; i < 8; i++, left = Math.floor(left / 256)) this.scratch[i] = left & 255;
        for (let done = 8; done < count; done *= 2) this.scratch.copy(this.scratch, done, 0, done);
        return this.scratch.latin1Slice(0, count);
    }
    new_atom(d, count) { this.r[d] = new Atom(this.fill(count)); }
    new_node(d, slots, count) { this.r[d] = new Fixed(new Array(slots).fill(null), this.fill(count)); }
    new_dict(d, slots) { this.r[d] = new Fixed(new Array(slots).fill(null), ''); }
    new_list(d) { this.r[d] = new List(); }
    new_tuple(d, e) { this.r[d] = new Fixed(this.r[e].slots.slice(), ''); }
    new_external(d, count) {
        this.r[d] = new Atom(this.fill(8));
        this.r[d].external = Buffer.allocUnsafeSlow(count);
    }
    intern(d, key) {
        let atom = this.interned.get(key);
        if (!atom) this.interned.set(key, (atom = new Atom(key)));
        this.r[d] = atom;
    }
    small_int(d, value) {
        let atom = this.ints.get(value);
        if (!atom) {
            const bytes = Buffer.alloc(8);
            bytes.writeBigInt64LE(value);
            atom = new Atom(bytes.latin1Slice());
            if (value >= -5n && value <= 256n) this.ints.set(value, atom);
        }
        this.r[d] = atom;
    }
    copy(d, r) { this.r[d] = this.r[r]; }
    clear(d) { this.r[d] = null; }
    load(d, c, i) { this.observe((this.r[d] = this.r[c].slots[i]) === null ? 1 : 0); }
    borrow(d, c, i) {
        const o = this.r[c].slots[i];
        this.observe(o === null ? 3 : kindOf(o) | (lengthOf(o) << 2));
        this.r[d] = null;
    }
    store(c, i, r) { this.r[c].slots[i] = this.r[r]; }
    put(m, i, r) { this.r[m].slots[i] = this.r[r]; }
    move(c, i, r) {
        this.r[c].slots[i] = this.r[r];
        this.r[r] = null;
    }
    append(l, r) {
        const list = this.r[l];
        list.slots.push(this.r[r]);
        resize(list, list.slots.length - 1);
    }
    pop(d, e) {
        const list = this.r[e], value = list.slots.pop();
        resize(list, list.slots.length + 1);
        this.observe(value === null ? 1 : 0);
        this.r[d] = value;
    }
    truncate(l, length) {
        const list = this.r[l], before = list.slots.length;
        list.slots.length = length;
        resize(list, before);
    }
    same(a, b) { this.observe(this.r[a] === this.r[b] ? 1 : 0); }
    is_empty(r) { this.observe(this.r[r] === null ? 1 : 0); }
    kind(o) { this.observe(kindOf(this.r[o])); }
    length(o) { this.observe(lengthOf(this.r[o])); }
    capacity(o) { this.observe(this.r[o] instanceof List ? this.r[o].capacity : lengthOf(this.r[o])); }
    payload_bytes(o) { this.observe(payloadOf(this.r[o]).length); }
    payload(o) {
        const content = payloadOf(this.r[o]);
        if (content.length) this.observe(content.charCodeAt(0));
    }
    enter(count) {
        this.frames.push(count);
        for (let i = 0; i < count; i++) this.r.push(null);
    }
    leave() { this.r.length -= this.frames.pop(); }
    collect(generation) { collect(generation); }
    guarded_take(d) { this.r[d] = null; } // guards are not claimed
    restart() {
        this.r.fill(null);
        this.serial = 0;
    }
}
// What has no meaning here.
for (const name of ['region_begin', 'region_end', 'long_lived', 'verify', 'guard', 'enable', 'freeze', 'unfreeze'])
    Machine.prototype[name] = function () {};

// A trace, over and over, as workloads/replay.c does it.
class Replay {
    constructor(name, params) {
        const { header, operations } = readTrace(find(name, 'traces', '.trace'));
        this.phases = []; // all steps are one
        this.stepOperations = Math.trunc(Number(params.step_operations ?? 1000));
        this.params = { step_operations: this.stepOperations };
        this.machine = new Machine(header.registers);
        this.setupOperations = header.setup_operations || 0;
        this.program = operations;
        this.depth = operations.map((o) => ({ enter: 1, region_begin: 1, leave: -1, region_end: -1 })[o && o[0]] || 0);
        this.at = this.open = 0;
    }
    observed() {
        return this.machine.observed();
    }
    run(most, toMark) {
        const machine = this.machine;
        for (let done = 0; ;) {
            if (this.at === this.program.length) {
                if (toMark && done && !this.open) return;
                machine.restart();
                this.at = 0;
            }
            const o = this.program[this.at];
            this.open += this.depth[this.at++];
            if (o === null) {
                if (toMark && !this.open) return;
                continue;
            }
            machine[o[0]](o[1], o[2], o[3]);
            done++;
            if (!toMark && done >= most && !this.open) return;
        }
    }
    setup() {
        if (this.setupOperations) this.run(this.setupOperations, false);
    }
    step() {
        this.run(this.stepOperations, !this.stepOperations);
    }
}

module.exports = { Atom, Fixed, List, Observer, Replay, collect, find, lengthOf, payloadOf, read, refuse };
