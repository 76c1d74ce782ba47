// sparse.c - see sparse.h. Each walk is over what is there.

#include "sparse.h"

#include "latency.h"
#include "must.h"
#include "varint.h"

#include <stdlib.h>
#include <string.h>

void sparse_free(struct sparse *s) {
    free(s->word);
    *s = (struct sparse){0};
}

static void sparse_reserve(struct sparse *s, size_t words) {
    if (words <= s->room)
        return;
    s->room = 2 * words;
    s->word = must(realloc(s->word, s->room * sizeof *s->word));
}

void sparse_reset(struct sparse *s) {
    sparse_reserve(s, SPARSE_HEAD);
    memset(s->word, 0, SPARSE_HEAD * sizeof *s->word);
    s->word[SPARSE_MIN_NS] = UINT64_MAX;
    s->words = SPARSE_HEAD;
}

static void sparse_append(struct sparse *s, uint64_t bucket, uint64_t count) {
    s->word[s->words++] = bucket;
    s->word[s->words++] = count;
}

// ------------------------------------------------------------------------------------- out of JSON
static int sparse_order(const void *a, const void *b) {
    const uint64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

// Records have buckets in order, each once; who writes by hand may not.
static void sparse_sort(struct sparse *s) {
    qsort(s->word + SPARSE_HEAD, (s->words - SPARSE_HEAD) / 2, 2 * sizeof *s->word, sparse_order);
    size_t words = s->words;
    s->words = SPARSE_HEAD;
    for (size_t i = SPARSE_HEAD; i < words; i += 2) {
        bool again = s->words > SPARSE_HEAD && s->word[s->words - 2] == s->word[i];
        if (again)
            s->word[s->words - 1] += s->word[i + 1];
        else
            sparse_append(s, s->word[i], s->word[i + 1]);
    }
}

void sparse_head(struct sparse *s, const int64_t head[SPARSE_HEAD]) {
    sparse_reset(s);
    for (size_t i = 0; i < SPARSE_HEAD; i++)
        s->word[i] = (uint64_t)head[i];
    if (!s->word[SPARSE_COUNT])
        s->word[SPARSE_MIN_NS] = UINT64_MAX;
}

bool sparse_add(struct sparse *s, int64_t value_ns, int64_t count) {
    if (value_ns < 0 || count < 0)
        return false;
    sparse_reserve(s, s->words + 2);
    sparse_append(s, latency_bucket((uint64_t)value_ns), (uint64_t)count);
    return true;
}

bool sparse_whole(struct sparse *s) {
    uint64_t total = 0;
    bool sorted = true;
    for (size_t i = SPARSE_HEAD; i < s->words; i += 2) {
        total += s->word[i + 1];
        sorted &= i == SPARSE_HEAD || s->word[i - 2] < s->word[i];
    }
    if (!sorted)
        sparse_sort(s);
    return total == s->word[SPARSE_COUNT];
}

const char *const sparse_names[SPARSE_HEAD] = {"count", "sum_ns", "min_ns", "max_ns"};

bool sparse_from_json(struct sparse *s, const json_t *json) {
    int64_t head[SPARSE_HEAD];
    for (size_t i = 0; i < SPARSE_HEAD; i++) {
        const json_t *member = json_object_get(json, sparse_names[i]);
        if (!json_is_integer(member))
            return false;
        head[i] = json_integer_value(member);
    }
    const json_t *buckets = json_object_get(json, "buckets"), *pair;
    size_t i;
    sparse_head(s, head);
    json_array_foreach(buckets, i, pair) {
        const json_t *value = json_array_get(pair, 0), *count = json_array_get(pair, 1);
        if (!json_is_integer(value) || !json_is_integer(count) ||
            !sparse_add(s, json_integer_value(value), json_integer_value(count)))
            return false;
    }
    return buckets && sparse_whole(s);
}

// --------------------------------------------------------------------------------------- what of it
void sparse_merge(struct sparse *into, const struct sparse *s, const uint64_t *packed,
                  size_t words) {
    sparse_reset(into);
    const uint64_t *a = s->word, *b = words < SPARSE_HEAD ? into->word : packed;
    uint64_t least = a[SPARSE_MIN_NS] < b[SPARSE_MIN_NS] ? a[SPARSE_MIN_NS] : b[SPARSE_MIN_NS];
    uint64_t most = a[SPARSE_MAX_NS] > b[SPARSE_MAX_NS] ? a[SPARSE_MAX_NS] : b[SPARSE_MAX_NS];
    const uint64_t head[SPARSE_HEAD] = {a[SPARSE_COUNT] + b[SPARSE_COUNT],
                                        a[SPARSE_SUM_NS] + b[SPARSE_SUM_NS], least, most};
    sparse_reserve(into, s->words + words);
    memcpy(into->word, head, sizeof head);
    for (size_t i = SPARSE_HEAD, j = SPARSE_HEAD; i + 1 < s->words || j + 1 < words;) {
        bool left = i + 1 < s->words && (j + 1 >= words || a[i] <= packed[j]);
        bool right = j + 1 < words && (i + 1 >= s->words || packed[j] <= a[i]);
        sparse_append(into, left ? a[i] : packed[j],
                      (left ? a[i + 1] : 0) + (right ? packed[j + 1] : 0));
        i += left ? 2 : 0;
        j += right ? 2 : 0;
    }
}

// The head; then of each bucket how far it is from the one before, and what it holds.
void *sparse_pack(const struct sparse *s, size_t *bytes) {
    unsigned char *data = must(malloc(s->words * VARINT_MOST)), *at = data;
    for (size_t i = 0; i < s->words; i++) {
        bool next = i > SPARSE_HEAD && i % 2 == SPARSE_HEAD % 2;
        at = varint_put(at, s->word[i] - (next ? s->word[i - 2] : 0));
    }
    *bytes = (size_t)(at - data);
    return data;
}

bool sparse_unpack(struct sparse *s, const void *data, size_t bytes) {
    const unsigned char *at = data, *end = at + bytes;
    sparse_reserve(s, bytes + SPARSE_HEAD); // each word has a byte at least
    s->words = 0;
    bool whole = true;
    while (at < end && (whole = varint_get(&at, end, &s->word[s->words]))) {
        bool next = s->words > SPARSE_HEAD && s->words % 2 == SPARSE_HEAD % 2;
        s->word[s->words] += next ? s->word[s->words - 2] : 0;
        s->words++;
    }
    return whole && s->words >= SPARSE_HEAD && s->words % 2 == SPARSE_HEAD % 2;
}

static uint64_t sparse_top(const struct sparse *s, uint64_t bucket) {
    uint64_t top = latency_bucket_top((unsigned)bucket);
    return top < s->word[SPARSE_MAX_NS] ? top : s->word[SPARSE_MAX_NS];
}

uint64_t sparse_percentile(const struct sparse *s, double percentile) {
    const uint64_t *pair = s->word + SPARSE_HEAD;
    const struct latency_counts held = {s->word[SPARSE_COUNT],
                                        s->word[SPARSE_MIN_NS],
                                        s->word[SPARSE_MAX_NS],
                                        2,
                                        pair + 1,
                                        pair,
                                        (s->words - SPARSE_HEAD) / 2};
    return latency_find(&held, percentile);
}

uint64_t sparse_percentile_by_time(const struct sparse *s, double percentile) {
    double total = 0, spent = 0;
    for (size_t i = SPARSE_HEAD; i < s->words; i += 2)
        total += (double)s->word[i + 1] * (double)latency_bucket_top((unsigned)s->word[i]);
    for (size_t i = SPARSE_HEAD; i < s->words && total > 0; i += 2) {
        spent += (double)s->word[i + 1] * (double)latency_bucket_top((unsigned)s->word[i]);
        if (spent >= total * percentile / 100 && spent > 0)
            return sparse_top(s, s->word[i]);
    }
    return UINT64_MAX;
}
