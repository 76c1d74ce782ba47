// interning.c - a reader of tokens: one object per value, or one per use.
//
// A step reads a batch of values, each a token of the input or an integer, into a list. Most
// programs drop such a list at once and keep a few of its values; here, those that are kept enter a
// window, a list used as a ring, from which the oldest value then drops out.
//
// With intern=on equal values share one object (heap_intern, heap_small_int), with intern=off each
// use has its own. The values are the same in both, and so is all else that the program does, so
// the difference between the two is what sharing costs or saves.
//
// The hit rate is intern_hits / (intern_hits + intern_misses). A value is found when it has not
// been reclaimed since its last use, so the rate depends on the number of distinct words, on window
// and batch, and on how late the strategy reclaims.

#include "workload.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW, BATCH, VALUE, OTHER, REGISTERS };

enum { INTERN, SHORT_LIVED, SMALL_INT, SOURCE, VOCABULARY, WINDOW_LENGTH, BATCH_LENGTH, PARAMS };
enum { SOURCE_TEXT, SOURCE_ZIPF, SOURCE_UNIFORM };

static const struct setting interning_params[PARAMS] = {
    [INTERN] = {.name = "intern",
                .doc = "one object per value, or one per use",
                .unit = "",
                .fallback = 1,
                .choices = (const char *const[]){"off", "on", NULL},
                .sweep = "off,on"},
    [SHORT_LIVED] = {.name = "short_lived",
                     .doc = "share of values that die at the end of the step",
                     .unit = "share",
                     .fallback = 0.5,
                     .max = 1,
                     .sweep = "0,0.5,0.9,1"},
    [SMALL_INT] = {.name = "small_int",
                   .doc = "share of values that are integers, half of them within -5 .. 256",
                   .unit = "share",
                   .fallback = 0.1,
                   .max = 1,
                   .sweep = "0,0.1,0.5,1"},
    [SOURCE] = {.name = "source",
                .doc =
                    "tokens of the input in their order, or made-up words, the k-th as frequent as "
                    "1/k or all alike",
                .unit = "",
                .choices = (const char *const[]){"text", "zipf", "uniform", NULL},
                .sweep = "text,zipf,uniform"},
    [VOCABULARY] = {.name = "vocabulary",
                    .when = "source!=text",
                    .doc = "distinct words of source=zipf and source=uniform",
                    .unit = "words",
                    .fallback = 10000,
                    .min = 1,
                    .max = 1e6,
                    .whole = 1},
    [WINDOW_LENGTH] = {.name = "window",
                       .doc = "values that are kept, the oldest leaving first",
                       .unit = "values",
                       .fallback = 10000,
                       .min = 1,
                       .max = 1e6,
                       .whole = 1,
                       .sweep = "100,10000,100000"},
    [BATCH_LENGTH] = {.name = "batch",
                      .doc = "values of a step",
                      .unit = "values",
                      .fallback = 64,
                      .min = 1,
                      .max = 1e5,
                      .whole = 1},
};

// What a step needs, read from the parameters once.
struct interning {
    bool shared;
    double short_lived, small_int;
    size_t batch, window;
    const char *text; // of the tokens
    const struct input_token *tokens;
    size_t token_count;
    size_t next_token;
    size_t oldest;                   // slot of the window that is overwritten next
    char *made_text;                 // the words of a made-up source, else NULL
    struct input_token *made_tokens; // likewise
};

// --------------------------------------------------------------------------------- made-up sources

// A made-up source is a text like a real one, drawn in set-up: so the loop of a step is the same
// for every source, and the price of drawing a word (a search in a table) is in no step.
enum { MADE_TOKENS = 1 << 20 }; // as many as 8 MiB of C headers have

// A word is 5 letters that name its rank, then up to 10 more: 10 on average, as identifiers are.
enum { WORD_CODE_LETTERS = 5, WORD_MORE_LETTERS = 10 };
enum { WORD_MAX_LETTERS = WORD_CODE_LETTERS + WORD_MORE_LETTERS };
enum { WORD_CODES = 26 * 26 * 26 * 26 * 26 };
enum {
    WORD_STRIDE = 7368787
}; // has no factor in common with 26, so that codes of ranks are distinct

