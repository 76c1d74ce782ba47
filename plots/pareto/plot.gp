# plot.gp - which strategy gives which speed for which memory? One panel for each workload.
#   columns  workload strategy style tunables base rss low high cpu low high backing
# The series of style 0 are the points that none beats in both, sorted by memory.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2 ARG3
PANEL_HEIGHT = 300
KEY_LINES = 0
@grid_open
set logscale xy
YLABEL = "CPU time of a step"
XLABEL = "peak resident memory"
set grid xtics

do for [cell = 0:CELLS - 1] {
    title = word(panels, cell + 1)
    mine = blocks_of(title)
    @range_open
    do for [b in mine] { stats TABLE index (b + 0) using (widen($7, $8)) nooutput }
    x_low = low / 1.3; x_high = high * 1.3
    @range_open
    do for [b in mine] { stats TABLE index (b + 0) using (widen($10, $11)) nooutput }
    set xrange [x_low:x_high]
    set yrange [low / 1.3:high * 1.3]
    eval "set xtics (" . log_tics(x_low, x_high, 0) . ")"
    eval "set ytics (" . log_tics(low / 1.3, high * 1.3, 1) . ")"
    @panel_open
    plot for [b in unstyled_of(title)] TABLE index (b + 0) using 6:9 with steps lc rgb "#b0b0b0" lw 2.5 dt 1 title "not beaten in both", \
         for [b in mine] TABLE index (b + 0) using 6:9:7:8:10:11 with xyerrorbars \
             lt style_of(b + 0) dt 1 lw 0.6 pt 0 title series_of(b + 0) . ", interval", \
         for [b in mine] TABLE index (b + 0) using 6:($5 == 0 ? $9 : NaN) \
             with points lt style_of(b + 0) ps 0.45 title series_of(b + 0) . ", other tunables", \
         for [b in mine] TABLE index (b + 0) using 6:($5 == 1 ? $9 : NaN) \
             with points lt style_of(b + 0) ps 1.1 title series_of(b + 0) . " at its defaults"
    @panel_close
}
unset multiplot
