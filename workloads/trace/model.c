// model.c - the machine without a heap: what registers and containers hold as a program goes on.

#include "model.h"

#include "base/must.h"

#include <string.h>

struct model_object {
    struct model_object *next, *before; // all objects
    struct model_object *waiting;       // of a list of work
    struct model_object **slots;
    uint32_t references, length, capacity, kind;
    bool fixed; // a tuple or a dict: nothing is stored into it
    bool dict;
    uint32_t region; // which it must not outlive; 0: none
    uint32_t marked; // by the walk of that number
};

struct trace_model {
    struct model_object all; // a ring's head
    struct model_object **registers;
    uint32_t register_count, register_room;
    uint32_t *frames; // sizes of those entered
    uint32_t frame_count, frame_room;
    uint32_t region, regions; // the one that is open, 0: none; how many there were
    uint32_t held, walks;     // objects of the open region
    bool long_lived;
};

// ------------------------------------------------------------------------------------------- objects
static struct model_object *model_object(struct trace_model *m, uint32_t kind, uint32_t length) {
    struct model_object *o = must(calloc(1, sizeof *o));
    o->kind = kind;
    o->length = o->capacity = length;
    if (length)
        o->slots = must(calloc(length, sizeof(struct model_object *)));
    o->next = m->all.next;
    o->before = &m->all;
    o->next->before = o->before->next = o;
    if (m->region && !m->long_lived) {
        o->region = m->region;
        m->held++;
    }
    return o;
}

static void model_delete(struct trace_model *m, struct model_object *o) {
    m->held -= m->region && o->region == m->region;
    o->next->before = o->before;
    o->before->next = o->next;
    free(o->slots);
    free(o);
}

// Drops a reference, and all that dies with it; a list instead of recursion, for chains are long.
static void model_drop(struct trace_model *m, struct model_object *o) {
    if (!o || --o->references)
        return;
    o->waiting = NULL;
    for (struct model_object *work = o; work;) {
        struct model_object *dead = work;
        work = dead->waiting;
        for (uint32_t i = 0; i < dead->length; i++) {
            struct model_object *child = dead->slots[i];
            if (child && --child->references == 0) {
                child->waiting = work;
                work = child;
            }
        }
        model_delete(m, dead);
    }
}

static void model_set(struct trace_model *m, struct model_object **place, struct model_object *o) {
    struct model_object *old = *place;
    if (o)
        o->references++;
    *place = o;
    model_drop(m, old);
}

static void model_truncate(struct trace_model *m, struct model_object *list, uint32_t length) {
    while (list->length > length) {
        struct model_object *last = list->slots[--list->length];
        model_drop(m, last);
    }
}

static void model_append(struct model_object *list, struct model_object *o) {
    if (list->length == list->capacity) {
        list->capacity = list->capacity * 2 + 4;
        list->slots = must(realloc(list->slots, list->capacity * sizeof(struct model_object *)));
    }
    list->slots[list->length++] = o;
    if (o)
        o->references++;
}

// ---------------------------------------------------------------------------------- frames, regions
static void model_enter(struct trace_model *m, uint32_t count) {
    if (m->register_room - m->register_count < count) {
        m->register_room = m->register_room * 2 + count;
        m->registers =
            must(realloc(m->registers, m->register_room * sizeof(struct model_object *)));
    }
    memset(m->registers + m->register_count, 0, count * sizeof(struct model_object *));
    m->register_count += count;
}

static void model_push(struct trace_model *m, uint32_t count) {
    if (m->frame_count == m->frame_room) {
        m->frame_room = m->frame_room * 2 + 16;
        m->frames = must(realloc(m->frames, m->frame_room * sizeof *m->frames));
    }
    m->frames[m->frame_count++] = count;
    model_enter(m, count);
}

static void model_pop(struct trace_model *m) {
    for (uint32_t count = m->frames[--m->frame_count]; count; count--)
        model_set(m, &m->registers[--m->register_count], NULL);
}

static void model_mark(struct trace_model *m, struct model_object *o, struct model_object **work) {
    if (!o || o->marked == m->walks)
        return;
    o->marked = m->walks;
    o->waiting = *work;
    *work = o;
}

// Whether an object of the open region can be reached from a register.
static bool model_region_is_reached(struct trace_model *m) {
    struct model_object *work = NULL;
    if (!m->held)
        return false;
    m->walks++;
    for (uint32_t r = 0; r < m->register_count; r++)
        model_mark(m, m->registers[r], &work);
    while (work) {
        struct model_object *o = work;
        work = o->waiting;
        if (o->region == m->region)
            return true;
        for (uint32_t i = 0; i < o->length; i++)
            model_mark(m, o->slots[i], &work);
    }
    return false;
}

// ------------------------------------------------------------------------------------------ operands
// A register that holds what the letter demands: NULL, or what is wrong.
static const char *model_register(const struct trace_model *m, char letter, uint64_t r) {
    if (r >= m->register_count)
        return "an operand is no register";
    const struct model_object *o = m->registers[r];
    if (letter == 'd' || letter == 'r')
        return NULL;
    if (!o)
        return "a register is empty";
    if (letter != 'o' && o->kind == HEAP_ATOM)
        return "a register holds no container";
    if (letter == 'm')
        return o->dict ? NULL : "a register holds no dict";
    if ((letter == 'l' || letter == 'e') && o->kind != HEAP_LIST)
        return "a register holds no list";
    return letter == 'e' && !o->length ? "a list has no element" : NULL;
}

