# boehm - needs the Boehm-Demers-Weiser collector (Debian: libgc-dev).
ifeq ($(shell pkg-config --exists 'bdw-gc >= 8.0' 2>/dev/null && echo found),found)
CFLAGS_boehm := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags bdw-gc))
LIBS_boehm   := $(shell pkg-config --libs bdw-gc)
else
LEFT_OUT += boehm
endif
