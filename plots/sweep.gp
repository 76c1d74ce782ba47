# sweep.gp - what does a tunable cost and buy? A row for each workload, a column for each metric.
# See multiples.gp.

call system("dirname '" . ARG0 . "'") . "/multiples.gp" ARG1 ARG2 ARG3
