// runtime.c - starting and ending the interpreter, and its memory.
//
// CPython takes arenas from the system, 1 MiB each (256 KiB in 3.9), for blocks up to 512
// bytes, and everything else from malloc. Both ways have hooks in its API, which cost nothing per
// small block: here memory is counted, limited, and refused. A refused arena is no failure yet,
// for CPython then tries malloc for the block itself.
//
// The hooks outlive no heap, but arenas may: what CPython does not free at its end stays for the
// next one. So what is counted here belongs to the process, not to a heap.

#include "runtime.h"

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>

// Refused to the mutator, but there for what the collector and the counters borrow.
enum { RESERVE_BYTES = 64 << 10 };

// Importing its own modules, CPython needs more stack than a thread may have.
enum { START_STACK_BYTES = 8 << 20 };

// What an object in an arena refers to is no leak.
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define SEARCH_FOR_LEAKS(p, bytes) __lsan_register_root_region(p, bytes)
#define SEARCH_NO_MORE(p, bytes) __lsan_unregister_root_region(p, bytes)
#else
#define SEARCH_FOR_LEAKS(p, bytes) ((void)(p), (void)(bytes))
#define SEARCH_NO_MORE(p, bytes) ((void)(p), (void)(bytes))
#endif

static struct {
    bool started, hooked;
    PyThreadState *main;
    size_t held_bytes, peak_bytes, arena_bytes;
    size_t limit_bytes;
    uint64_t requests, refuse_request;
    bool lenient;
    PyMemAllocatorEx raw, mem, object; // CPython's own
    PyObjectArenaAllocator arena;
} runtime;

// ------------------------------------------------------------------------------------------ memory
static bool fits(size_t bytes) {
    return runtime.held_bytes <= runtime.limit_bytes &&
           bytes <= runtime.limit_bytes - runtime.held_bytes;
}

static bool admits(size_t bytes) {
    if (runtime.lenient)
        return true;
    return ++runtime.requests != runtime.refuse_request && fits(bytes);
}

static void grew(size_t bytes) {
    runtime.held_bytes += bytes;
    if (runtime.held_bytes > runtime.peak_bytes && !runtime.lenient)
        runtime.peak_bytes = runtime.held_bytes;
}

static void *counted(void *p) {
    if (p)
        grew(malloc_usable_size(p));
    return p;
}

static void *raw_malloc(void *ctx, size_t bytes) {
    (void)ctx;
    return admits(bytes) ? counted(runtime.raw.malloc(runtime.raw.ctx, bytes)) : NULL;
}

static void *raw_calloc(void *ctx, size_t count, size_t bytes) {
    (void)ctx;
    size_t all;
    if (__builtin_mul_overflow(count, bytes, &all) || !admits(all))
        return NULL;
    return counted(runtime.raw.calloc(runtime.raw.ctx, count, bytes));
}

static void *raw_realloc(void *ctx, void *p, size_t bytes) {
    (void)ctx;
    size_t old_bytes = p ? malloc_usable_size(p) : 0;
    if (bytes > old_bytes && !admits(bytes - old_bytes))
        return NULL;
    void *q = runtime.raw.realloc(runtime.raw.ctx, p, bytes);
    if (!q)
        return NULL;
    runtime.held_bytes -= old_bytes;
    return counted(q);
}

static void raw_free(void *ctx, void *p) {
    (void)ctx;
    if (p)
        runtime.held_bytes -= malloc_usable_size(p);
    runtime.raw.free(runtime.raw.ctx, p);
}

// An arena that does not fit is refused even to our own business; it can do with single blocks.
static void *arena_alloc(void *ctx, size_t bytes) {
    (void)ctx;
    if (!admits(bytes) || !fits(bytes))
        return NULL;
    void *p = runtime.arena.alloc(runtime.arena.ctx, bytes);
    if (p) {
        runtime.arena_bytes += bytes;
        grew(bytes);
        SEARCH_FOR_LEAKS(p, bytes);
    }
    return p;
}

static void arena_free(void *ctx, void *p, size_t bytes) {
    (void)ctx;
    SEARCH_NO_MORE(p, bytes);
    runtime.arena_bytes -= bytes;
    runtime.held_bytes -= bytes;
    runtime.arena.free(runtime.arena.ctx, p, bytes);
}

// Small blocks from malloc. CPython's own functions free and resize them: they know by the address
// whether a block lies in an arena, so what an earlier heap left behind is safe with them too.
static void *small_realloc(void *ctx, void *p, size_t bytes) {
    return p ? runtime.object.realloc(runtime.object.ctx, p, bytes) : raw_malloc(ctx, bytes);
}

static void small_free(void *ctx, void *p) {
    (void)ctx;
    runtime.object.free(runtime.object.ctx, p);
}

