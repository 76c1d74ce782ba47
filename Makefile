# heapbench - see README.md and `make help`. No file is listed by name: a folder of allocators/ with a fast.h is a strategy, a file of workloads/ a workload.

# ---- settings: make X=... ------------------------------------------------------------------------------
BUILD      ?= release#     release, debug (sanitizers), stress (debug, and a collection at every safepoint), more in tests/build.mk
STRATEGIES ?=#             which to run, comma-separated; empty: all. Likewise WORKLOADS and BACKINGS
WORKLOADS  ?=
BACKINGS   ?=
INPUT      ?=#             file or folder of text for workloads that read some
ARGS       ?=#             more flags for `heapbench run`, see build/heapbench run --help
G          ?= -g1#         lines for reports of sanitizers and for profiles, a third cheaper; G=-g for a debugger
V          ?=#             V=1 shows the commands
$(if $(filter-out release debug stress fuzz swarm coverage memcheck tsan,$(BUILD)),$(error BUILD=$(BUILD): accepted: release, debug, stress, fuzz, swarm, coverage, memcheck, tsan))
$(if $(findstring command,$(origin STRATEGY)$(origin WORKLOAD)$(origin BACKING)),$(error accepted: STRATEGIES=A,B WORKLOADS=A,B BACKINGS=A,B))

# ---- packages: bench, test and deps install what is missing; every other target names it ----------------
GOALS      := $(or $(MAKECMDGOALS),all)
MISSING    := $(if $(MAKELEVEL:0=),,$(if $(filter-out help clean format,$(GOALS)),$(shell harness/deps.sh \
    $(if $(filter bench bench-full test deps,$(GOALS)),--install) $(filter fuzz memcheck peers fidelity instructions install site many deps $(if $(BASE),regress),$(GOALS)) >&2 || echo some)))
$(if $(MISSING),$(error cannot go on without these))

