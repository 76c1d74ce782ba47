// interned.c - atoms of which there is one for each value: CPython's table of them, or one like it.
//
// The contract wants a table that keeps nothing alive and withstands refused memory. So is CPython's up to 3.11. In 3.12
// what is interned lives for ever, and in 3.13.0 a refused resize of the table is counted as an entry
// (PyDict_SetDefaultRef), so from 3.12 on the heap has a dict of its own, which does what CPython's does in the other
// versions: its two references to a str, as key and as value, are not counted, and the str takes itself out of it when it
// dies. (To keep for ever, as programs under 3.12 do, there is the tunable interned_kept.)

#include "interned.h"

#include "parts/keep.h"

#include <string.h>

#if VERSION_OWN_TABLE
enum { UNCOUNTED = 2 }; // references of the dict to a str

int interned_open(struct heap *h) {
    h->interned = PyDict_New();
    return h->interned ? 0 : ENOMEM;
}

void interned_close(struct heap *h) {
    assert((!h->interned || PyDict_GET_SIZE(h->interned) == 0) && "interned atoms are gone");
    Py_CLEAR(h->interned);
}

static char *ending_of(PyObject *s) {
    return (char *)PyUnicode_1BYTE_DATA(s) + PyUnicode_GET_LENGTH(s) - INTERNED_ENDING_BYTES;
}

// In the table is every str with the ending, but for a key that is being looked for.
bool interned_is(PyObject *s) {
    return PyUnicode_KIND(s) == PyUnicode_1BYTE_KIND &&
           PyUnicode_GET_LENGTH(s) >= INTERNED_ENDING_BYTES &&
           memcmp(ending_of(s), INTERNED_ENDING, INTERNED_ENDING_BYTES) == 0;
}

// It lives again until the dict has let go of it.
void interned_forget(struct heap *h, PyObject *s) {
    Py_SET_REFCNT(s, UNCOUNTED + 1);
    int failed = PyDict_DelItem(h->interned, s);
    assert(!failed && "an interned atom is in the table");
    (void)failed;
    Py_SET_REFCNT(s, 0);
}

static void drop_key(PyObject *s) {
    *ending_of(s) = 0;
    Py_DECREF(s);
}

// find_or_insert - *s becomes the str in the table that equals it. Returns whether there was memory; else *s is gone.
static bool find_or_insert(struct heap *h, PyObject **s) {
    PyObject *found = PyDict_GetItemWithError(h->interned, *s);
    if (!found && PyDict_SetItem(h->interned, *s, *s) == 0) {
        Py_SET_REFCNT(*s, Py_REFCNT(*s) - UNCOUNTED);
        return true;
    }
    PyErr_Clear();
    drop_key(*s);
    *s = Py_XNewRef(found);
    return found;
}
#else
int interned_open(struct heap *h) {
    (void)h;
    return 0;
}

void interned_close(struct heap *h) {
    (void)h;
}

bool interned_is(PyObject *s) {
    return PyUnicode_CHECK_INTERNED(s);
}

void interned_forget(struct heap *h, PyObject *s) {
    (void)h, (void)s;
}

// A str that could not be interned, for want of memory, stays as it is without an exception.
static bool find_or_insert(struct heap *h, PyObject **s) {
    (void)h;
    PyUnicode_InternInPlace(s);
    if (PyUnicode_CHECK_INTERNED(*s))
        return true;
    Py_DECREF(*s);
    return false;
}
#endif

// All of them, eight at a time: whether a byte has its highest bit set.
static bool is_ascii(const char *key, size_t bytes) {
    uint64_t all = 0, word;
    size_t i = 0;
    for (; i + sizeof word <= bytes; i += sizeof word) {
        memcpy(&word, key + i, sizeof word);
        all |= word;
    }
    for (; i < bytes; i++)
        all |= (unsigned char)key[i];
    return !(all & 0x8080808080808080u);
}

static PyObject *new_key(const void *key, size_t bytes) {
    PyObject *s = PyUnicode_New((Py_ssize_t)bytes + INTERNED_ENDING_BYTES,
                                is_ascii(key, bytes) ? 0x7F : 0xFF);
    if (!s)
        return NULL;
    char *data = (char *)PyUnicode_1BYTE_DATA(s);
    memcpy(data, key, bytes);
    memcpy(data + bytes, INTERNED_ENDING, INTERNED_ENDING_BYTES);
    return s;
}

// Room to keep it is made before it is known whether it is new.
int heap_intern_slow(struct heap *h, struct heap_reg *dst, const void *key, size_t bytes) {
    if (keep_prepare(h, &h->kept))
        return ENOMEM;
    PyObject *s = new_key(key, bytes), *fresh = s;
    if (!s)
        return heap_refused_slow();
    if (!find_or_insert(h, &s))
        return ENOMEM;
    if (s != fresh) {
        HEAP_COUNT(h->counters.intern_hits++);
        HEAP_COUNT(h->counters.intern_saved_bytes += bytes);
        cpython_set(h, dst, s);
        return 0;
    }
    HEAP_COUNT(h->counters.objects_allocated++);
    HEAP_COUNT(h->counters.bytes_allocated += bytes);
    HEAP_COUNT(h->counters.intern_misses++);
    cpython_set(h, dst, s);
    keep_add(h, &h->kept, dst);
    return 0;
}
