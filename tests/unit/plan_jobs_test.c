// plan_jobs_test.c - from the cells of a run to its jobs: their order, builds, and what is observed
// in which block.

#include "plan_planned.h"

#include "run/rate.h"

static void test_order(void **state) {
    (void)state;
    struct planned p = planned("");
    size_t first[16], again[16], next[16], seen = 0;
    assert_int_equal(12, p.plan->count);
    plan_order(p.plan, 1, 1, first);
    plan_order(p.plan, 1, 1, again);
    plan_order(p.plan, 1, 2, next);
    for (size_t i = 0; i < p.plan->count; i++)
        seen |= (size_t)1 << first[i];
    assert_int_equal(0xfff, seen);
    assert_memory_equal(first, again, p.plan->count * sizeof *first);
    assert_memory_not_equal(first, next, p.plan->count * sizeof *first);
    for (uint64_t seed = 0; seed < 20; seed++) { // the first row of the table comes first
        plan_order(p.plan, seed, 0, first);
        assert_true(first[0] < p.plan->base_count);
    }
    planned_free(&p);
}

// Over many seeds every cell comes equally often to every place of a block: 6000 orders, 500
// expected of each, standard deviation 21.
static void test_order_fair(void **state) {
    (void)state;
    struct planned p = planned("");
    size_t order[16], count[16][16] = {{0}};
    for (uint64_t seed = 0; seed < 6000; seed++) {
        plan_order(p.plan, seed, 1, order);
        for (size_t i = 0; i < p.plan->count; i++)
            count[i][order[i]]++;
    }
    for (size_t i = 0; i < p.plan->count; i++)
        for (size_t j = 0; j < p.plan->count; j++)
            assert_in_range(count[i][j], 500 - 5 * 21, 500 + 5 * 21);
    planned_free(&p);
}

// The same cell of all builds stands together, each build equally often first: 4000 pairs, standard
// deviation of the half 32.
static void test_builds(void **state) {
    (void)state;
    struct planned p = planned("--build head");
    size_t order[32], first = 0, count = p.plan->count;
    assert_int_equal(24, count);
    for (size_t i = 0; i < count / 2; i++) {
        char *key = text_format("%s@build=head", p.plan->cells[i]->key);
        assert_string_equal(key, p.plan->cells[count / 2 + i]->key);
        free(key);
    }
    for (uint64_t seed = 0; seed < 400; seed++) {
        plan_order(p.plan, seed, 1, order);
        for (size_t i = 0; i < count; i += 2) {
            assert_int_equal(order[i] % (count / 2), order[i + 1] % (count / 2));
            first += i < 20 && order[i] < order[i + 1];
        }
    }
    assert_in_range(first, 2000 - 5 * 32, 2000 + 5 * 32);
    planned_free(&p);
}

// The parts in which jobs of a cell are equal are one, of jobs that were read from lines, too.
static void expect_kept_once(json_t *jobs) {
    json_t *cells = json_object(), *first = json_object(), *read = json_array(), *json;
    size_t i, again = 0;
    json_array_foreach(jobs, i, json) jobs_add(read, cells, json_deep_copy(json));
    assert_true(json_equal(read, jobs));
    json_array_foreach(read, i, json) {
        const json_t *other = json_object_get(first, text_member(json, "cell"));
        again += other && json_object_get(other, "program") == json_object_get(json, "program") &&
                 json_object_get(other, "observe") != json_object_get(json, "observe");
        json_object_set(first, text_member(json, "cell"), json);
    }
    assert_int_equal(2 * again, json_array_size(jobs));
    json_decref(cells);
    json_decref(first);
    json_decref(read);
}

// Cells that belong together stand together, by way of one that lists share, too; in whatever order.
static void test_together(void **state) {
    (void)state;
    struct planned p = planned_by(
        "{'name': 'n', 'file': 'f', 'slices': [{'base': '*'}], 'together': [['cycles/rc/glibc',"
        " 'tokens/rc/glibc', 'gone/rc/glibc'], ['tokens/bump/glibc', 'tokens/rc/glibc']]}",
        "");
    size_t order[16], least = 0;
    assert_int_equal(4, p.plan->count);
    for (uint64_t seed = 0; seed < 400; seed++) {
        plan_order(p.plan, seed, 1, order);
        bool alone_first = !strcmp(p.plan->cells[order[0]]->key, "cycles/bump/glibc");
        assert_true(alone_first || !strcmp(p.plan->cells[order[3]]->key, "cycles/bump/glibc"));
        least += !strcmp(p.plan->cells[order[alone_first]]->key, "tokens/rc/glibc");
    }
    assert_in_range(least, 80, 190); // a third of 400, 9.4 off
    planned_free(&p);
}

// A job says all that it takes: read back and written again, it is the same line.
static void test_jobs(void **state) {
    (void)state;
    struct planned p = planned("--blocks 2 --seed 7 --workload tokens --heap-limit 5M");
    json_t *jobs = plan_jobs(p.plan, p.selection), *json;
    size_t i, observed = 0;
    assert_int_equal(2 * p.plan->count, json_array_size(jobs));
    json_array_foreach(jobs, i, json) {
        struct job job;
        assert_true(job_read(json, &job));
        json_t *again = job_json(&job);
        assert_true(json_equal(json, again));
        json_decref(again);
        assert_int_equal(i, job.order);
        assert_int_equal(i / p.plan->count, job.block);
        assert_true(job.seed == 7 && job.heap_limit_bytes == 5000000 && job.steps == 10);
        observed += job.observe.checkpoints == 16;
        assert_true(job.block == 0 || !job.observe.checkpoints);
    }
    assert_int_equal(4, observed);
    expect_kept_once(jobs);
    json_object_set_new(json_object_get(json_array_get(jobs, 0), "program"), "steps",
                        json_integer(-1));
    struct job job;
    assert_false(job_read(json_array_get(jobs, 0), &job));
    json_decref(jobs);
    planned_free(&p);
}

