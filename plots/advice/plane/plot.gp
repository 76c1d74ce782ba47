# plot.gp - what do the two thresholds do? See ../../grid/plot.gp.

call system("dirname '" . ARG0 . "'") . "/../../grid/plot.gp" ARG1 ARG2