static const char *model_number(char letter, uint64_t value, uint32_t length) {
    switch (letter) {
    case 'i':
        return value < length ? NULL : "an index is beyond the container";
    case 't':
        return value <= length ? NULL : "a length is beyond the list's";
    case 's':
        return value <= HEAP_MAX_SLOTS ? NULL : "a node has too many slots";
    case 'p':
    case 'k':
        return value <= HEAP_MAX_PAYLOAD_BYTES ? NULL : "a payload is too large";
    case 'g':
        return value < HEAP_GENERATIONS ? NULL : "a generation does not exist";
    case 'y':
        return value <= 1 ? NULL : "an operand is neither 0 nor 1";
    default:
        return NULL;
    }
}

static const char *model_operands(const struct trace_model *m, const struct trace_op *op) {
    const char *letter = trace_row(op->number)->operands, *wrong = NULL;
    uint32_t length = 0;
    for (int i = 0; letter[i] && !wrong; i++) {
        if (!strchr("drocmle", letter[i])) {
            wrong = model_number(letter[i], op->operands[i], length);
            continue;
        }
        wrong = model_register(m, letter[i], op->operands[i]);
        if (!wrong && strchr("cml", letter[i]))
            length = m->registers[op->operands[i]]->length;
    }
    return wrong;
}

// What no single operand shows.
static const char *model_state(struct trace_model *m, const struct trace_op *op) {
    switch (op->number) {
    case TRACE_ENTER:
        return op->operands[0] && op->operands[0] <= TRACE_MAX_REGISTERS - m->register_count
                   ? NULL
                   : "a frame has no register, or too many";
    case TRACE_STORE:
    case TRACE_MOVE:
        if (m->registers[op->operands[0]]->dict)
            return "a dict changes by put alone";
        return m->registers[op->operands[0]]->fixed ? "a tuple does not change" : NULL;
    case TRACE_NEW_DICT:
        return op->operands[1] ? NULL : "a dict has no slot";
    case TRACE_NEW_TUPLE:
        return m->registers[op->operands[1]]->length <= HEAP_MAX_SLOTS
                   ? NULL
                   : "a tuple has too many slots";
    case TRACE_GUARD:
        return m->registers[op->operands[0]]->kind == HEAP_NODE &&
                       !m->registers[op->operands[0]]->fixed
                   ? NULL
                   : "only a node that is no tuple and no dict is guarded";
    case TRACE_LEAVE:
        return m->frame_count ? NULL : "no frame was entered";
    case TRACE_REGION_BEGIN:
        return m->region ? "a region is open: they do not nest" : NULL;
    case TRACE_REGION_END:
        if (!m->region)
            return "no region is open";
        return model_region_is_reached(m) ? "an object of the region is still reachable" : NULL;
    default:
        return NULL;
    }
}

// ---------------------------------------------------------------------------------------- operations
static void model_access(struct trace_model *m, const struct trace_op *op) {
    struct model_object **a = &m->registers[op->operands[0]], *b;
    switch (op->number) {
    case TRACE_COPY:
        model_set(m, a, m->registers[op->operands[1]]);
        break;
    case TRACE_LOAD:
        model_set(m, a, m->registers[op->operands[1]]->slots[op->operands[2]]);
        break;
    case TRACE_STORE:
    case TRACE_PUT:
        model_set(m, &(*a)->slots[op->operands[1]], m->registers[op->operands[2]]);
        break;
    case TRACE_MOVE: // the slot takes the reference of the register over
        b = m->registers[op->operands[2]];
        model_set(m, &(*a)->slots[op->operands[1]], b);
        model_set(m, &m->registers[op->operands[2]], NULL);
        break;
    case TRACE_APPEND:
        model_append(*a, m->registers[op->operands[1]]);
        break;
    case TRACE_POP: // the register takes the reference of the list over
        b = m->registers[op->operands[1]];
        b = b->slots[--b->length];
        model_set(m, a, b);
        model_drop(m, b);
        break;
    default:
        model_truncate(m, *a, (uint32_t)op->operands[1]);
    }
}

static void model_tuple(struct trace_model *m, const struct trace_op *op) {
    const struct model_object *list = m->registers[op->operands[1]];
    struct model_object *o = model_object(m, HEAP_NODE, list->length);
    o->fixed = true;
    for (uint32_t i = 0; i < list->length; i++)
        model_set(m, &o->slots[i], list->slots[i]);
    model_set(m, &m->registers[op->operands[0]], o);
}

