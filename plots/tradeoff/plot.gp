# plot.gp - what is paid for CPU time, in memory and in the tail? A panel for each workload and price.
#   columns  panel series style title goal x low high y low high sound text
# Intervals are thin grey lines. The series of style 0 are the points that none beats in both.

DIR = system("dirname '" . ARG0 . "'") . "/.."
call DIR . "/common.gp" ARG1 ARG2
PANEL_HEIGHT = 300
LEFT = 44; RIGHT = 20; BOTTOM = 44
@grid_open
set logscale xy
set grid xtics
ratio_tics(high) = (list = "", sum [e = 0:5] (sum [m = 1:3] (v = 10.0 ** e * word("1 2 5", m), \
    v <= high && (high < 60 || m == 1) ? (list = join(list, sprintf("\"%gx\" %g", v, v)), 1) : 0)), list)
load DIR . "/labels.gp"

do for [cell = 0:CELLS - 1] {
    mine = blocks_of(word(panels, cell + 1))
    @range_open
    do for [b in mine] { stats TABLE index (b + 0) using (widen($6, $6)) nooutput }
    x_low = (low < 1 ? low : 1) / 1.25; x_high = high * 1.6
    @range_open
    do for [b in mine] {
        stats TABLE index (b + 0) using (title = strcol(4), goal = strcol(5), widen($9, $9)) nooutput
    }
    y_low = (low < 1 ? low : 1) / 1.25; y_high = high * 1.5
    set xrange [x_low:x_high]
    set yrange [y_low:y_high]
    eval "set xtics (" . ratio_tics(x_high) . ")"
    eval "set ytics (" . ratio_tics(y_high) . ")"
    XLABEL = goal eq "memory" ? "peak memory, to the least" : "tail of a step, to the least"
    YLABEL = "CPU, to the least without pauses"
    points = 0
    do for [b in mine] {
        points = points + 1
        NAME[points] = series_of(b + 0); STYLE[points] = style_of(b + 0)
        stats TABLE index (b + 0) using (PX[points] = px($6), PY[points] = py($9), 0) nooutput
    }
    @panel_open
    load DIR . "/labels-place.gp"
    plot for [b in unstyled_of(word(panels, cell + 1))] TABLE index (b + 0) using 6:9 \
             with steps lc rgb OTHERS lw 2.5 dt 1, \
         for [b in mine] TABLE index (b + 0) using 6:9:7:8:10:11 with xyerrorbars lc rgb OTHERS dt 1 lw 1 pt 0, \
         for [b in mine] TABLE index (b + 0) using 6:9 with points lt style_of(b + 0) ps 0.65
    @panel_close
}
