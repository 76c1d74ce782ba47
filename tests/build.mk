# build.mk - how tests are built, and the targets that run them; included by the Makefile. A room is a folder: every file contract/*_test.c is a
# program for each strategy (a name of the one that has all), every file unit/*_test.c one program, every script scripts/*_test.sh a test.

FLAGS_stress := $(FLAGS_debug) -DHEAP_STRESS
FLAGS_fuzz := -O2 -g -fPIC -fvisibility=hidden -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all \
              -fno-sanitize-coverage=trace-cmp
# No sanitizer, but assertions; a start of CPython takes as long as 20 programs on all others together.
FLAGS_swarm := -O2 $(G) -fPIC -fvisibility=hidden -DCOMPARE_VARYING_SHARE=2048
FLAGS_coverage := -O0 $(G) --coverage
# Threads simulate settings side by side (harness/advise/plane.c); nothing else has any.
FLAGS_tsan := -O1 $(G) -fsanitize=thread
# valgrind is told what a pool has given out (allocators/parts/poison.h).
FLAGS_memcheck := -O1 -g -DHEAP_MEMCHECK
UNITS      := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/unit/*_test.c))
# Programs of each strategy: tests, and those that scripts run.
CONTRACTS  := $(patsubst tests/%.c,%,$(wildcard tests/contract/*_test.c))
EACH       := $(CONTRACTS) fuzz/replay fidelity/fidelity checksum/checksum endure/endure
# What such a program is linked with: the strategy, counting; what measures; what runs traces, and writes them by chance.
CHANCE     := $(call objects,common,tests/fuzz/fit.c tests/fuzz/generate.c)
SHARED      = $(call objects,count-$(1),$(OWN_$(1))) $(filter-out %/main.c.o,$(call objects,count,harness/runner/*.c workloads/trace/apply.c tests/fuzz/outcome.c)) $(CHANCE)
# Programs as they are timed, where they are; else as they count.
TIMES      := $(if $(filter release,$(BUILD)),bench,count)
# What scripts use: makes traces of recorded cases; says who is wrong; lets system calls fail. tests/traces writes traces.
TOOLS      := $(B)/tests/fuzz/minimise $(B)/tests/fidelity/convert $(B)/tests/fidelity/php $(B)/tests/fuzz/agree $(B)/tests/faults/inject

.PHONY: tests forget fuzzer swarmer readers probes timed checksums replays
test: ## build and run all tests, as released and again with sanitizers
	@$(MAKE) --no-print-directory tests BUILD=release
	@$(MAKE) --no-print-directory tests BUILD=debug
	@tests/run build build/debug >build/tests.log; status=$$?; cat build/tests.log; exit $$status
stress: ## replay random programs on all strategies, verifying and collecting at every safepoint, for 60 s
	@$(MAKE) --no-print-directory tests BUILD=stress
	@tests/fuzz/stress build/stress $(ARGS)
fuzz: ## let libFuzzer look for programs on which strategies differ, for 60 s, and say lines never reached; SECONDS=, and ARGS= for libFuzzer
	@$(MAKE) --no-print-directory fuzzer BUILD=fuzz CC=clang CXX=clang++
	@tests/fuzz/fuzz build/fuzz $(or $(SECONDS),60) $(ARGS)
	@$(MAKE) --no-print-directory lines BUILD=coverage
swarm: ## run mutants of what make fuzz keeps, and of tests/corpus, on all strategies without sanitizers, ten times as many a second; SECONDS=, SEED=
	@$(MAKE) --no-print-directory swarmer BUILD=swarm
	@tests/fuzz/swarm build/swarm $(or $(SECONDS),60) $(SEED)
lines: replays ## which lines of each strategy do programs of make fuzz reach, and which never? BUILD=coverage
	@tests/fuzz/lines $(B) tests/corpus $(wildcard build/fuzz/corpus)
memcheck: ## random programs and tests/corpus under valgrind, which knows what pools have given out (10 minutes); ARGS: how many of each strategy
	@$(MAKE) --no-print-directory replays BUILD=memcheck
	@tests/fuzz/memcheck build/memcheck $(ARGS)
tsan: ## what has threads, under the thread sanitizer (half a minute)
	@$(MAKE) --no-print-directory build/tsan/tests/unit/plane_test BUILD=tsan
	@build/tsan/tests/unit/plane_test
fuzz-readers: all ## let libFuzzer write files for each reader of files; RUNS= of each (20000), READERS="plan trace"
	@$(MAKE) --no-print-directory readers BUILD=fuzz CC=clang CXX=clang++
	@tests/fuzz/readers build/fuzz $(or $(RUNS),20000) $(READERS)
fidelity: tests ## compare generational with CPython itself, and rootbuffer with PHP, integer by integer (5 minutes); CASES=DIR: its traces too
	@tests/fidelity/fidelity $(B) $(CASES); cpython=$$?; tests/fidelity/roots $(B); php=$$?; [ $$cpython -eq 0 ] && { [ $$php -eq 0 ] || [ $$php -eq 77 ]; }
faults: $(B)/heapbench $(B)/tests/faults/inject ## let each system call on a run's folder fail in turn, and see whether a record is lost (15 minutes)
	@tests/faults/faults $(B) $(ARGS)
oom: tests ## fail each request for memory in turn, on each workload and 200 programs by chance (10 minutes); ARGS: --most N --chance N
	@tests/endure/all $(B) oom $(ARGS)
depth: tests ## structures of 10 million nodes, a list of 100 million, a payload of 1 GiB, each on a C stack of 64 kB (30 minutes); ARGS: --seconds N
	@tests/endure/all $(B) depth $(ARGS)
engines: all ## hand runs to a Slurm of three nodes and to hosts by ssh, all on this machine, and have nodes and disks fail (5 minutes; root)
	@tests/engines/slurm $(B); slurm=$$?; tests/engines/ssh $(B) && exit $$slurm
many: all ## what do many records cost to load and to report? RECORDS= of them (100000: 2 minutes of CPU time, 3 GB of disk)
	@tests/many/many $(B) $(RECORDS)
cross: all checksums ## build for ARCH=arm64 (armhf, i386, musl) and run it there, under qemu: the same checksums? (8 minutes)
	@tests/cross/cross $(B) $(or $(ARCH),arm64)
soak: tests ## mixed scenarios for DURATION (20s; 8h) on each strategy: does what is held, or resident, grow? (6 minutes)
	@tests/endure/all $(B) soak --seconds $$(($$(echo $(or $(DURATION),20s) | sed 's/h$$/*3600/;s/m$$/*60/;s/s$$//')))
space: tests ## what addresses does each strategy take, beside what it holds? (1 minute); ARGS: --nodes N
	@tests/endure/all $(B) space $(ARGS)
reliability: ## run what counts its attempts, and write the table of the README (3 hours; goes on where it stopped); RUN="oom space": these alone, RUN=counts: none
	@MAKE='$(MAKE)' RERUN='$(RUN)' tests/endure/parts '$(COMMIT)' $(filter-out counts,$(or $(RUN),oom space depth soak stress memcheck fuzz swarm fuzz-readers faults)); status=$$?; tests/endure/keep && $(MAKE) --no-print-directory readme && exit $$status
advise-trial: all ## take the advice of heapbench advise in eight programs, and measure what it changes (10 to 25 minutes); make readme then writes it into the README
	@tests/advise/trial $(B) $(PROGRAMS_TRIED)
selftest: ## plant faults in copies of the sources, and see whether the tests see them (5 minutes); FAULTS=mutants: the long list
	@CC='$(CC)' CXX='$(CXX)' tests/selftest/selftest $(B) tests/selftest/$(or $(FAULTS),faults)
aa: all ## one strategy under two names, 200 runs (results/aa; goes on where it stopped): how often is it called different? 50 minutes
	@tests/aa $(B) $(RUNS)
loaded: all ## do the longest pauses stay what they are beside three busy loops, or are they marked? (6 minutes); ARGS: flags of heapbench run
	@tests/loaded $(B) $(ARGS)
peers: all probes ## measure every strategy against what it must beat, and print the table (6 minutes)
	@$(B)/heapbench claims --measure --bench-dir $(B)/probes $(ARGS) peers

# What libFuzzer runs is compiled here, too, so that it does not rot. What is tested is the counting build; as released the timed one as well, which does the same (scripts/counting_test.sh).
tests: $(B)/heapbench $(NAMES:%=$(B)/count-%) $(if $(filter release,$(BUILD)),all) $(UNITS) $(TOOLS) $(B)/tests/traces $(patsubst %,$(B)/obj/common/tests/fuzz/%.c.o,readers mangle compare swarm maps) $(foreach n,$(NAMES),$(EACH:%=$(B)/tests/%-$(n)))
# A program of a strategy, or of a test, that is gone would go on being run: what is found by its name and has no rule is removed.
KEPT := $(NAMES:%=bench-%) $(NAMES:%=count-%) $(UNITS:$(B)/tests/unit/%=%) $(foreach n,$(NAMES),$(addsuffix -$(n),$(notdir $(EACH))) $(n).so contract-$(n))
all tests: forget
forget:
	@rm -f $(foreach f,$(wildcard $(addprefix $(B)/,bench-* count-* probes/* strategies/*.so tests/unit/*_test $(addsuffix *-*,$(addprefix tests/,$(sort $(dir $(EACH))))))),$(if $(filter $(KEPT) %.d %.o,$(notdir $(f))),,$(f)))
readers: $(B)/readers-fuzzer
timed: $(NAMES:%=$(B)/bench-%)
checksums: $(NAMES:%=$(B)/tests/checksum/checksum-%)
replays: $(NAMES:%=$(B)/tests/fuzz/replay-%)
fuzzer: $(B)/fuzzer $(B)/tests/fuzz/minimise $(NAMES:%=$(B)/strategies/%.so)
swarmer: $(B)/swarmer $(B)/tests/fuzz/minimise $(NAMES:%=$(B)/strategies/%.so)
probes: $(foreach which,bench count,$(NAMES:%=$(B)/probes/$(which)-%))

define tests_of
$(B)/tests/fidelity/fidelity-$(1) $(B)/tests/endure/endure-$(1): $(call objects,count,workloads/*.c)
$(B)/tests/endure/endure-$(1): $(call objects,count,tests/endure/*.c)
$(B)/tests/contract/contract-$(1): $(call objects,count,tests/contract/*_test.c)
$(CONTRACTS:%=$(B)/tests/%-$(1)): $(B)/tests/contract/contract-$(1)
	@ln -sf contract-$(1) $$@
$(B)/tests/%-$(1): $(B)/obj/count/tests/%.c.o $(call SHARED,$(1)) $(GROUND)
	$$(call link,$(CC),$(GROUND) -lcmocka $(LIBS_$(1)))
$(B)/tests/checksum/checksum-$(1): $(call objects,$(TIMES),tests/checksum/*.c) $(filter-out %/main.c.o,$(call linked,$(TIMES),$(1))) $(GROUND)
	$$(call link,$(CC),$(LIBS_$(1)))
$(B)/strategies/$(1).so: $(call SHARED,$(1)) $(GROUND)
	$$(call link,$(CC),-shared $(LIBS_$(1)))
endef
$(foreach n,$(NAMES),$(eval $(call tests_of,$(n))))
# probe WHICH,NAME: as in the Makefile, one times and one counts.
define probe
$(B)/probes/$(1)-$(2): $(call linked,$(1),$(2)) $(call objects,$(1)-$(2),tests/probes/*.c) $(SHIM) $(GROUND)
	$$(call link,$(CXX),-lbenchmark $(LIBS_$(2)))
endef
$(foreach n,$(NAMES),$(foreach which,bench count,$(eval $(call probe,$(which),$(n)))))

$(B)/fuzzer: $(call objects,common,tests/fuzz/compare.c tests/fuzz/maps.c) $(CHANCE) $(GROUND)
	$(call link,$(CC),-fsanitize=fuzzer -rdynamic)
$(B)/swarmer: $(call objects,common,tests/fuzz/swarm.c tests/fuzz/compare.c tests/fuzz/maps.c) $(CHANCE) $(GROUND)
	$(call link,$(CC),-rdynamic)
$(B)/readers-fuzzer: $(call objects,common,tests/fuzz/readers.c tests/fuzz/mangle.c) $(filter-out %/main.c.o,$(DRIVER)) $(GROUND)
	$(call link,$(CC),-fsanitize=fuzzer)
$(B)/tests/traces: $(B)/obj/common/workloads/traces/make.c.o $(GROUND)
	$(call link,$(CC))
$(TOOLS): $(B)/%: $(B)/obj/common/%.c.o $(CHANCE) $(GROUND)
	$(call link,$(CC))
$(UNITS): $(B)/tests/%: $(B)/obj/common/tests/%.c.o $(CHANCE) $(filter-out %/main.c.o,$(DRIVER)) $(SHIM) $(GROUND)
	$(call link,$(CXX),-lbenchmark -lcmocka)
