// latency.c - see latency.h.

#include "latency.h"

#include "must.h"

#include <errno.h>
#include <string.h>

void latency_reset(struct latency *l) {
    memset(l, 0, sizeof *l);
    l->min_ns = UINT64_MAX;
}

void latency_merge(struct latency *into, const struct latency *from) {
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
        into->bucket[i] += from->bucket[i];
    into->count += from->count;
    into->sum_ns += from->sum_ns;
    if (from->max_ns > into->max_ns)
        into->max_ns = from->max_ns;
    if (from->min_ns < into->min_ns)
        into->min_ns = from->min_ns;
}

uint64_t latency_percentile(const struct latency *l, double percentile) {
    if (l->count == 0)
        return UINT64_MAX;
    if (percentile <= 0)
        return l->min_ns;
    if (percentile >= 100)
        return l->max_ns;
    // Half a value of tolerance, so that 10 of 1000 above p99 are not lost to rounding of 0.99.
    double above = (double)l->count * (100 - percentile) / 100;
    if (above < 10 - 1e-6)
        return UINT64_MAX;
    double rank = (double)l->count - above - 1e-6;
    uint64_t seen = 0;
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++) {
        seen += l->bucket[i];
        if ((double)seen >= rank && seen) {
            uint64_t top = latency_bucket_top(i);
            return top < l->max_ns ? top : l->max_ns;
        }
    }
    return l->max_ns;
}

// A bucket is at most 1/1024 wide, so its top stands for its values. Those that saturate count with
// 137 s.
uint64_t latency_percentile_by_time(const struct latency *l, double percentile) {
    double total = 0, spent = 0;
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
        total += (double)l->bucket[i] * (double)latency_bucket_top(i);
    for (unsigned i = 0; i < LATENCY_BUCKETS && total > 0; i++) {
        spent += (double)l->bucket[i] * (double)latency_bucket_top(i);
        if (spent >= total * percentile / 100 && spent > 0) {
            uint64_t top = latency_bucket_top(i);
            return top < l->max_ns ? top : l->max_ns;
        }
    }
    return UINT64_MAX;
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

int latency_from_json(struct latency *l, const json_t *json) {
    latency_reset(l);
    json_int_t count, sum, min, max;
    json_t *buckets, *pair;
    if (json_unpack((json_t *)(uintptr_t)json, "{s:I,s:I,s:I,s:I,s:o}", "count", &count, "sum_ns",
                    &sum, "min_ns", &min, "max_ns", &max, "buckets", &buckets))
        return EINVAL;
    uint64_t total = 0;
    size_t i;
    json_array_foreach(buckets, i, pair) {
        json_int_t value, n;
        if (json_unpack(pair, "[I,I]", &value, &n) || value < 0 || n < 0)
            return EINVAL;
        l->bucket[latency_bucket((uint64_t)value)] += (uint64_t)n;
        total += (uint64_t)n;
    }
    l->count = (uint64_t)count;
    l->sum_ns = (uint64_t)sum;
    l->max_ns = (uint64_t)max;
    if (l->count)
        l->min_ns = (uint64_t)min;
    return total == l->count ? 0 : EINVAL;
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
