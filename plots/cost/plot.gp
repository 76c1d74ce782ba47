# plot.gp - what does a strategy cost above the least that its program can cost? A panel for each workload, a line for each strategy.
#   columns  panel series style title row x low high distilled text
# The bar goes from what is left without pauses to all; the point is all, the thin line its interval.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
stats TABLE using 5 nooutput
ROWS = STATS_max
LEFT = 14 + 5.6 * longest; RIGHT = 44; BOTTOM = 40
PANEL_HEIGHT = 34 + BOTTOM + 15 * ROWS
@grid_open
set border 1
unset ytics
set grid noytics xtics lc rgb GRID lt 1 lw 1
set logscale x
ratio_tics(high) = (list = "", some = high < 8 ? "1 1.5 2 3 5" : "1 2 5", sum [e = 0:5] (sum [m = 1:words(some)] (v = 10.0 ** e * word(some, m), \
    v <= high && (high < 60 || m != 3) && (high < 400 || m == 1) ? (list = join(list, sprintf("\"%gx\" %g", v, v)), 1) : 0)), list)
XLABEL = "CPU time, to the least without pauses"

do for [cell = 0:CELLS - 1] {
    mine = blocks_of(word(panels, cell + 1))
    @range_open
    do for [b in mine] { stats TABLE index (b + 0) using (title = strcol(4), widen(1, $6 > $8 ? $6 : $8)) nooutput }
    set xrange [0.94:high * 1.06]
    set yrange [words(mine) + 0.6:0.4]
    eval "set xtics (" . ratio_tics(high) . ")"
    @panel_open
    set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead lc rgb SOFT lw 1
    do for [b in mine] {
        stats TABLE index (b + 0) every ::0::0 using (row = $5, 0) nooutput
        set label 100 + b series_of(b + 0) at screen x(LEFT - 6), first row right textcolor rgb TEXT
    }
    plot for [b in mine] TABLE index (b + 0) using 9:5:($6 - $9):(0) with vectors nohead lw 5 dt 1 lc rgb colour(style_of(b + 0)), \
         for [b in mine] TABLE index (b + 0) using 6:5:7:8 with xerrorbars lc rgb TEXT dt 1 lw 1 pt 0, \
         for [b in mine] TABLE index (b + 0) using 6:5 with points lt style_of(b + 0) ps 0.65, \
         for [b in mine] TABLE index (b + 0) using ($8 > $6 ? $8 : $6):5:(sprintf("%.3gx", $6)) with labels left offset character 0.9, 0 textcolor rgb TEXT
    @panel_close
}
