// axis.c - see axis.h.

#include "axis.h"

#include "base/must.h"

#include <math.h>
#include <string.h>

void axis_add(struct axis *axis, const json_t *points) {
    size_t i;
    json_t *point;
    json_array_foreach(points, i, point) {
        double value = json_number_value(json_array_get(point, 0));
        const char *label = json_string_value(json_array_get(point, 1));
        bool known = false;
        for (size_t k = 0; k < axis->count; k++)
            known |= axis->values[k].value == value;
        if (known)
            continue;
        axis->values = must(realloc(axis->values, (axis->count + 1) * sizeof *axis->values));
        axis->values[axis->count++] = (struct axis_value){value, 0, label ? label : ""};
    }
}

// "off" stands for 0, and means never: behind all others.
static double order_of(const struct axis_value *v) {
    return strcmp(v->label, "off") ? v->value : INFINITY;
}

static int value_order(const void *a, const void *b) {
    double x = order_of(a), y = order_of(b);
    return (x > y) - (x < y);
}

// Without "off", which is last.
static size_t numbers_of(const struct axis *axis) {
    return axis->count && isinf(order_of(&axis->values[axis->count - 1])) ? axis->count - 1
                                                                          : axis->count;
}

void axis_place(struct axis *axis, bool choices) {
    if (!axis->count)
        return;
    if (!choices)
        qsort(axis->values, axis->count, sizeof *axis->values, value_order);
    size_t numbers = numbers_of(axis);
    axis->logarithmic = !choices && numbers > 1 && axis->values[0].value > 0;
    double first = log10(axis->values[0].value), last = log10(axis->values[numbers - 1].value);
    for (size_t i = 0; i < axis->count; i++) {
        struct axis_value *v = &axis->values[i];
        if (!axis->logarithmic)
            v->position = (double)i;
        else
            v->position = i < numbers ? log10(v->value) : last + (last - first) * 0.12;
    }
}

void axis_free(struct axis *axis) {
    free(axis->values);
    *axis = (struct axis){0};
}

double axis_position(const struct axis *axis, double value) {
    for (size_t i = 0; i < axis->count; i++)
        if (axis->values[i].value == value)
            return axis->values[i].position;
    return axis->logarithmic && value > 0 ? log10(value) : NAN;
}