# ---- what was found ------------------------------------------------------------------------------------
B          := build$(if $(filter-out release,$(BUILD)),/$(BUILD))
# A strategy that needs a library says in its build.mk where it is, and leaves itself out without it. STRATEGY_PATH=DIR:DIR has more.
FOUND      := $(dir $(wildcard $(patsubst %,%/*/fast.h,allocators $(subst :, ,$(STRATEGY_PATH)))))
$(foreach f,$(FOUND),$(foreach n,$(notdir $(f:/=)),$(if $(DIR_$n)$(findstring .,$n),$(error $f: accepted: a folder named by letters, digits, - and _, and as no other))$(eval DIR_$n := $f)))
-include $(wildcard $(FOUND:=build.mk))
NAMES      := $(filter-out $(LEFT_OUT),$(sort $(notdir $(FOUND:/=))))
COMMIT     := $(shell git describe --always --dirty 2>/dev/null || cat .version 2>/dev/null || echo unknown)

# ---- flags: no LTO, no -march=native: a number must not depend on what else is linked. Yours come last ---
FLAGS_release := -O2 $(G) -DNDEBUG
FLAGS_debug   := -Og $(G) -fsanitize=address,undefined -fno-sanitize-recover=all
WARNINGS      := -Wall -Wextra -Wshadow -Werror
OPTIONS        = $(FLAGS_$(BUILD)) -D_GNU_SOURCE -Iharness -Iallocators -Iworkloads
C_FLAGS        = -std=c11 $(OPTIONS) $(WARNINGS) -Wpedantic -Wstrict-prototypes $(CFLAGS)
CXX_FLAGS      = -std=c++17 $(OPTIONS) $(WARNINGS) $(CXXFLAGS)
MAKEFLAGS     += --no-builtin-rules $(if $(MAKELEVEL:0=),,-j$(shell nproc))
Q             := $(if $(V),,@)
say            = @echo '  $(1) $(patsubst $(B)/%,%,$@)'
# compile WHAT IT SAYS,COMPILER AND FLAGS. link LINKER,LIBRARIES. objects OF WHOM,SOURCES.
define compile
$(call say,$(1))
$(Q)mkdir -p $(@D) && $(2) -MMD -MP -c $< -o $@
endef
define link
$(call say,LD)
$(Q)mkdir -p $(@D) && $(1) $(FLAGS_$(BUILD)) $(LDFLAGS) $(filter-out %.a,$^) $(filter %.a,$^) -o $@ $(2) -ljansson -lyajl -lunistring -lsqlite3 -lzstd -lz -lm -ldl -lpthread
endef
objects  = $(patsubst %,$(B)/obj/$(1)/%.o,$(wildcard $(2)))
PROGRAMS := workloads/*.c workloads/trace/apply.c# which runs traces for one of them
# What every program may need, of which the linker takes what it does; the floors of heapbench alone.
GROUND  := $(B)/ground.a
DRIVER  := $(call objects,common,$(patsubst %,harness/%/*.c,store run read judge show advise commands))
SHIM    := $(call objects,common,harness/libbench/*.cc)

INCLUDED := tests/build.mk $(wildcard harness/*.mk)
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*## .*/\1/p' Makefile $(INCLUDED)) FORCE
.SECONDARY:
.DEFAULT_GOAL := all

bench: all ## measure the quick matrix, draw the plots, print the table and where the report is (3 minutes)
	@$(B)/heapbench run $(SELECT) $(ARGS)
bench-full: all ## measure everything: all sweeps, incidents and backing allocators (an hour; can be resumed)
	@$(B)/heapbench run --full $(SELECT) $(ARGS)
incidents: all ## run what was reported elsewhere, and print it beside what was measured (5 minutes when nothing else runs); INCIDENTS=A,B
	@$(B)/heapbench run $(or $(INCIDENTS:%=--incident '%'),--plan incidents) $(SELECT) $(ARGS)
plots: all ## draw the plots and the report of the newest run again
	@$(B)/heapbench report
readme: all ## write the lists in README.md anew, and what the newest run of make peers measured in allocators/README.md
	@harness/readme.sh $(B) >$(B)/README.md && cp $(B)/README.md README.md && tests/probes/draw $(B)
format: ## lay out the sources as .clang-format says
	@git ls-files '*.c' '*.h' '*.cc' '*.hh' | xargs clang-format -i
deps: ## install the Debian packages that are missing, for every target; says nothing when all is there
	@:
clean: ## remove build/
	rm -rf build
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile $(INCLUDED) | sort | awk -F'|' '{printf "  make %-11s %s\n", $$1, $$2}'

# ---- programs ------------------------------------------------------------------------------------------
SELECT = $(if $(STRATEGIES),--strategy '$(STRATEGIES)') $(if $(WORKLOADS),--workload '$(WORKLOADS)') $(if $(BACKINGS),--backing '$(BACKINGS)') $(if $(INPUT),--input '$(subst ','\'',$(INPUT))')
all: $(B)/heapbench $(NAMES:%=$(B)/bench-%) $(NAMES:%=$(B)/count-%) ## build build/heapbench and two programs per strategy

# A strategy's sources: its folder, and that of parts/ whose operations.h its fast.h includes.
$(foreach n,$(NAMES),$(eval OWN_$(n) := allocators/operations.c $(DIR_$(n))*.c $(shell sed -n 's,^#include "\(parts/.*\)/operations.h",allocators/\1/*.c,p' $(DIR_$(n))fast.h)))
# Built twice: bench-NAME is for times and has operations inlined into workloads; count-NAME counts, and calls them. linked, strategy WHICH,NAME.
COUNTING = -DHEAP_COUNTING=$(if $(findstring /obj/count,$@),1,0) -Itests
linked   = $(call objects,$(1)-$(2),$(OWN_$(2)) $(if $(filter bench,$(1)),$(PROGRAMS))) $(call objects,$(1),harness/runner/*.c $(if $(filter count,$(1)),$(PROGRAMS)))
define strategy
$(B)/obj/$(1)-$(2)/%.c.o: %.c $(B)/flags
	$$(call compile,CC,$$(CC) $$(C_FLAGS) $$(CFLAGS_$(2)) -DHEAP_NAME='"$(2)"' $$(COUNTING) -I$(DIR_$(2)))
$(B)/$(1)-$(2): $(call linked,$(1),$(2)) $(SHIM) $(GROUND) $(filter %.a,$(LIBS_$(2)))
	$$(call link,$(CXX),-lbenchmark $(LIBS_$(2)))
endef
define calling
$(B)/obj/$(1)/%.c.o: %.c $(B)/flags
	$$(call compile,CC,$$(CC) $$(C_FLAGS) -DHEAP_CALLED $$(COUNTING))
endef
$(foreach w,bench count,$(eval $(call calling,$(w)))$(foreach n,$(NAMES),$(eval $(call strategy,$(w),$(n)))))
include $(INCLUDED)

$(B)/heapbench: $(DRIVER) $(GROUND)
	$(call link,$(CC))
$(GROUND): $(filter-out %/apply.c.o,$(call objects,common,harness/base/*.c harness/model/*.c allocators/parts/*.c workloads/trace/*.c workloads/recording/*.c workloads/scenario/*.c))
	$(call say,AR)
	$(Q)rm -f $@ && ar rcs $@ $^
$(B)/obj/common/%.c.o: %.c $(B)/flags
	$(call compile,CC,$(CC) $(C_FLAGS) $(DEFINES) -Itests)
$(B)/obj/common/%.cc.o: %.cc $(B)/flags
	$(call compile,C++,$(CXX) $(CXX_FLAGS))

# What a program cannot know about itself. Only the file that uses it is compiled again when it changes.
$(B)/obj/common/harness/base/environment.c.o: $(B)/commit
$(B)/obj/common/harness/base/environment.c.o: DEFINES = -DHEAPBENCH_COMMIT='"$(COMMIT)"' -DHEAPBENCH_BUILD='"$(BUILD)"' -DHEAPBENCH_FLAGS='"$(C_FLAGS)"'
# A file that holds a value and is touched only when the value changes.
remember = @mkdir -p $(@D); echo '$(1)' | cmp -s - $@ || echo '$(1)' > $@
$(B)/flags $(B)/commit: FORCE
	$(call remember,$(if $(filter %/flags,$@),$(CC) $(C_FLAGS) $(CXX) $(CXX_FLAGS)$(PYTHON_CONFIG:%= %),$(COMMIT)))

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
