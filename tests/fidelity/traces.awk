# traces.awk - with -v name=NAME, one of five small traces (see fidelity.c), always the same, as
# lines of octal escapes for printf. Each is about one group of the collector's rules; what CPython did
# with them is in fidelity_expected.json.
#   rings    cycles of any length, some of them kept: garbage in every generation, promotion
#   counter  the counter of generation 0 falls with every death, but not below 0
#   quarter  a full collection waits until what grew old is a quarter of what is old
#   lists    the 80 dead lists that wait, and the full collection that lets them go
#   random   everything, with collections by hand, the collector off and on, and a freeze

function int32(n,    i, text) { # n >= 0
    for (i = 0; i < 4; i++) {
        text = text sprintf("\\%03o", n % 256)
        n = int(n / 256)
    }
    return text
}
function op(code, a, b, c) { ops[count++] = int32(code) int32(a) int32(b) int32(c) }
function new(a, slots)   { op(0, a, slots) }
function set(a, slot, b) { op(1, a, slot, b) }
function move(a, b)      { op(4, a, b) }
function drop(a)         { op(5, a) }
function collect(g)      { op(6, g) }
function list(a, elements) { op(12, a, elements) }

# Park and Miller, "Random number generators: good ones are hard to find", CACM 31, 1988.
function draw(n) {
    seed = seed * 16807 % 2147483647
    return seed % n
}

# A doubly linked ring of n nodes; register a refers to it. Needs the two registers behind a.
function ring(a, n,    i) {
    new(a, 2)
    move(a + 1, a)
    for (i = 1; i < n; i++) {
        new(a + 2, 2)
        set(a + 1, 0, a + 2)
        set(a + 2, 1, a + 1)
        move(a + 1, a + 2)
    }
    set(a + 1, 0, a)
    set(a, 1, a + 1)
    drop(a + 1)
    drop(a + 2)
}

function rings(    i) {
    for (i = 0; i < 120; i++) {
        ring(0, 2 + draw(12))
        if (draw(3) == 0)
            move(3 + draw(20), 0)
    }
}

function counter(    i, round) {
    for (round = 0; round < 8; round++) {
        for (i = 0; i < 150; i++)
            new(i, 1)
        collect(round % 2)
        for (i = 0; i < 20 * round; i++) # these are counted down from 0
            drop(i)
        for (i = 0; i < 40; i++) {
            new(150, 1)
            set(150, 0, 150)
            new(151 + i % 7, 0)
        }
    }
}

function quarter(    i) {
    for (i = 0; i < 900; i++) {
        new(i, 0)
        if (i % 3 == 0) {
            new(900, 1)
            set(900, 0, 900)
        }
    }
}

# Lists in lists, in cycles, in a window; and as many at once as cannot all wait.
function lists(    i, round) {
    for (round = 0; round < 6; round++) {
        for (i = 0; i < 130; i++) {
            list(i, 2)
            if (i && draw(2))
                set(i, 0, i - 1)
            if (draw(5) == 0)
                set(i, 1, i)
        }
        for (i = 0; i < 130; i++)
            if (draw(4))
                drop(i)
        if (round == 3)
            collect(2)
        for (i = 0; i < 60; i++)
            list(130 + draw(10), 0)
        new(140 + round, 1)
    }
    for (i = 0; i < 100; i++)
        list(i, 0)
    collect(1)
    for (i = 0; i < 100; i++)
        drop(i)
    for (i = 0; i < 85; i++) # 5 are counted
        list(i, 0)
}

# obj[] is what the registers refer to, slot[] what the objects do; 0: nothing.
function random_access(a, b, i) {
    if (draw(2) && obj[a] && obj[b]) {
        set(a, i, b)
        slot[obj[a], i] = obj[b]
    } else if (draw(4) == 0 && obj[a]) {
        op(2, a, i)
        slot[obj[a], i] = 0
    } else if (obj[b]) {
        op(3, a, b, i)
        obj[a] = slot[obj[b], i] + 0
    }
}
function random(    n, a, b, dice, made) {
    for (n = 0; n < 2500; n++) {
        a = draw(12)
        b = draw(12)
        dice = draw(1000)
        if (dice < 350) {
            op(draw(4) ? 0 : 12, a, 3)
            obj[a] = ++made
        } else if (dice < 800) {
            random_access(a, b, draw(3))
        } else if (dice < 900) {
            move(a, b)
            obj[a] = obj[b]
        } else if (dice < 985) {
            drop(a)
            obj[a] = 0
        } else if (dice < 991) {
            collect(draw(3))
        } else if (dice < 999) {
            op(9 + draw(2))
        } else {
            op(7)
        }
    }
    op(10)
}

# header REGISTERS SLOTS THRESHOLDS
function header(registers, slots, t0, t1, t2) {
    print "CGPC" int32(registers) int32(slots) int32(t0) int32(t1) int32(t2) int32(count) int32(0)
}

BEGIN {
    seed = 1
    count = 0
    if (name == "rings") {
        rings()
        header(23, 2, 30, 2, 2)
    } else if (name == "counter") {
        counter()
        header(160, 1, 45, 3, 1)
    } else if (name == "quarter") {
        quarter()
        header(901, 1, 9, 1, 1)
    } else if (name == "lists") {
        lists()
        header(150, 2, 12, 2, 1)
    } else {
        random()
        header(12, 3, 15, 2, 2)
    }
    for (i = 0; i < count; i++)
        print ops[i]
}
