# plot.gp - how does memory use develop on each preset? Drawn as in rss/plot.gp.

call system("dirname '" . ARG0 . "'") . "/../rss/plot.gp" ARG1 ARG2 ARG3
