// fit.c - any operations as a program: each is changed to the nearest one that fits, or left out.

#include "fit.h"

#include "base/must.h"

#include <string.h>

enum { FIT_ALL_REGISTERS = FIT_REGISTERS + FIT_FRAMES * FIT_FRAME_MOST };

struct fit {
    struct trace_writer *writer;
    const struct trace_model *model;
    struct circumstances circumstances;
    size_t count, large_bytes;
    unsigned frames, verifies;
    bool young[FIT_ALL_REGISTERS], fresh[FIT_ALL_REGISTERS];
};

// -------------------------------------------------------------------------------------- circumstances
static unsigned circumstance(const json_t *all, const char *name) {
    return (unsigned)json_integer_value(json_object_get(all, name));
}

struct circumstances circumstances_of(const struct trace *t) {
    const json_t *all = json_object_get(t->header, "circumstances");
    return (struct circumstances){circumstance(all, "tunables"), circumstance(all, "refused"),
                                  circumstance(all, "request")};
}

static json_t *circumstances_json(const struct circumstances *c) {
    return must(json_pack("{s:i,s:i,s:i}", "tunables", (int)c->tunables, "refused", (int)c->refused,
                          "request", (int)c->request));
}

// ------------------------------------------------------------------------------------------- operands
// The first register from r on that holds what the letter demands; -1: none does.
static int fit_register(const struct fit *f, char letter, uint64_t r, bool element) {
    uint32_t count = trace_model_registers(f->model);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t k = (uint32_t)((r + i) % count);
        int kind = trace_model_kind(f->model, k);
        bool fits = letter == 'd' || letter == 'r' || (kind >= 0 && letter == 'o') ||
                    (letter == 'm' ? trace_model_is_dict(f->model, k)
                                   : kind == HEAP_LIST || (letter == 'c' && kind == HEAP_NODE));
        if (fits && (!element || trace_model_length(f->model, k)))
            return (int)k;
    }
    return -1;
}

// Many large objects would take all the time; see FIT_LARGE_BYTES.
static uint64_t fit_bytes(struct fit *f, uint64_t bytes) {
    if (bytes >= FIT_LARGE_FROM)
        f->large_bytes += bytes;
    return f->large_bytes > FIT_LARGE_BYTES ? bytes % FIT_LARGE_FROM : bytes;
}

static uint64_t fit_number(struct fit *f, char letter, uint64_t value, uint32_t length) {
    switch (letter) {
    case 'i':
        return value % length;
    case 't':
        return length ? value % length : 0;
    case 's':
        return fit_bytes(f, value % (HEAP_MAX_SLOTS + 1) * sizeof(void *)) / sizeof(void *);
    case 'p':
        return fit_bytes(f, value % FIT_LARGE_BYTES);
    case 'k':
        return value < FIT_KEY_BYTES ? value : FIT_KEY_BYTES;
    case 'n':
        return 1 + value % FIT_FRAME_MOST;
    case 'g':
        return value % HEAP_GENERATIONS;
    case 'y':
        return value % 2;
    default:
        return value;
    }
}

static bool fit_operands(struct fit *f, struct trace_op *op) {
    const char *letters = trace_row(op->number)->operands;
    uint32_t length = 0;
    for (int i = 0; letters[i]; i++) {
        if (!strchr("drocmle", letters[i])) {
            op->operands[i] = fit_number(f, letters[i], op->operands[i], length);
            continue;
        }
        bool element = letters[i] == 'e' || (letters[i] == 'c' && letters[i + 1] == 'i');
        int r = fit_register(f, letters[i], op->operands[i], element);
        if (r < 0)
            return false;
        op->operands[i] = (uint64_t)r;
        if (strchr("cmle", letters[i]))
            length = trace_model_length(f->model, (uint32_t)r);
    }
    return true;
}

// --------------------------------------------------------------------------------------------- state
static void fit_put(struct fit *f, const struct trace_op *op) {
    const char *wrong = trace_write(f->writer, op);
    if (wrong) {
        fprintf(stderr, "fit: %s does not fit: %s\n", trace_row(op->number)->name, wrong);
        abort();
    }
    f->count++;
}

static void fit_clear_young(struct fit *f) {
    for (uint32_t r = 0; r < trace_model_registers(f->model); r++) {
        if (f->young[r] && trace_model_kind(f->model, r) >= 0)
            fit_put(f, &(struct trace_op){TRACE_CLEAR, {r}, NULL});
        f->young[r] = f->fresh[r] = false;
    }
}

// Whether what is made now must not outlive the region.
static bool fit_makes_young(const struct fit *f) {
    return trace_model_in_region(f->model) && !trace_model_long_lived(f->model);
}

