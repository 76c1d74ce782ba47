# plot.gp - what does a tunable cost and buy? Two rows for each workload.
# See ../multiples.gp.

call system("dirname '" . ARG0 . "'") . "/../multiples.gp" ARG1 ARG2