static size_t interning_word(char *word, uint64_t rank) {
    struct mutator letters = {.random = rank}; // the same words for every seed
    uint64_t more = mutator_random(&letters);
    uint64_t code = rank * WORD_STRIDE % WORD_CODES;
    size_t length = WORD_CODE_LETTERS + more % (WORD_MORE_LETTERS + 1);
    more /= WORD_MORE_LETTERS + 1;
    for (size_t i = 0; i < length; i++) {
        uint64_t *digits = i < WORD_CODE_LETTERS ? &code : &more;
        word[i] = (char)('a' + *digits % 26);
        *digits /= 26;
    }
    return length;
}

// Shares in whole numbers, so that every machine draws the same words: cumulative[k] is the sum of
// the weights of ranks 0 .. k.
static void interning_weigh(uint64_t *cumulative, size_t vocabulary, bool zipf) {
    uint64_t sum = 0;
    for (size_t rank = 0; rank < vocabulary; rank++)
        cumulative[rank] = sum += zipf ? ((uint64_t)1 << 32) / (rank + 1) : 1;
}

// interning_draw - a rank: the first whose cumulative weight is above a random number below the
// sum.
static size_t interning_draw(struct mutator *m, const uint64_t *cumulative, size_t vocabulary) {
    uint64_t point = mutator_random(m) % cumulative[vocabulary - 1];
    size_t low = 0, high = vocabulary - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cumulative[middle] > point)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void interning_fill(struct mutator *m, struct interning *s, uint64_t *cumulative,
                           struct input_token *words, size_t vocabulary) {
    uint32_t end = 0;
    for (size_t rank = 0; rank < vocabulary; rank++) {
        words[rank].offset = end;
        words[rank].bytes = (uint32_t)interning_word(s->made_text + end, rank);
        end += words[rank].bytes;
    }
    interning_weigh(cumulative, vocabulary, m->params[SOURCE] == SOURCE_ZIPF);
    for (size_t i = 0; i < MADE_TOKENS; i++)
        s->made_tokens[i] = words[interning_draw(m, cumulative, vocabulary)];
}

static int interning_make_source(struct mutator *m, struct interning *s) {
    size_t vocabulary = (size_t)m->params[VOCABULARY];
    uint64_t *cumulative = malloc(vocabulary * sizeof *cumulative);
    struct input_token *words = malloc(vocabulary * sizeof *words);
    s->made_text = malloc(vocabulary * WORD_MAX_LETTERS);
    s->made_tokens = malloc(MADE_TOKENS * sizeof *s->made_tokens);
    bool made = cumulative && words && s->made_text && s->made_tokens;
    if (made)
        interning_fill(m, s, cumulative, words, vocabulary);
    free(cumulative);
    free(words);
    s->text = s->made_text;
    s->tokens = s->made_tokens;
    s->token_count = MADE_TOKENS;
    return made ? 0 : ENOMEM;
}

// ------------------------------------------------------------------------------------------ set-up

static int interning_find_source(struct mutator *m, struct interning *s) {
    int error = 0;
    if (m->params[SOURCE] == SOURCE_TEXT) {
        s->text = m->input->text;
        s->tokens = m->input->tokens;
        s->token_count = m->input->token_count;
    } else {
        error = interning_make_source(m, s);
    }
    s->next_token = mutator_draw(m, s->token_count);
    return error;
}

static int interning_prepare(struct mutator *m) {
    struct interning *s = m->state;
    s->shared = m->params[INTERN] != 0;
    s->short_lived = m->params[SHORT_LIVED];
    s->small_int = m->params[SMALL_INT];
    s->batch = (size_t)m->params[BATCH_LENGTH];
    s->window = (size_t)m->params[WINDOW_LENGTH];
    return interning_find_source(m, s);
}

static int interning_setup(struct mutator *m) {
    struct heap_reg *r = m->registers;
    const struct interning *s = m->state;
    int error = heap_new_list(m->heap, &r[WINDOW]);
    for (size_t i = 0; i < s->window && !error; i++)
        error = heap_append(m->heap, &r[WINDOW], &r[VALUE]); // empty
    return error;
}

static void interning_teardown(struct mutator *m) {
    struct interning *s = m->state;
    free(s->made_text);
    free(s->made_tokens);
    s->made_text = NULL;
    s->made_tokens = NULL;
}

// -------------------------------------------------------------------------------------------- step

