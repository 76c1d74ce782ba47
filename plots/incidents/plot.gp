# plot.gp - does what was reported happen here? A panel for each incident, a row for each claim that is a ratio.
#   columns  panel series style row what median low high reported limit said
# The point is what was measured, the line its interval; the grey bar is the limit, the diamond what was reported.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
LEFT = 12; RIGHT = 12; BOTTOM = 24
ROW = 40
@grid_open
set border 1
unset ytics
set grid noytics xtics lc rgb GRID lt 1 lw 1
set logscale x
ratio_tics(low, high) = (list = "", sum [e = -4:5] (sum [m = 1:3] (v = 10.0 ** e * word("1 2 5", m), \
    v >= low && v <= high && (high < 60 * low || m == 1) ? (list = join(list, sprintf("\"%gx\" %g", v, v)), 1) : 0)), list)

do for [cell = 0:CELLS - 1] {
    title = word(panels, cell + 1)
    mine = unstyled_of(title)
    @range_open
    do for [b in mine] {
        stats TABLE index (b + 0) using (widen($7, $8), widen($10, $10), $9 > 0 ? widen($9, $9) : 0) nooutput
    }
    low = (low < 1 ? low : 1) / 1.3; high = (high > 1 ? high : 1) * 1.3
    set xrange [low:high]
    eval "set xtics (" . ratio_tics(low, high) . ")"
    set yrange [words(mine) + 0.9:0.1]
    PANEL_HEIGHT = 28 + BOTTOM + ROW * words(mine)
    @panel_open
    set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead lc rgb SOFT back
    plot for [b in mine] TABLE index (b + 0) using 10:($4 + 0.25):(0):(0.22) with vectors nohead lc rgb OTHERS lw 3, \
         for [b in mine] TABLE index (b + 0) using 10:($4 + 0.25):(0):(-0.22) with vectors nohead lc rgb OTHERS lw 3, \
         for [b in mine] TABLE index (b + 0) using 6:($4 + 0.25):7:8 with xerrorbars lc rgb TEXT pt 7 ps 0.6 lw 1.5, \
         for [b in mine] TABLE index (b + 0) using ($9 > 0 ? $9 : NaN):($4 + 0.25) with points lc rgb TEXT pt 12 ps 0.8, \
         for [b in mine] TABLE index (b + 0) using (low * 1.02):($4 - 0.22):(strcol(5) . ": " . strcol(11)) \
             with labels left textcolor rgb TEXT
    @panel_close
}
