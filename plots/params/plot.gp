# plot.gp - how do the strategies answer to a parameter of the workload? A row for each parameter.
# See ../multiples.gp.

call system("dirname '" . ARG0 . "'") . "/../multiples.gp" ARG1 ARG2