// An immortal small int and an interned atom outlive the region; that they are made anew each time,
// nobody sees.
static void model_make(struct trace_model *m, const struct trace_op *op) {
    static const uint32_t kinds[] = {[TRACE_NEW_ATOM] = HEAP_ATOM, [TRACE_NEW_NODE] = HEAP_NODE,
                                     [TRACE_NEW_LIST] = HEAP_LIST, [TRACE_NEW_EXTERNAL] = HEAP_ATOM,
                                     [TRACE_INTERN] = HEAP_ATOM,   [TRACE_SMALL_INT] = HEAP_ATOM,
                                     [TRACE_NEW_DICT] = HEAP_NODE};
    uint32_t length = kinds[op->number] == HEAP_NODE ? (uint32_t)op->operands[1] : 0;
    int64_t value = (int64_t)op->operands[1];
    bool cached = op->number == TRACE_SMALL_INT && value >= HEAP_INT_MIN && value <= HEAP_INT_MAX;
    struct model_object *o = model_object(m, kinds[op->number], length);
    if (o->region && (cached || op->number == TRACE_INTERN)) {
        o->region = 0;
        m->held--;
    }
    o->fixed = o->dict = op->number == TRACE_NEW_DICT;
    model_set(m, &m->registers[op->operands[0]], o);
}

// Every operation has a case, so that a new one is not forgotten.
static void model_carry_out(struct trace_model *m, const struct trace_op *op) {
    switch ((enum trace_code)op->number) {
    case TRACE_COPY:
    case TRACE_LOAD:
    case TRACE_STORE:
    case TRACE_PUT:
    case TRACE_MOVE:
    case TRACE_APPEND:
    case TRACE_POP:
    case TRACE_TRUNCATE:
        model_access(m, op);
        break;
    case TRACE_NEW_ATOM:
    case TRACE_NEW_NODE:
    case TRACE_NEW_LIST:
    case TRACE_NEW_DICT:
    case TRACE_NEW_EXTERNAL:
    case TRACE_INTERN:
    case TRACE_SMALL_INT:
        model_make(m, op);
        break;
    case TRACE_NEW_TUPLE:
        model_tuple(m, op);
        break;
    case TRACE_CLEAR:
    case TRACE_BORROW:
    case TRACE_GUARDED_TAKE:
        model_set(m, &m->registers[op->operands[0]], NULL);
        break;
    case TRACE_ENTER:
        model_push(m, (uint32_t)op->operands[0]);
        break;
    case TRACE_LEAVE:
        model_pop(m);
        break;
    case TRACE_REGION_BEGIN:
        m->region = ++m->regions;
        m->held = 0;
        break;
    case TRACE_REGION_END:
        m->region = 0;
        break;
    case TRACE_LONG_LIVED:
        m->long_lived = op->operands[0];
        break;
    case TRACE_SAME:
    case TRACE_IS_EMPTY:
    case TRACE_KIND:
    case TRACE_LENGTH:
    case TRACE_CAPACITY:
    case TRACE_PAYLOAD_BYTES:
    case TRACE_PAYLOAD:
    case TRACE_GUARD:
    case TRACE_COLLECT:
    case TRACE_ENABLE:
    case TRACE_FREEZE:
    case TRACE_UNFREEZE:
    case TRACE_VERIFY:
    case TRACE_MARK:
    case TRACE_END:
        break;
    }
}

const char *trace_model_do(struct trace_model *m, const struct trace_op *op) {
    if (op->number == TRACE_MARK)
        return NULL;
    const char *wrong = trace_row(op->number) ? model_operands(m, op) : "no such operation";
    if (!wrong)
        wrong = model_state(m, op);
    if (!wrong)
        model_carry_out(m, op);
    return wrong;
}

const char *trace_model_ends(const struct trace_model *m) {
    if (m->frame_count)
        return "a frame is entered and not left";
    if (m->region)
        return "a region is open";
    return m->long_lived ? "long_lived is on" : NULL;
}

// ----------------------------------------------------------------------------------------- life cycle
struct trace_model *trace_model_new(uint32_t registers) {
    struct trace_model *m = must(calloc(1, sizeof *m));
    m->all.next = m->all.before = &m->all;
    model_enter(m, registers);
    return m;
}

void trace_model_free(struct trace_model *m) {
    if (!m)
        return;
    while (m->all.next != &m->all)
        model_delete(m, m->all.next);
    free(m->registers);
    free(m->frames);
    free(m);
}

uint32_t trace_model_registers(const struct trace_model *m) {
    return m->register_count;
}

uint32_t trace_model_frame(const struct trace_model *m) {
    return m->frame_count ? m->frames[m->frame_count - 1] : 0;
}

int trace_model_kind(const struct trace_model *m, uint32_t r) {
    return m->registers[r] ? (int)m->registers[r]->kind : -1;
}

uint32_t trace_model_length(const struct trace_model *m, uint32_t r) {
    return m->registers[r] ? m->registers[r]->length : 0;
}

bool trace_model_is_fixed(const struct trace_model *m, uint32_t r) {
    return m->registers[r] && m->registers[r]->fixed;
}

bool trace_model_is_dict(const struct trace_model *m, uint32_t r) {
    return m->registers[r] && m->registers[r]->dict;
}

bool trace_model_in_region(const struct trace_model *m) {
    return m->region;
}

bool trace_model_long_lived(const struct trace_model *m) {
    return m->long_lived;
}
