// hardware.c - see hardware.h.

#include "hardware.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Misses of the last cache, and of the data TLB by loads.
enum {
    HARDWARE_TLB = PERF_COUNT_HW_CACHE_DTLB | PERF_COUNT_HW_CACHE_OP_READ << 8 |
                   PERF_COUNT_HW_CACHE_RESULT_MISS << 16
};

static const struct {
    const char *name; // in a record
    uint32_t type;
    uint64_t config;
} hardware_table[HARDWARE_COUNTERS] = {
    {"cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    {"instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    {"cache_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
    {"branch_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES},
    {"tlb_misses", PERF_TYPE_HW_CACHE, HARDWARE_TLB}};

int hardware_event(uint32_t type, uint64_t config) {
    struct perf_event_attr event = {.type = type,
                                    .size = sizeof event,
                                    .config = config,
                                    .disabled = 1,
                                    .exclude_kernel = 1,
                                    .exclude_hv = 1,
                                    .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED |
                                                   PERF_FORMAT_TOTAL_TIME_RUNNING};
    return (int)syscall(SYS_perf_event_open, &event, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void hardware_open(struct hardware *h) {
    for (int i = 0; i < HARDWARE_COUNTERS; i++)
        h->fd[i] = hardware_event(hardware_table[i].type, hardware_table[i].config);
}

void hardware_close(struct hardware *h) {
    for (int i = 0; i < HARDWARE_COUNTERS; i++) {
        if (h->fd[i] >= 0)
            close(h->fd[i]);
        h->fd[i] = -1;
    }
}

static void hardware_all(const struct hardware *h, unsigned long request) {
    for (int i = 0; i < HARDWARE_COUNTERS; i++)
        if (h->fd[i] >= 0)
            ioctl(h->fd[i], request, 0);
}

void hardware_run(const struct hardware *h) {
    hardware_all(h, PERF_EVENT_IOC_ENABLE);
}

void hardware_rest(const struct hardware *h) {
    hardware_all(h, PERF_EVENT_IOC_DISABLE);
}

bool hardware_read(int fd, uint64_t *value) {
    uint64_t read_format[3]; // value, time enabled, time running
    bool known = fd >= 0 && read(fd, read_format, sizeof read_format) == sizeof read_format &&
                 read_format[1] > 0 && read_format[2] == read_format[1];
    if (known)
        *value = read_format[0];
    return known;
}

json_t *hardware_to_json(const struct hardware *h) {
    json_t *json = json_object();
    uint64_t value;
    for (int i = 0; i < HARDWARE_COUNTERS; i++)
        if (hardware_read(h->fd[i], &value))
            json_object_set_new(json, hardware_table[i].name, json_integer((json_int_t)value));
    if (json_object_size(json))
        return json;
    json_decref(json);
    return NULL;
}
