// scenario - a program with phases (workloads/scenarios), in JavaScript: draw for draw what workloads/scenario.c does.
//
// heapbench has checked the file, so only what Node.js cannot do is refused here. Objects are those of replay.js; integers are
// numbers. A set is an array in the order in which its elements came, of which those below `first` are gone.
'use strict';
const { Atom, Fixed, List, Observer, collect, find, lengthOf, payloadOf, read, refuse } = require('./replay.js');

const SMALL_INTS = 257, CLOSE_UP_FROM = 64;
const VERBS = ['build', 'churn', 'chain', 'drop', 'touch', 'shuffle', 'idle', 'collect', 'freeze', 'finalize'];
const BARE = { drop: 'from', touch: 'set', shuffle: 'set', idle: 'seconds', collect: 'generation', freeze: 'on' };
const SHAPES = ['ring', 'dll', 'tree', 'self', 'btree', 'queue'];
const SET_OF = { build: 'into', churn: 'into', chain: 'in', drop: 'from' };

// born: the steps in which the elements came, or null where nobody asks for their age.
class Set {
    constructor() {
        this.items = [];
        this.first = 0;
        this.born = null;
    }
    get length() {
        return this.items.length - this.first;
    }
    columns() {
        return this.born ? [this.items, this.born] : [this.items];
    }
    add(element, step) {
        this.items.push(element);
        if (this.born) this.born.push(step);
    }
    put(i, element, step) {
        this.items[this.first + i] = element;
        if (this.born) this.born[this.first + i] = step;
    }
    swap(i, j) {
        const item = this.items[this.first + i], born = this.born && this.born[this.first + i];
        this.put(i, this.items[this.first + j], this.born && this.born[this.first + j]);
        this.put(j, item, born);
    }
    keep(isKept) { // of an element's place, counted from the oldest
        const kept = this.columns().map((c) => c.slice(this.first));
        const places = [...kept[0].keys()].filter(isKept);
        this.items = places.map((i) => kept[0][i]);
        if (this.born) this.born = places.map((i) => kept[1][i]);
        this.first = 0;
    }
    dropAll() {
        this.items = [];
        this.born = this.born && [];
        this.first = 0;
    }
    dropOldest(count) {
        for (; count; count--) this.items[this.first++] = null;
        if (this.first < CLOSE_UP_FROM || this.first < this.length) return;
        for (const c of this.columns()) c.splice(0, this.first);
        this.first = 0;
    }
    dropNewest(count) {
        for (const c of this.columns()) c.length -= count;
    }
    dropAt(i) { // the last one takes the place of the one that goes
        const last = this.items.pop(), born = this.born && this.born.pop();
        if (i < this.length) this.put(i, last, born);
    }
}

// ------------------------------------------------------------------------------------------- structures
// What the slots of a node refer to; a number that no node has: nothing.
function targets(shape, nodes, node) {
    const before = node ? node - 1 : nodes;
    if (shape === 'tree' || shape === 'btree') {
        const children = shape === 'tree' ? 2 : 16, parent = node ? Math.floor((node - 1) / children) : nodes;
        const below = Array.from({ length: children }, (_, i) => node * children + 1 + i);
        return shape === 'btree' && below[0] >= nodes ? [parent] : [...below, parent];
    }
    return { ring: [(node + 1) % nodes], queue: [node], dll: [node + 1, before], self: [node + 1, node] }[shape];
}

// How many slots each node has, the edges to higher numbers, and all edges.
function plan(shape, nodes) {
    const slots = Array.from({ length: nodes }, (_, node) => targets(shape, nodes, node));
    const edges = slots.flatMap((of, node) => of.map((to, slot) => ({ from: node, slot, to }))).filter((e) => e.to < nodes);
    const open = edges.filter((e) => e.to > e.from);
    return { slots: slots.map((of) => of.length), open, all: [...open, ...edges.filter((e) => e.to <= e.from)] };
}