// Whether the operation may be done now. What opens is turned into what closes, where it is open.
static bool fit_state(struct fit *f, struct trace_op *op) {
    const uint64_t *o = op->operands;
    switch (op->number) {
    case TRACE_ENTER:
        return f->frames < FIT_FRAMES;
    case TRACE_LEAVE:
        return f->frames;
    case TRACE_REGION_BEGIN:
    case TRACE_REGION_END:
        op->number = trace_model_in_region(f->model) ? TRACE_REGION_END : TRACE_REGION_BEGIN;
        if (op->number == TRACE_REGION_END)
            fit_clear_young(f);
        return true;
    case TRACE_STORE:
    case TRACE_MOVE:
        return !trace_model_is_fixed(f->model, (uint32_t)o[0]) &&
               (!f->young[o[2]] || f->fresh[o[0]]);
    case TRACE_NEW_TUPLE: // what outlives the region holds nothing of it
        return trace_model_length(f->model, (uint32_t)o[1]) <= HEAP_MAX_SLOTS &&
               (fit_makes_young(f) || !f->young[o[1]]);
    case TRACE_GUARD:
        return trace_model_kind(f->model, (uint32_t)o[0]) == HEAP_NODE &&
               !trace_model_is_fixed(f->model, (uint32_t)o[0]);
    case TRACE_NEW_DICT:
        op->operands[1] += !op->operands[1];
        return true;
    case TRACE_PUT:
        return !f->young[o[2]] || f->fresh[o[0]];
    case TRACE_APPEND:
        return !f->young[o[1]] || f->fresh[o[0]];
    case TRACE_CAPACITY: // an array that should have shrunk stays when its new memory is refused
        return !f->circumstances.request;
    case TRACE_VERIFY:
        return f->verifies++ < FIT_VERIFIES;
    default:
        return true;
    }
}

static void fit_tag(struct fit *f, uint64_t r, bool young, bool fresh) {
    f->young[r] = young;
    f->fresh[r] = fresh;
}

static void fit_tags(struct fit *f, const struct trace_op *op) {
    const uint64_t *o = op->operands;
    bool made = fit_makes_young(f);
    int64_t value = (int64_t)o[1];
    switch (op->number) {
    case TRACE_NEW_ATOM:
    case TRACE_NEW_NODE:
    case TRACE_NEW_LIST:
    case TRACE_NEW_DICT:
    case TRACE_NEW_EXTERNAL:
        fit_tag(f, o[0], made, made);
        break;
    case TRACE_NEW_TUPLE:
        fit_tag(f, o[0], made, false);
        break;
    case TRACE_SMALL_INT:
        fit_tag(f, o[0], made && (value < HEAP_INT_MIN || value > HEAP_INT_MAX), false);
        break;
    case TRACE_INTERN:
    case TRACE_CLEAR:
    case TRACE_BORROW:
    case TRACE_GUARDED_TAKE:
        fit_tag(f, o[0], false, false);
        break;
    case TRACE_MOVE:
        fit_tag(f, o[2], false, false);
        break;
    case TRACE_COPY:
        fit_tag(f, o[0], f->young[o[1]], f->fresh[o[1]]);
        break;
    case TRACE_LOAD:
    case TRACE_POP:
        fit_tag(f, o[0], f->young[o[1]], false);
        break;
    case TRACE_ENTER:
        f->frames++;
        for (uint64_t i = 1; i <= o[0]; i++)
            fit_tag(f, trace_model_registers(f->model) - i, false, false);
        break;
    case TRACE_LEAVE:
        f->frames--;
        break;
    default:
        break;
    }
}

// ----------------------------------------------------------------------------------------- interface
struct fit *fit_new(struct circumstances c) {
    struct fit *f = must(calloc(1, sizeof *f));
    f->writer = trace_writer_new(FIT_REGISTERS);
    f->model = trace_writer_model(f->writer);
    f->circumstances = c;
    return f;
}

void fit_free(struct fit *f) {
    if (!f)
        return;
    trace_writer_free(f->writer);
    free(f);
}

void fit_add(struct fit *f, const struct trace_op *op) {
    struct trace_op fitting = *op;
    if (!trace_row(op->number) || !fit_operands(f, &fitting) || !fit_state(f, &fitting))
        return;
    fit_put(f, &fitting);
    fit_tags(f, &fitting);
}

size_t fit_count(const struct fit *f) {
    return f->count;
}

unsigned char *fit_finish(struct fit *f, size_t *bytes) {
    char error[256];
    while (f->frames)
        fit_add(f, &(struct trace_op){TRACE_LEAVE, {0}, NULL});
    if (trace_model_in_region(f->model))
        fit_add(f, &(struct trace_op){TRACE_REGION_END, {0}, NULL});
    if (trace_model_long_lived(f->model) || !f->count)
        fit_add(f, &(struct trace_op){TRACE_LONG_LIVED, {0}, NULL});
    json_t *about = must(json_pack("{s:s,s:o}", "name", "fuzz", "circumstances",
                                   circumstances_json(&f->circumstances)));
    unsigned char *file = trace_writer_finish(f->writer, about, bytes, error, sizeof error);
    json_decref(about);
    return must(file);
}
