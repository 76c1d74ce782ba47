# compare.mk - targets that compare revisions; included by the Makefile.

PAIR = CLAIM='$(CLAIM)' HISTORY='$(HISTORY)' STRATEGIES='$(STRATEGIES)' WORKLOADS='$(WORKLOADS)' BLOCKS='$(BLOCKS)' REPORT='$(REPORT)' harness/compare.sh
regress: all ## compare what is exact with results/baseline; BASE=rev: and instructions, times and memory with rev's; exit 3 when worse
	@$(if $(BASE),$(PAIR) regress '$(BASE)' '$(HEAD)',rm -rf $(B)/regress && $(B)/heapbench claims --measure --strict --complete --out $(B)/regress baseline)
baseline: all ## rewrite results/baseline
	@rm -rf $(B)/regress && $(B)/heapbench claims --measure --update --out $(B)/regress baseline
compare: all ## measure two revisions side by side: BASE=origin/main [HEAD=rev] [BLOCKS=20]; REPORT=FILE gets Markdown
	@$(PAIR) compare '$(BASE)' '$(HEAD)'
instructions: all ## compare only the instructions of a step with those of BASE=rev
	@$(PAIR) instructions '$(BASE)' '$(HEAD)'
bisect: all ## find the commit since GOOD=rev that does something else; [BAD=HEAD] [CLAIM=baseline]
	@$(PAIR) bisect '$(GOOD)' '$(BAD)'
history: all ## measure, beside programs that never change, and add a line to results/history.ndjson; then report
	@$(PAIR) history
selftest-regress: all ## how often the gates and the evidence cry wolf, and what they see (15 minutes)
	@CC='$(CC)' CXX='$(CXX)' tests/regress/selftest