static int interning_fresh(struct heap *h, struct heap_reg *dst, const void *key, size_t bytes) {
    int error = heap_new_atom(h, dst, bytes);
    if (!error)
        memcpy(heap_payload(h, dst), key, bytes);
    return error;
}

static int interning_whole(struct mutator *m, const struct interning *s, struct heap_reg *dst,
                           int64_t number) {
    if (s->shared)
        return heap_small_int(m->heap, dst, number);
    return interning_fresh(m->heap, dst, &number, sizeof number);
}

// Half of the integers are small: as many lie below and above -5 .. 256 as within.
static int interning_number(struct mutator *m, const struct interning *s, struct heap_reg *dst) {
    enum { SMALL = HEAP_INT_MAX - HEAP_INT_MIN + 1 };
    return interning_whole(m, s, dst,
                           (int64_t)mutator_draw(m, 2 * SMALL) + HEAP_INT_MIN - SMALL / 2);
}

static int interning_token(struct mutator *m, struct interning *s, struct heap_reg *dst) {
    const struct input_token *token = &s->tokens[s->next_token];
    if (++s->next_token == s->token_count)
        s->next_token = 0;
    const char *key = s->text + token->offset;
    int64_t number;
    if (token->bytes == INPUT_NUMBER) {
        memcpy(&number, key, sizeof number);
        return interning_whole(m, s, dst, number);
    }
    if (s->shared)
        return heap_intern(m->heap, dst, key, token->bytes);
    return interning_fresh(m->heap, dst, key, token->bytes);
}

static void interning_keep(struct mutator *m, struct interning *s) {
    heap_store(m->heap, &m->registers[WINDOW], s->oldest, &m->registers[VALUE]);
    if (++s->oldest == s->window)
        s->oldest = 0;
}

static int interning_read_values(struct mutator *m, struct interning *s) {
    struct heap_reg *r = m->registers;
    int error = heap_new_list(m->heap, &r[BATCH]);
    for (size_t i = 0; i < s->batch && !error; i++) {
        bool kept = !mutator_chance(m, s->short_lived);
        heap_long_lived(m->heap, kept);
        error = mutator_chance(m, s->small_int) ? interning_number(m, s, &r[VALUE])
                                                : interning_token(m, s, &r[VALUE]);
        heap_long_lived(m->heap, false);
        if (!error)
            error = heap_append(m->heap, &r[BATCH], &r[VALUE]);
        if (!error && kept)
            interning_keep(m, s);
    }
    return error;
}

// A value by its length, first and last byte; the payload of a value is never empty.
static uint64_t interning_glance(struct heap *h, const struct heap_reg *value) {
    const unsigned char *payload = heap_payload(h, value);
    size_t bytes = heap_payload_bytes(h, value);
    return bytes << 16 | (uint64_t)payload[0] << 8 | payload[bytes - 1];
}

// Look at every value of the batch, and whether it is the same object as another one. Both are
// live: an interned value that died and came back may have any identity.
static void interning_use_values(struct mutator *m, const struct interning *s) {
    struct heap_reg *r = m->registers;
    for (size_t i = 0; i < s->batch; i++) {
        heap_load(m->heap, &r[VALUE], &r[BATCH], i);
        heap_load(m->heap, &r[OTHER], &r[BATCH], mutator_draw(m, s->batch));
        mutator_observe(m, interning_glance(m->heap, &r[VALUE]));
        mutator_observe(m, heap_same(m->heap, &r[VALUE], &r[OTHER]));
    }
}

static int interning_step(struct mutator *m) {
    heap_region_begin(m->heap);
    int error = interning_read_values(m, m->state);
    if (!error)
        interning_use_values(m, m->state);
    heap_clear(m->heap, &m->registers[BATCH]);
    heap_clear(m->heap, &m->registers[VALUE]);
    heap_clear(m->heap, &m->registers[OTHER]);
    heap_region_end(m->heap);
    return error;
}

WORKLOAD(interning,
         .summary = "tokens of real text become one object per value or one per use: when does "
                    "sharing equal values pay?",
         .step_is = "a batch of tokens", .params = interning_params, .param_count = PARAMS,
         .registers = REGISTERS, .state_bytes = sizeof(struct interning), .steps = 40000,
         .reads = WORKLOAD_READS_TEXT, .prepare = interning_prepare, .setup = interning_setup,
         .step = interning_step, .teardown = interning_teardown)
