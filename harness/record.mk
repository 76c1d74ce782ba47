# record.mk - the extension of CPython that records programs, where the headers of a version that it knows are.

RECORDER_CFLAGS := $(if $(filter release,$(BUILD)),$(shell PKG_CONFIG_PATH= pkg-config --cflags 'python3-embed >= 3.11' 'python3-embed < 3.12' 2>/dev/null))
RECORDER        := $(if $(RECORDER_CFLAGS),$(addprefix $(B)/recorder/,heapbench_record.so $(notdir $(wildcard workloads/recorder/*.py))))
all: $(RECORDER)

$(B)/obj/recorder/%.c.o: %.c $(B)/flags
	$(call compile,CC,$(CC) $(C_FLAGS) -fPIC -fvisibility=hidden -DPy_BUILD_CORE_MODULE $(patsubst -I%,-isystem %,$(RECORDER_CFLAGS)))
$(B)/recorder/heapbench_record.so: $(call objects,recorder,workloads/recorder/*.c workloads/recording/write.c)
	$(call say,LD)
	$(Q)mkdir -p $(@D) && $(CC) -shared $(LDFLAGS) $^ -o $@ -lzstd -lpthread
$(B)/recorder/%.py: workloads/recorder/%.py
	$(Q)mkdir -p $(@D) && cp $< $@

record: all ## record what a Python program does with its objects, run it twice more, and advise: CMD="python3 app.py" [OUT=app.hbr]
	@$(B)/heapbench record --calibrate $(if $(OUT),--out '$(OUT)') -- $(CMD)
	@$(B)/heapbench advise $(or $(OUT),recording.hbr)
validate: all ## record Python programs, and compare what is simulated at five settings with what plain interpreters do (5 minutes); PROGRAM=app.py: that one alone
	@tests/validate/validate $(B) $(PROGRAM)
