// sparse.c - see sparse.h. Each walk is over what is there.

#include "sparse.h"

#include "latency.h"
#include "must.h"

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

// How many values the buckets hold, or -1.
static json_int_t sparse_buckets(struct sparse *s, const json_t *buckets) {
    json_int_t total = 0;
    bool sorted = true;
    size_t i;
    json_t *pair;
    sparse_reserve(s, SPARSE_HEAD + 2 * json_array_size(buckets));
    json_array_foreach(buckets, i, pair) {
        const json_t *value = json_array_get(pair, 0), *count = json_array_get(pair, 1);
        json_int_t n = json_integer_value(count);
        if (!json_is_integer(value) || !json_is_integer(count) || json_integer_value(value) < 0 ||
            n < 0)
            return -1;
        total += n;
        uint64_t bucket = latency_bucket((uint64_t)json_integer_value(value));
        sorted &= i == 0 || s->word[s->words - 2] < bucket;
        sparse_append(s, bucket, (uint64_t)n);
    }
    if (!sorted)
        sparse_sort(s);
    return total;
}

bool sparse_from_json(struct sparse *s, const json_t *json) {
    static const char *const names[SPARSE_HEAD] = {"count", "sum_ns", "min_ns", "max_ns"};
    sparse_reset(s);
    for (size_t i = 0; i < SPARSE_HEAD; i++) {
        const json_t *member = json_object_get(json, names[i]);
        if (!json_is_integer(member))
            return false;
        s->word[i] = (uint64_t)json_integer_value(member);
    }
    if (!s->word[SPARSE_COUNT])
        s->word[SPARSE_MIN_NS] = UINT64_MAX;
    const json_t *buckets = json_object_get(json, "buckets");
    return buckets && sparse_buckets(s, buckets) == (json_int_t)s->word[SPARSE_COUNT];
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

static uint64_t sparse_top(const struct sparse *s, uint64_t bucket) {
    uint64_t top = latency_bucket_top((unsigned)bucket);
    return top < s->word[SPARSE_MAX_NS] ? top : s->word[SPARSE_MAX_NS];
}

uint64_t sparse_percentile(const struct sparse *s, double percentile) {
    uint64_t count = s->word[SPARSE_COUNT], seen = 0;
    if (!count)
        return UINT64_MAX;
    if (percentile <= 0 || percentile >= 100)
        return s->word[percentile <= 0 ? SPARSE_MIN_NS : SPARSE_MAX_NS];
    double rank = latency_rank(count, percentile);
    for (size_t i = SPARSE_HEAD; i < s->words && rank >= 0; i += 2) {
        seen += s->word[i + 1];
        if (seen && (double)seen >= rank)
            return sparse_top(s, s->word[i]);
    }
    return rank < 0 ? UINT64_MAX : s->word[SPARSE_MAX_NS];
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
