// latency.c - see latency.h.

#include "latency.h"

#include "must.h"

#include <string.h>

void latency_reset(struct latency *l) {
    memset(l, 0, sizeof *l);
    l->min_ns = UINT64_MAX;
}

uint64_t latency_find(const struct latency_counts *c, double percentile) {
    double rank = latency_rank(c->count, percentile);
    uint64_t seen = 0;
    if (!c->count)
        return UINT64_MAX;
    if (percentile <= 0 || percentile >= 100)
        return percentile <= 0 ? c->min_ns : c->max_ns;
    for (size_t i = 0; i < c->buckets && rank >= 0; i++) {
        seen += c->held[i * c->stride];
        if (seen && (double)seen >= rank) {
            unsigned bucket = c->bucket ? (unsigned)c->bucket[i * c->stride] : (unsigned)i;
            uint64_t top = latency_bucket_top(bucket);
            return top < c->max_ns ? top : c->max_ns;
        }
    }
    return rank < 0 ? UINT64_MAX : c->max_ns;
}

uint64_t latency_percentile(const struct latency *l, double percentile) {
    const struct latency_counts all = {l->count,  l->min_ns, l->max_ns,      1,
                                       l->bucket, NULL,      LATENCY_BUCKETS};
    return latency_find(&all, percentile);
}

json_t *latency_to_json(const struct latency *l) {
    json_t *buckets = json_array();
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
        if (l->bucket[i])
            json_array_append_new(buckets, json_pack("[I,I]", (json_int_t)latency_bucket_top(i),
                                                     (json_int_t)l->bucket[i]));
    return json_pack("{s:I,s:I,s:I,s:I,s:o}", "count", (json_int_t)l->count, "sum_ns",
                     (json_int_t)l->sum_ns, "min_ns", (json_int_t)(l->count ? l->min_ns : 0),
                     "max_ns", (json_int_t)l->max_ns, "buckets", buckets);
}

enum { PACKED_HEAD = 4 };

uint64_t *latency_pack(const struct latency *l, size_t *words) {
    const uint64_t head[PACKED_HEAD] = {l->count, l->sum_ns, l->min_ns, l->max_ns};
    size_t used = 0;
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
        used += l->bucket[i] != 0;
    uint64_t *packed = must(malloc((PACKED_HEAD + 2 * used) * sizeof *packed)), *to = packed;
    memcpy(packed, head, sizeof head);
    to += PACKED_HEAD;
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
        if (l->bucket[i]) {
            *to++ = i;
            *to++ = l->bucket[i];
        }
    *words = (size_t)(to - packed);
    return packed;
}

void latency_unpack(struct latency *l, const uint64_t *packed, size_t words) {
    latency_reset(l);
    if (words < PACKED_HEAD)
        return;
    l->count = packed[0];
    l->sum_ns = packed[1];
    l->min_ns = packed[2];
    l->max_ns = packed[3];
    for (size_t i = PACKED_HEAD; i + 1 < words; i += 2)
        l->bucket[packed[i] % LATENCY_BUCKETS] = packed[i + 1];
}
