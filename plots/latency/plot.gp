# plot.gp - how long does a step take, at the median and in the tail? One panel for each workload.
#   columns  workload strategy style percentile x=1/(1-p) latency_ns ci_low ci_high
# The line is the median over blocks, the band its interval; the last row, percentile 100, is the longest
# step and drawn as a point.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2 ARG3
@grid_open
set logscale xy
set xtics ("50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1e3, "99.99 %%" 1e4, "99.999 %%" 1e5, \
    "6 nines" 1e6, "7 nines" 1e7)
YLABEL = "latency of a step"
XLABEL = "share of steps that are not slower"

do for [cell = 0:CELLS - 1] {
    title = word(panels, cell + 1)
    mine = blocks_of(title)
    @range_open
    steps = 1
    do for [b in mine] {
        stats TABLE index (b + 0) using (widen($7, $8), steps = $5 > steps ? $5 : steps, 0) nooutput
    }
    set xrange [1:steps * 1.5]
    set yrange [low / 1.5:high * 1.5]
    eval "set ytics (" . log_tics(low / 1.5, high * 1.5, 1) . ")"
    @panel_open
    plot for [b in mine] TABLE index (b + 0) using 5:($4 < 100 ? $7 : NaN):8 \
             with filledcurves fc rgb colour(style_of(b + 0)) fs transparent solid 0.18 noborder \
             title series_of(b + 0) . ", interval", \
         for [b in mine] TABLE index (b + 0) using 5:($4 < 100 ? $6 : NaN) \
             with lines lt style_of(b + 0) title series_of(b + 0), \
         for [b in mine] TABLE index (b + 0) using 5:($4 == 100 ? $6 : NaN) \
             with points lt style_of(b + 0) title series_of(b + 0) . ", longest step"
    @panel_close
}
unset multiplot
