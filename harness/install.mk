# install.mk - targets that bring heapbench to where it is used; included by the Makefile.

install: all ## install under PREFIX=/usr/local, staged in DESTDIR=: heapbench, its data, manual pages, completions, libbench
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' harness/install.sh $(B)
	@$(MAKE) -s -C harness/libbench OUT='$(abspath $(B))/libbench' PREFIX='$(or $(PREFIX),/usr/local)' DESTDIR='$(abspath $(DESTDIR))' install
site: all ## write pages for a project's site into SITE=build/site: README and all it leads to, the manual, RUNS='DIR ...' (results/latest) and HISTORY=FILE
	@rm -rf $(B)/manual && harness/manual.sh $(B) $(B)/manual
	@HISTORY='$(HISTORY)' harness/site.sh $(B) '$(or $(SITE),$(B)/site)' $(B)/manual $(or $(RUNS),results/latest)
dist: ## pack what is committed, with the commit's name inside, as build/heapbench-VERSION.tar.gz
	@harness/dist.sh $(B)
deb: ## make Debian packages of it, build/{heapbench,libbench0,libbench-dev}_VERSION_ARCH.deb, and have lintian look at them
	@harness/dist.sh $(B) deb
compile-commands: ## write build/compile_commands.json, for editors: how each file is compiled; compiles nothing
	@mkdir -p $(B) && $(MAKE) --no-print-directory -n -B V=1 Q= all 2>/dev/null | sed -n 's/^mkdir -p [^ ]* && \(.* -MMD -MP -c .*\)/\1/p' | \
	    jq -R -n --arg here '$(CURDIR)' '[inputs | {directory: $$here, command: ., file: capture(" -c (?<f>[^ ]+) ").f}]' >$(B)/compile_commands.json
