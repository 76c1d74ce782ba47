# lua - needs Lua 5.4 (Debian: liblua5.4-dev).
ifeq ($(shell pkg-config --exists lua5.4 2>/dev/null && echo found),found)
CFLAGS_lua := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags lua5.4))
LIBS_lua   := $(shell pkg-config --libs lua5.4)
else
LEFT_OUT += lua
endif