// ------------------------------------------------------------------------------------------- the file
// What a step does, and how far it has come: what an amount left over, sizes and elements that are used in turn.
class Action {
    constructor(verb, value, setOf) {
        const given = value !== null && typeof value === 'object' ? value : { [BARE[verb]]: value };
        const set = (member) => (member in given ? setOf(given[member]) : null);
        const amount = (a) => (typeof a === 'number' ? { from: a, to: a } : 'share' in a ? { share: a.share, of: setOf(a.of) } : a);
        Object.assign(this, { verb, given, set: set(SET_OF[verb] || 'set'), also: set('also'), refer: set('refer') });
        Object.assign(this, { carry: 0, turn: { at: 0 }, itemTurn: { at: 0 }, at: 0 });
        this.count = amount(given.count ?? (verb === 'finalize' ? 0 : 1));
        this.some = amount(given.oldest || given.newest || given.random || 0);
        this.payload = [given.payload ?? 0].flat();
        this.itemPayload = [given.item_payload ?? 16].flat();
        this.items = given.items === 'none' ? undefined : given.items;
        this.slots = given.slots ?? (verb === 'chain' ? 1 : 0);
        if (SHAPES.includes(given.shape)) this.plan = plan(given.shape, given.nodes ?? 1);
        if (given.older_than) this.set.born = [];
    }
}

function* readPhases(phases, setOf, again = 1) {
    for (const phase of phases) {
        for (let i = 1; i <= (phase.repeat || 0); i++) yield* readPhases(phase.phases, setOf, i);
        if (phase.repeat) continue;
        const verbs = [phase, ...(phase.do || [])].flatMap(Object.entries).filter(([verb]) => VERBS.includes(verb));
        if (phase.fork) refuse(`phase '${phase.name}': Node.js forks no worker: accepted: a scenario without "fork"`);
        yield { name: phase.name + (again > 1 ? `.${again}` : ''), steps: phase.steps ?? 1, setup: phase.setup,
                actions: verbs.map(([verb, value]) => new Action(verb, value, setOf)) };
    }
}

// ------------------------------------------------------------------------------------------- the program
class Scenario extends Observer {
    constructor(name, params, seed) {
        super();
        const file = find(name, 'scenarios', '.json'), sets = new Map();
        const setOf = (set) => sets.get(set) || sets.set(set, new Set()).get(set);
        const { phases } = JSON.parse(read(file).toString());
        if (!phases) refuse(`${file}: accepted: a scenario that has phases`);
        this.all = [...readPhases(phases, setOf)];
        this.scale = Number(params.scale ?? 1);
        for (const phase of this.all) {
            phase.stretch = phase.steps * this.scale;
            phase.steps = Math.max(Math.floor(phase.stretch + 0.5), 1);
            phase.stretch /= phase.steps;
        }
        Object.assign(this, { sets, params: { scale: this.scale }, serial: 0, count: 0, parts: [], interned: new Map() });
        this.randomLow = Number(BigInt(seed) & 0xffffffffn);
        this.randomHigh = Number((BigInt(seed) >> 32n) & 0xffffffffn);
        this.phases = this.all.filter((phase) => !phase.setup);
        this.frame = [];
        this.scratch = Buffer.alloc(4096);
        this.startPhase(0);
    }
    // SplitMix64 (harness/base/random.h) in two halves.
    next() {
        const low = this.randomLow + 0x7f4a7c15;
        this.randomHigh = (this.randomHigh + 0x9e3779b9 + (low > 0xffffffff ? 1 : 0)) >>> 0;
        this.randomLow = low >>> 0;
        this.zLow = this.randomLow;
        this.zHigh = this.randomHigh;
        this.shiftMultiply(30, 0xbf58476d, 0x1ce4e5b9);
        this.shiftMultiply(27, 0x94d049bb, 0x133111eb);
        this.shift(31);
    }
    shift(by) { // z ^= z >> by
        this.zLow = (this.zLow ^ ((this.zLow >>> by) | (this.zHigh << (32 - by)))) >>> 0;
        this.zHigh = (this.zHigh ^ (this.zHigh >>> by)) >>> 0;
    }
    shiftMultiply(by, high, low) {
        this.shift(by);
        const a0 = this.zLow & 0xffff, a1 = this.zLow >>> 16, b0 = low & 0xffff, b1 = low >>> 16;
        const least = a0 * b0, middle = a0 * b1 + a1 * b0 + Math.floor(least / 65536);
        const above = a1 * b1 + Math.floor(middle / 65536);
        this.zHigh = (above + (Math.imul(this.zHigh, low) >>> 0) + (Math.imul(this.zLow, high) >>> 0)) % 4294967296;
        this.zLow = (middle % 65536) * 65536 + (least & 0xffff);
    }
    draw(n) {
        this.next();
        return Math.floor(((this.zHigh >>> 16) * n + Math.floor(((this.zHigh & 0xffff) * n) / 65536)) / 65536);
    }
    share() {
        this.next();
        return (this.zHigh * 2097152 + (this.zLow >>> 11)) * 2 ** -53;
    }
    bytes(sizes, turn) {
        if (typeof sizes[0] === 'object') return Math.floor(sizes[0].from * (sizes[0].to / sizes[0].from) ** this.share());
        const size = sizes[turn.at];
        turn.at = turn.at + 1 < sizes.length ? turn.at + 1 : 0;
        return size;
    }
    amount(a, of) {
        const done = this.steps > 1 ? (this.steps - this.left) / (this.steps - 1) : 0;
        const wanted = of.of ? of.share * of.of.length : of.from + (of.to - of.from) * done, whole = Math.floor(wanted + a.carry);
        a.carry += wanted - whole;
        return whole;
    }
    see(o) { // what a later look at it would see
        const seen = payloadOf(o), n = seen.length;
        this.observe(n && (((n & 0xffff) << 16) | (seen.charCodeAt(0) << 8) | seen.charCodeAt(n - 1)), n >>> 16);
    }
    fill(size, number) {
        if (size > this.scratch.length) this.scratch = Buffer.alloc(2 * size);
        return this.scratch.fill(number & 255, 0, size).latin1Slice(0, size);
    }

