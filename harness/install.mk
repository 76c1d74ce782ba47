# install.mk - targets that bring heapbench to where it is used; included by the Makefile.

install: all ## install under PREFIX=/usr/local, staged in DESTDIR=: heapbench, its data, manual pages, completions, libbench
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' harness/install.sh $(B)
	@$(MAKE) -s -C harness/libbench OUT='$(abspath $(B))/libbench' PREFIX='$(or $(PREFIX),/usr/local)' DESTDIR='$(abspath $(DESTDIR))' install
dist: ## pack what is committed, with the commit's name inside, as build/heapbench-VERSION.tar.gz
	@harness/dist.sh $(B)
