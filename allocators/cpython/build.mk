# The distribution's interpreter, found where the system's packages say, not the first one on PATH; or that of
# PYTHON_CONFIG=/path/to/python3.X-config, say of one's own build. Its headers are system headers, so that our
# warnings stay on for our own files only. A free-threaded build (-lpython3.13t) has another collector.
ifdef PYTHON_CONFIG
cpython_version := $(filter $(foreach v,9 10 11 12 13,-lpython3.$(v)),$(shell $(PYTHON_CONFIG) --ldflags --embed 2>/dev/null))
$(if $(cpython_version),,$(error PYTHON_CONFIG=$(PYTHON_CONFIG): accepted: the python3-config of a CPython 3.9 to 3.13))
cpython_prefix := $(shell $(PYTHON_CONFIG) --prefix)
# No commas, which would end an argument of `link`.
LIBS_cpython   := $(shell $(PYTHON_CONFIG) --ldflags --embed | sed 's/-Wl,/-Xlinker /g; s/,/ -Xlinker /g') \
    -Xlinker -rpath=$(cpython_prefix)/lib
CFLAGS_cpython := $(patsubst -I%,-isystem %,$(shell $(PYTHON_CONFIG) --includes)) -DCPYTHON_HOME='L"$(cpython_prefix)"'
else
cpython_config = $(shell PKG_CONFIG_PATH= pkg-config $(1) 'python3-embed >= 3.9' 'python3-embed < 3.14' 2>/dev/null)
LIBS_cpython   := $(call cpython_config,--libs)
ifneq ($(LIBS_cpython),)
CFLAGS_cpython := $(patsubst -I%,-isystem %,$(call cpython_config,--cflags)) \
    -DCPYTHON_HOME='L"$(firstword $(call cpython_config,--variable=prefix))"'
else
LEFT_OUT       += cpython
endif
endif