    // --------------------------------------------------------------------------------------- build
    newNode(slots, size, number) {
        return new Fixed(new Array(slots).fill(null), this.fill(size, number));
    }
    atom(a) {
        const size = this.bytes(a.payload, a.turn), { values, interned } = a.given;
        if (!values && !interned) return new Atom(this.fill(size, this.serial));
        this.fill(size, 0);
        this.scratch.writeUIntLE(values ? this.draw(values) : this.serial, 0, 6);
        const key = this.scratch.latin1Slice(0, size);
        if (!interned) return new Atom(key);
        return this.interned.get(key) || this.interned.set(key, new Atom(key)).get(key);
    }
    item(a) {
        if (a.items === 'small_int') return this.draw(SMALL_INTS);
        if (a.items === 'int') return this.next(), this.zHigh * 256 + (this.zLow >>> 24) + SMALL_INTS;
        return a.items ? new Atom(this.fill(this.bytes(a.itemPayload, a.itemTurn), this.serial)) : null;
    }
    fillSlots(a, o) {
        const others = a.refer ? a.refer.length : 0;
        for (let i = 0; i < a.slots && (others || a.items); i++)
            o.slots[i] = others ? a.refer.items[a.refer.first + this.draw(others)] : this.item(a);
        return o;
    }
    node(a) { return this.fillSlots(a, this.newNode(a.slots, this.bytes(a.payload, a.turn), this.serial)); }
    dict(a) { return this.fillSlots(a, this.newNode(a.slots, 0, 0)); }
    list(a) {
        const made = new List();
        for (let i = 0; i < (a.given.length || 0); i++) made.slots.push(this.item(a));
        return made;
    }
    tuple(a) {
        while (this.parts.length < a.given.length) this.parts.push(null);
        this.parts.length = a.given.length;
        for (let i = 0; i < this.parts.length && a.items; i++) this.parts[i] = this.item(a);
        return new Fixed(this.parts.slice(), '');
    }
    external(a) {
        const size = this.bytes(a.payload, a.turn);
        this.fill(8, 0);
        this.scratch.writeUIntLE(this.serial, 0, 6);
        const atom = new Atom(this.scratch.latin1Slice(0, 8));
        atom.external = Buffer.allocUnsafeSlow(size);
        return atom;
    }
    structure(a) {
        const size = this.bytes(a.payload, a.turn), { slots, open, all } = a.plan, nodes = this.frame;
        for (let i = 0; i < slots.length; i++) nodes[i] = this.newNode(slots[i], size, i);
        const edges = this.share() < (a.given.cyclic ?? 1) ? all : open;
        // By index: what an iterator returns is an object, until it is optimized away, and would be floating garbage of our own.
        for (let i = 0; i < edges.length; i++) nodes[edges[i].from].slots[edges[i].slot] = nodes[edges[i].to];
        const head = nodes[0];
        nodes.fill(null);
        return head;
    }
    build(a) {
        const make = a.plan ? 'structure' : a.given.shape || 'atom';
        for (let count = this.amount(a, a.count); count; count--) this.place(a, this[make](a));
    }
    churn(a) { this.build(a); }
    place(a, made) {
        this.see(made);
        if (a.given.guarded > 0) this.share(); // guards are not claimed, but what is drawn is the same everywhere
        const have = a.set ? a.set.length : 0;
        if (a.verb === 'churn' && have) a.set.put(this.turn(a, have), made, this.count);
        else if (a.set) {
            a.set.add(made, this.count);
            if (a.given.keep_newest && have >= a.given.keep_newest) a.set.dropOldest(1);
        }
        this.serial++;
    }
    turn(a, have) { // the next place of those that are used in turn, or one at random
        a.at = a.at < have ? a.at : 0;
        return a.given.order === 'in_turn' ? a.at++ : this.draw(have);
    }
    finalize() {}
    chain(a) {
        const set = a.set, fresh = !set.length;
        let item = fresh ? null : set.items[set.first];
        for (let count = this.amount(a, a.count); count; count--, this.serial++) {
            const head = this.newNode(a.slots, this.bytes(a.payload, a.turn), this.serial);
            head.slots[0] = item;
            item = head;
            if (a.also) a.also.add(head, this.count);
        }
        if (!fresh) set.items[set.first] = item;
        else if (item) set.add(item, this.count);
    }