static void hook_memory(bool from_malloc) {
    PyMem_GetAllocator(PYMEM_DOMAIN_RAW, &runtime.raw);
    PyMem_GetAllocator(PYMEM_DOMAIN_MEM, &runtime.mem);
    PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &runtime.object);
    PyObject_GetArenaAllocator(&runtime.arena);
    runtime.hooked = true;
    runtime.held_bytes = runtime.peak_bytes = runtime.arena_bytes;
    runtime.lenient = false;
    (void)runtime_limit(0, 0);
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW,
                       &(PyMemAllocatorEx){NULL, raw_malloc, raw_calloc, raw_realloc, raw_free});
    PyObject_SetArenaAllocator(&(PyObjectArenaAllocator){NULL, arena_alloc, arena_free});
    PyMemAllocatorEx small = {NULL, raw_malloc, raw_calloc, small_realloc, small_free};
    if (from_malloc) {
        PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &small);
        PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &small);
    }
}

static void unhook_memory(void) {
    if (!runtime.hooked)
        return;
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &runtime.raw);
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &runtime.mem);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &runtime.object);
    PyObject_SetArenaAllocator(&runtime.arena);
    runtime.hooked = false;
}

int runtime_limit(size_t limit_bytes, uint64_t refuse_request) {
    runtime.requests = 0;
    runtime.refuse_request = refuse_request;
    runtime.limit_bytes = SIZE_MAX;
    if (!limit_bytes)
        return 0;
    if (limit_bytes < RESERVE_BYTES || runtime.peak_bytes > limit_bytes - RESERVE_BYTES)
        return ENOMEM;
    runtime.limit_bytes = limit_bytes - RESERVE_BYTES;
    return 0;
}

void runtime_lenient(bool on) {
    runtime.lenient = on;
    if (runtime.held_bytes > runtime.peak_bytes)
        runtime.peak_bytes = runtime.held_bytes;
}

size_t runtime_held_bytes(void) {
    return runtime.held_bytes;
}

size_t runtime_peak_bytes(void) {
    return runtime.peak_bytes;
}

// ----------------------------------------------------------------------------------- start and end
struct errand {
    struct heap *heap;
    const struct heap_config *config;
    bool from_malloc;
    int (*prepare)(struct heap *h, const struct heap_config *config);
    int error;
};

// Run on a stack of its own.
static int run_errand(void *(*function)(void *), struct errand *errand) {
    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes))
        return ENOMEM;
    errand->error = ENOMEM;
    (void)mallopt(M_ARENA_MAX,
                  1); // an arena for that thread alone would reserve 64 MB of addresses
    if (pthread_attr_setstacksize(&attributes, START_STACK_BYTES) == 0 &&
        pthread_create(&thread, &attributes, function, errand) == 0)
        pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    return errand->error;
}

static size_t stack_bytes(void) {
    pthread_attr_t attributes;
    size_t bytes = 0;
    void *start;
    if (pthread_getattr_np(pthread_self(), &attributes))
        return 0;
    (void)pthread_attr_getstack(&attributes, &start, &bytes);
    pthread_attr_destroy(&attributes);
    return bytes;
}

// No environment variables, no site packages, no signal handlers, no random seed: the same
// interpreter everywhere.
static PyStatus initialize(bool from_malloc) {
    PyPreConfig before;
    PyPreConfig_InitIsolatedConfig(&before);
    before.utf8_mode = 1;
    PyStatus status = Py_PreInitialize(&before);
    if (PyStatus_Exception(status))
        return status;
    hook_memory(from_malloc);
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.install_signal_handlers = 0;
    config.write_bytecode = 0;
    config.use_hash_seed = 1;
    status = PyConfig_SetString(&config, &config.home, CPYTHON_HOME);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return status;
}

static void *start(void *argument) {
    struct errand *errand = argument;
    PyStatus status = initialize(errand->from_malloc);
    if (PyStatus_Exception(status)) {
        fprintf(stderr, "bench-" HEAP_NAME ": CPython does not start: %s\n",
                status.err_msg ? status.err_msg : "no reason given");
        return NULL;
    }
    errand->heap->running = true;
    errand->error = errand->prepare(errand->heap, errand->config);
    runtime.main = PyEval_SaveThread();
    return NULL;
}

static void *stop(void *argument) {
    struct errand *errand = argument;
    PyEval_RestoreThread(runtime.main);
    (void)Py_FinalizeEx();
    errand->error = 0;
    return NULL;
}

int runtime_start(struct heap *h, const struct heap_config *config, bool from_malloc,
                  int (*prepare)(struct heap *h, const struct heap_config *config)) {
    if (runtime.started)
        return EBUSY;
    runtime.started = true;
    struct errand errand = {h, config, from_malloc, prepare, 0};
    int error = run_errand(start, &errand);
    if (h->running) {
        h->thread = PyGILState_Ensure();
        version_fit_stack(stack_bytes());
    } else {
        unhook_memory();
        runtime.started = false;
    }
    return error;
}

void runtime_stop(struct heap *h) {
    if (!h->running)
        return;
    struct errand errand = {.heap = h};
    runtime_lenient(true);
    PyGILState_Release(h->thread);
    if (run_errand(stop, &errand))
        stop(&errand); // no thread to be had
    unhook_memory();
    runtime.started = false;
}