// What a load is, the closed loops of block 0 tell, so those come first there, in their own order;
// later it does not matter.
static void test_loads_last(void **state) {
    (void)state;
    struct planned p = planned("--sweep load=0.5,0.9 --blocks 2");
    json_t *jobs = plan_jobs(p.plan, p.selection), *json;
    size_t i, loads = 0, first_of_block_1 = 0, at = 0;
    double sum = 0;
    assert_int_equal(8, p.plan->count); // 4 of the base, two of them at two loads
    json_array_foreach(jobs, i, json) {
        struct job job;
        assert_true(job_read(json, &job));
        json_t *again = job_json(&job);
        assert_true(json_equal(json, again));
        json_decref(again);
        assert_int_equal(job.load > 0, strstr(job.cell, "@load=0.") != NULL);
        if (job.block == 0 && i < 4)
            assert_true(job.load == 0);
        loads += job.load > 0;
        sum += job.load;
        at += job.block == 1;
        if (job.block == 1 && job.load > 0 && !first_of_block_1)
            first_of_block_1 = at;
    }
    assert_int_equal(8, loads);
    assert_true(sum > 5.59 && sum < 5.61);
    assert_true(first_of_block_1 < 5);
    assert_null(rate_lacks(jobs));
    json_decref(jobs);
    planned_free(&p);
}

// Steps per second: the fastest closed loop of block 0 of the same program, and once a load has
// used a rate, that.
static void test_rates(void **state) {
    (void)state;
    struct planned p = planned("--sweep load=0.5 --blocks 2 --workload cycles");
    json_t *
        jobs = plan_jobs(p.plan, p.selection),
       *records = parsed(
           "[{'cell': 'cycles/rc/glibc', 'block': 0, 'outcome': 'ok', 'steps': 10, 'wall_ns': "
           "5000},"
           " {'cell': 'cycles/bump/glibc', 'block': 0, 'outcome': 'ok', 'steps': 10, 'wall_ns': "
           "4000},"
           " {'cell': 'cycles/bump/glibc', 'block': 1, 'outcome': 'ok', 'steps': 10, 'wall_ns': 1},"
           " {'cell': 'cycles/rc/glibc@load=0.5', 'block': 0, 'outcome': 'ok', 'steps': 10, "
           "'wall_ns': 1},"
           " {'cell': 'tokens/rc/glibc', 'block': 0, 'outcome': 'ok', 'steps': 10, 'wall_ns': 1}]");
    struct job job;
    for (size_t i = 0; i < json_array_size(jobs); i++)
        if (job_read(json_array_get(jobs, i), &job) && job.load > 0)
            assert_true(rate_closed(jobs, records, &job) == 2.5e6); // in block 1, too
    json_t *used =
        parsed("{'cell': 'cycles/rc/glibc@load=0.5', 'block': 1, 'outcome': 'ok', 'steps': 10,"
               " 'wall_ns': 1, 'closed_loop_steps_per_second': 1234.5}");
    json_array_append_new(records, used);
    assert_true(rate_closed(jobs, records, &job) == 1234.5);
    json_array_clear(records);
    json_array_append_new(
        records, parsed("{'cell': 'cycles/rc/glibc', 'block': 0, 'outcome': 'crashed', 'steps': 10,"
                        " 'wall_ns': 5}"));
    assert_true(isnan(rate_closed(jobs, records, &job)));
    json_t *loads = json_array(), *json;
    size_t i;
    json_array_foreach(jobs, i, json) {
        if (job_read(json, &job) && (job.load > 0 || job.block > 0))
            json_array_append(loads, json);
    }
    assert_non_null(
        strstr(rate_lacks(loads), "@load=0.5")); // the closed loops of block 1 come too late
    json_decref(loads);
    json_decref(records);
    json_decref(jobs);
    planned_free(&p);
}

static void test_audits(void **state) {
    (void)state;
    struct planned p = planned("");
    struct names audited = {0};
    for (size_t i = 0; i < p.plan->count; i++)
        if (p.plan->observe[i].checkpoints)
            names_add(&audited, p.plan->cells[i]->key);
    char *text = names_join(&audited, " ");
    assert_string_equal("cycles/bump/glibc cycles/rc/glibc tokens/bump/glibc tokens/rc/glibc "
                        "cycles/rc[threshold=off]/glibc cycles/rc[threshold=70]/glibc "
                        "tokens[kind=long]/rc/glibc tokens[kind=long]/rc[threshold=9000]/glibc",
                        text);
    free(text);
    names_free(&audited);
    planned_free(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),      cmocka_unit_test(test_order_fair),
        cmocka_unit_test(test_builds),     cmocka_unit_test(test_together),
        cmocka_unit_test(test_jobs),       cmocka_unit_test(test_audits),
        cmocka_unit_test(test_loads_last), cmocka_unit_test(test_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