    // --------------------------------------------------------------------------------------- drop and touch
    drop(a) {
        const { set, given } = a, have = set.length;
        this.observe(have);
        if (!have || given.all || Object.keys(given).length < 2) return set.dropAll();
        if (given.keep_one_of) return set.keep((i) => i % given.keep_one_of === 0);
        if (given.older_than) {
            const { born, first } = set;
            return set.keep((i) => this.count - born[first + i] <= given.older_than);
        }
        if (given.keep_newest) return set.dropOldest(Math.max(have - given.keep_newest, 0));
        let count = Math.min(this.amount(a, a.some), have);
        if (given.oldest) return set.dropOldest(count);
        if (given.newest) return set.dropNewest(count);
        for (; count; count--) set.dropAt(this.draw(set.length));
    }
    touch(a) {
        const set = a.set, how = a.given.how || 'read', have = set.length;
        for (let count = have && this.amount(a, a.count); count; count--) {
            const o = set.items[set.first + this.turn(a, have)];
            if (how === 'read') this.see(o);
            else if (how === 'overwrite' && o instanceof Fixed && o.payload) o.payload = this.fill(o.payload.length, this.serial++);
            else if (how === 'store' && lengthOf(o)) {
                const fresh = this.newNode(1, this.bytes(a.payload, a.turn), this.serial++);
                o.slots[this.draw(o.slots.length)] = fresh;
            }
        }
    }
    shuffle(a) {
        for (let i = a.set.length - 1; i > 0; i--) a.set.swap(i, this.draw(i + 1));
    }
    idle(a) { // as long in all as the file's steps times the scale make it
        const ms = a.given.virtual ? 0 : a.given.seconds * this.all[this.phase].stretch * 1000;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    }
    collect(a) { collect(a.given.generation); }
    freeze() {}

    // --------------------------------------------------------------------------------------- steps
    startPhase(phase) {
        this.phase = phase;
        this.left = this.steps = this.all[phase].steps;
    }
    step() {
        if (!this.left) {
            if (this.phase + 1 === this.all.length) for (const set of this.sets.values()) set.dropAll();
            this.startPhase((this.phase + 1) % this.all.length);
        }
        const { actions } = this.all[this.phase];
        for (let i = 0; i < actions.length; i++) this[actions[i].verb](actions[i]);
        this.left--;
        this.count++;
    }
    setup() {
        for (const phase of this.all.filter((p) => p.setup)) for (let i = 0; i < phase.steps; i++) this.step();
    }
}

module.exports = { Scenario };
