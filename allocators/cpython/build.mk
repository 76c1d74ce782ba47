# The distribution's interpreter, found where the system's packages say, not the first one on PATH. Its
# headers are system headers, so that our warnings stay on for our own files only. From 3.12 on what is
# interned is immortal, or does not survive refused memory, so those versions are not taken.
cpython_config = $(shell PKG_CONFIG_PATH= pkg-config $(1) 'python3-embed >= 3.10' 'python3-embed < 3.12' 2>/dev/null)
LIBS_cpython   := $(call cpython_config,--libs)
ifneq ($(LIBS_cpython),)
CFLAGS_cpython := $(patsubst -I%,-isystem %,$(call cpython_config,--cflags)) \
    -DCPYTHON_HOME='L"$(firstword $(call cpython_config,--variable=prefix))"'
else
LEFT_OUT       += cpython
endif
