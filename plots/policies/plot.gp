# plot.gp - what do ways to decide when to collect cost, against the memory that they take? A panel for CPU time, and one for the tail.
#   columns  panel series style title name memory low high y low high hand text
# Those that collect by hand are filled.

DIR = system("dirname '" . ARG0 . "'") . "/.."
call DIR . "/common.gp" ARG1 ARG2
PANEL_HEIGHT = 280
LEFT = 56; RIGHT = 20; BOTTOM = 44
@grid_open
set logscale xy
set grid xtics
load DIR . "/labels.gp"
XLABEL = "peak memory"

do for [cell = 0:CELLS - 1] {
    mine = blocks_of(word(panels, cell + 1))
    @range_open
    do for [b in mine] { stats TABLE index (b + 0) using (title = strcol(4), widen($6, $6)) nooutput }
    x_low = low / 1.3; x_high = high * 2.2
    @range_open
    do for [b in mine] { stats TABLE index (b + 0) using (widen($9, $9)) nooutput }
    y_low = low / 1.3; y_high = high * 1.5
    points = 0
    do for [b in mine] {
        points = points + 1; STYLE[points] = 0
        stats TABLE index (b + 0) using (NAME[points] = strcol(5), PX[points] = px($6), PY[points] = py($9), 0) nooutput
    }
    set xrange [x_low:x_high]
    set yrange [y_low:y_high]
    eval "set xtics (" . log_tics(x_low, x_high, 0) . ")"
    eval "set ytics (" . log_tics(y_low, y_high, 1) . ")"
    @panel_open
    load DIR . "/labels-place.gp"
    plot for [b in mine] TABLE index (b + 0) using 6:9:7:8:10:11 with xyerrorbars lc rgb OTHERS dt 1 lw 1 pt 0, \
         for [b in mine] TABLE index (b + 0) using ($12 > 0 ? $6 : NaN):9 with points lc rgb colour(style_of(b + 0)) pt 7 ps 0.8, \
         for [b in mine] TABLE index (b + 0) using ($12 > 0 ? NaN : $6):9 with points lc rgb colour(style_of(b + 0)) lw 1.6 pt 6 ps 0.8
    @panel_close
}
