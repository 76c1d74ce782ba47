# heapbench - see README.md. `make help` lists the targets. No file is listed by name: a folder in
# allocators/ with a fast.h is a strategy, a file in workloads/ is a workload, a file in tests/ is a test.

# ---- settings: make X=... ------------------------------------------------------------------------------
BUILD      ?= release#     release, debug (sanitizers), stress (debug, and a collection at every safepoint)
STRATEGIES ?=#             which to run, comma-separated; empty: all. Likewise WORKLOADS and BACKINGS
WORKLOADS  ?=
BACKINGS   ?=
INPUT      ?=#             file or folder of text for workloads that read some
ARGS       ?=#             more flags for `heapbench run`, see build/heapbench run --help
G          ?= -g1#         debug and stress: lines for the sanitizers' reports, a third cheaper; G=-g for a debugger
V          ?=#             V=1 shows the commands

# ---- what was found ------------------------------------------------------------------------------------
B          := build$(if $(filter-out release,$(BUILD)),/$(BUILD))
CONTRACTS  := $(basename $(notdir $(wildcard tests/contract_*.c)))
UNITS      := $(filter-out $(CONTRACTS),$(basename $(notdir $(wildcard tests/*_test.c))))
HELPERS    := $(filter-out tests/contract_% %_test.c,$(wildcard tests/*.c))

# What is missing is installed first, so that all below sees what it needs. Silent when nothing is missing.
ifneq ($(filter-out help clean format,$(or $(MAKECMDGOALS),all)),)
ifneq ($(if $(MAKELEVEL:0=),0,$(shell harness/deps.sh $(filter fuzz peers,$(MAKECMDGOALS)) >&2; echo $$?)),0)
$(error cannot go on without these)
endif
endif
# A strategy that needs a library says in its build.mk where it is, and leaves itself out without it.
-include $(wildcard allocators/*/build.mk)

LEFT_OUT   ?=
NAMES      := $(filter-out $(LEFT_OUT),$(patsubst allocators/%/fast.h,%,$(wildcard allocators/*/fast.h)))

# ---- flags: no LTO and no -march=native, so that a number does not depend on what else is linked -------
FLAGS_release := -O2 -g -DNDEBUG
FLAGS_debug   := -Og $(G) -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS_stress  := $(FLAGS_debug) -DHEAP_STRESS
FLAGS_fuzz    := -O2 -g -fPIC -fvisibility=hidden -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all \
                 -fno-sanitize-coverage=trace-cmp
WARNINGS      := -Wall -Wextra -Wshadow -Werror
OPTIONS       := $(FLAGS_$(BUILD)) -D_GNU_SOURCE -Iharness -Iallocators -Iworkloads
CFLAGS        += -std=c11 $(OPTIONS) $(WARNINGS) -Wpedantic -Wstrict-prototypes
CXXFLAGS      += -std=c++17 $(OPTIONS) $(WARNINGS)
MAKEFLAGS     += --no-builtin-rules $(if $(MAKELEVEL:0=),,-j$(shell nproc))
Q             := $(if $(V),,@)
say            = @echo '  $(1) $(patsubst $(B)/%,%,$@)'
# compile WHAT IT SAYS,COMPILER AND FLAGS. link LINKER,LIBRARIES.
define compile
$(call say,$(1))
$(Q)mkdir -p $(@D) && $(2) -MMD -MP -c $< -o $@
endef
define link
$(call say,LD)
$(Q)mkdir -p $(@D) && $(1) $(FLAGS_$(BUILD)) $(LDFLAGS) $^ -o $@ $(2) -ljansson -lm -ldl -lpthread
endef

objects  = $(patsubst %,$(B)/obj/$(1)/%.o,$(wildcard $(2)))
COMMON  := $(call objects,common,harness/*.c) $(call objects,common,allocators/parts/*.c)
DRIVER  := $(call objects,common,harness/driver/*.c harness/report/*.c harness/peers/*.c)
SHIM    := $(call objects,common,harness/libbench/*.cc)
SHARED   = $(filter-out %/main.c.o,$(call objects,$(1),allocators/$(1)/*.c harness/runner/*.c $(HELPERS)))
TESTS   := $(UNITS:%=$(B)/tests/%) $(foreach n,$(NAMES),$(CONTRACTS:%=$(B)/tests/%-$(n)))

.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*## .*/\1/p' Makefile) tests fuzzer FORCE
.SECONDARY:
.DEFAULT_GOAL := all

bench: all ## measure the quick matrix, draw the plots, print the table and where the report is (2 minutes)
	@$(B)/heapbench run --quick $(SELECT) $(ARGS)
bench-full: all ## measure everything: all sweeps, all backing allocators, 20 blocks (hours; can be resumed)
	@$(B)/heapbench run --full $(SELECT) $(ARGS)
test: ## build and run all tests, as released and again with sanitizers
	@$(MAKE) --no-print-directory tests BUILD=release
	@$(MAKE) --no-print-directory tests BUILD=debug
	@tests/run build build/debug >build/tests.log; status=$$?; cat build/tests.log; exit $$status
stress: ## replay random programs on all strategies, verifying and collecting at every safepoint, for 60 s
	@$(MAKE) --no-print-directory tests BUILD=stress
	@tests/stress build/stress $(ARGS)
fuzz: ## let libFuzzer look for programs on which strategies differ, for 60 s; SECONDS=, and ARGS= for libFuzzer
	@$(MAKE) --no-print-directory fuzzer BUILD=fuzz CC=clang CXX=clang++
	@tests/fuzz build/fuzz $(or $(SECONDS),60) $(ARGS)
fidelity: tests ## compare generational with CPython itself, integer by integer (4 minutes); CASES=DIR: its traces too
	@tests/fidelity $(B) $(CASES)
peers: all $(NAMES:%=$(B)/peers/bench-%) ## measure every strategy against what it must beat, and print the table (6 minutes)
	@$(B)/heapbench peers --bench-dir $(B)/peers $(ARGS) tests/peers/targets.json
regress: all ## compare the deterministic counters with results/baseline; exit 3 on a difference
	@$(B)/heapbench regress
baseline: all ## rewrite results/baseline
	@$(B)/heapbench regress --update
plots: all ## draw the plots and the report of the newest run again
	@$(B)/heapbench report
readme: all ## write the lists of strategies and workloads in README.md anew
	@harness/readme.sh $(B) >$(B)/README.md && cp $(B)/README.md README.md
format: ## lay out the sources as .clang-format says
	@git ls-files '*.c' '*.h' '*.cc' '*.hh' | xargs clang-format -i
deps: ## install the Debian packages that are missing; says nothing when all is there
	@:
clean: ## remove build/
	rm -rf build
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | sort | awk -F'|' '{printf "  make %-11s %s\n", $$1, $$2}'

# ---- programs ------------------------------------------------------------------------------------------
SELECT = $(if $(STRATEGIES),--strategy '$(STRATEGIES)') $(if $(WORKLOADS),--workload '$(WORKLOADS)') \
         $(if $(BACKINGS),--backing '$(BACKINGS)') $(if $(INPUT),--input '$(INPUT)')
all: $(B)/heapbench $(NAMES:%=$(B)/bench-%) ## build build/heapbench and one build/bench-NAME per strategy
tests: all $(TESTS)
fuzzer: $(B)/fuzzer $(NAMES:%=$(B)/strategies/%.so)

define strategy
$(B)/obj/$(1)/%.c.o: %.c $(B)/flags
	$$(call compile,CC,$$(CC) $$(CFLAGS) $$(CFLAGS_$(1)) -DHEAP_NAME='"$(1)"' -Iallocators/$(1) -Itests)
$(B)/peers/bench-$(1): $(call objects,$(1),tests/peers/*.c)
$(B)/bench-$(1) $(B)/peers/bench-$(1): $(call objects,$(1),allocators/$(1)/*.c harness/runner/*.c workloads/*.c) $(COMMON) $(SHIM)
	$$(call link,$(CXX),-lbenchmark $(LIBS_$(1)))
$(B)/tests/contract_fidelity-$(1): $(call objects,$(1),workloads/*.c)
$(B)/tests/%-$(1): $(B)/obj/$(1)/tests/%.c.o $(call SHARED,$(1)) $(COMMON)
	$$(call link,$(CC),-lcmocka $(LIBS_$(1)))
$(B)/strategies/$(1).so: $(call SHARED,$(1)) $(COMMON)
	$$(call link,$(CC),-shared $(LIBS_$(1)))
endef
$(foreach n,$(NAMES),$(eval $(call strategy,$(n))))

$(B)/heapbench: $(DRIVER) $(COMMON)
	$(call link,$(CC))
$(B)/fuzzer: $(call objects,common,tests/fuzzer/*.c)
	$(call link,$(CC),-fsanitize=fuzzer -rdynamic)
$(UNITS:%=$(B)/tests/%): $(B)/tests/%: $(B)/obj/common/tests/%.c.o $(filter-out %/main.c.o,$(DRIVER)) $(COMMON) $(SHIM)
	$(call link,$(CXX),-lbenchmark -lcmocka)
$(B)/obj/common/%.c.o: %.c $(B)/flags
	$(call compile,CC,$(CC) $(CFLAGS) $(DEFINES) -Iharness/driver -Iharness/report -Iharness/peers -Itests)
$(B)/obj/common/%.cc.o: %.cc $(B)/flags
	$(call compile,C++,$(CXX) $(CXXFLAGS))

# What a program cannot know about itself. Only the file that uses it is compiled again when it changes.
$(B)/obj/common/harness/environment.c.o: $(B)/commit
$(B)/obj/common/harness/environment.c.o: DEFINES = -DHEAPBENCH_COMMIT='"$(COMMIT)"' \
    -DHEAPBENCH_BUILD='"$(BUILD)"' -DHEAPBENCH_FLAGS='"$(CFLAGS)"'
COMMIT := $(shell git describe --always --dirty 2>/dev/null || echo unknown)

# A file that holds a value and is touched only when the value changes.
remember = @mkdir -p $(@D); echo '$(1)' | cmp -s - $@ || echo '$(1)' > $@
$(B)/flags: FORCE
	$(call remember,$(CC) $(CFLAGS) $(CXX) $(CXXFLAGS))
$(B)/commit: FORCE
	$(call remember,$(COMMIT))

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
