# plot.gp - what does less CPU time in collections cost? A panel for each price.
#   columns  panel series style title unit x low high y low high text
# Intervals are thin grey lines.

call system("dirname '" . ARG0 . "'") . "/../../common.gp" ARG1 ARG2
PANEL_HEIGHT = 300
LEFT = 62; RIGHT = 20; BOTTOM = 44
@grid_open
set logscale xy
set grid xtics
do for [cell = 0:CELLS - 1] {
    mine = blocks_of(word(panels, cell + 1))
    beaten = unstyled_of(word(panels, cell + 1))
    @range_open
    do for [b in mine . beaten] { stats TABLE index (b + 0) using (title = strcol(4), unit = strcol(5), widen($7, $8)) nooutput }
    x_low = low / 1.05; x_high = high * 1.05
    @range_open
    do for [b in mine . beaten] { stats TABLE index (b + 0) using (widen($10, $11)) nooutput }
    set xrange [x_low:x_high]
    set yrange [low / 1.2:high * 1.2]
    eval "set xtics (" . log_tics(x_low, x_high, kind_of(unit)) . ")"
    eval "set ytics (" . log_tics(low / 1.2, high * 1.2, 1) . ")"
    XLABEL = unit eq "bytes" ? "peak memory" : "longest collection"
    @panel_open
    plot for [b in beaten] TABLE index (b + 0) using 6:9 with points lc rgb OTHERS pt 7 ps 0.3, \
         for [b in mine] TABLE index (b + 0) using 6:9:7:8:10:11 with xyerrorbars lc rgb OTHERS dt 1 lw 0.6 pt 0, \
         for [b in mine] TABLE index (b + 0) using 6:9 with points lt style_of(b + 0) ps (style_of(b + 0) == 33 ? 1 : 0.7)
    @panel_close
}
