# record.mk - the extension of CPython that records programs, where the headers of a version that it knows are:
# those of Debian's, and of each that RECORD_CONFIG names (RECORD_CONFIG=python3.13-config). An interpreter loads its own.

RECORD_CONFIG   ?=
RECORDER_CFLAGS := $(shell PKG_CONFIG_PATH= pkg-config --cflags 'python3-embed >= 3.11' 'python3-embed < 3.14' 2>/dev/null)
RECORDED        := $(if $(filter release,$(BUILD)),$(if $(RECORDER_CFLAGS),.so) $(foreach c,$(RECORD_CONFIG),$(or $(shell $c --extension-suffix),$(error RECORD_CONFIG=$c: accepted: a python3-config))))
RECORDER        := $(if $(strip $(RECORDED)),$(addprefix $(B)/recorder/,$(addprefix heapbench_record,$(RECORDED)) $(notdir $(wildcard workloads/recorder/*.py))))
all: $(RECORDER)

# recorder SUFFIX,FLAGS
define recorder
$(B)/obj/recorder$(1)/%.c.o: %.c $(B)/flags
	$$(call compile,CC,$(CC) $(C_FLAGS) -fPIC -fvisibility=hidden -DPy_BUILD_CORE_MODULE $(patsubst -I%,-isystem %,$(2)))
$(B)/recorder/heapbench_record$(1): $(call objects,recorder$(1),workloads/recorder/*.c workloads/recording/write.c)
	$$(call say,LD)
	$$(Q)mkdir -p $$(@D) && $(CC) -shared $(LDFLAGS) $$^ -o $$@ -lzstd -lpthread
endef
$(if $(RECORDER_CFLAGS),$(eval $(call recorder,.so,$(RECORDER_CFLAGS))))
$(foreach c,$(RECORD_CONFIG),$(eval $(call recorder,$(shell $c --extension-suffix),$(shell $c --includes))))
$(B)/recorder/%.py: workloads/recorder/%.py
	$(Q)mkdir -p $(@D) && cp $< $@

record: all ## record what a Python program does with its objects, run it twice more, and advise: CMD="python3 app.py" [OUT=app.hbr]
	@$(B)/heapbench record --calibrate $(if $(OUT),--out '$(OUT)') -- $(CMD)
	@$(B)/heapbench advise $(or $(OUT),recording.hbr)
validate: all ## record Python programs, and compare what is simulated at five settings with what plain interpreters do (5 minutes); PROGRAM=app.py: that one alone
	@tests/validate/validate $(B) $(PROGRAM)
