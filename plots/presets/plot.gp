# plot.gp - how do the strategies fare on one program? A panel for each figure, a bar for each strategy.
#   columns  metric strategy style row value low high most text title unit
# Bars start at 0, so their lengths compare; the thin line is the interval, the diamond `most`. A name stands over its bar.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
ROWS = words(series)
LEFT = 12
RIGHT = 96
BOTTOM = 34
PANEL_HEIGHT = 26 + BOTTOM + 34 * ROWS
@grid_open
set border 1
unset ytics
set grid xtics lc rgb GRID lt 1 lw 0.7
set boxwidth 0.62 absolute

do for [cell = 0:CELLS - 1] {
    panel = word(panels, cell + 1)
    mine = blocks_of(panel)
    metric_title = ""; unit = ""
    @range_open
    do for [b in mine] {
        stats TABLE index (b + 0) using (widen($5, $5 > $8 ? $5 : $8), \
            metric_title = strcol(10), unit = strcol(11), 0) nooutput
    }
    kind = kind_of(unit)
    if (high <= 0) { high = kind == 1 ? 1e3 : kind == 2 ? 10 : 1e6 }
    # An interval may be much wider than all bars: it is cut, or it would flatten them.
    end = high * 1.15
    set xrange [0:end]
    set yrange [ROWS + 0.6:0.4]
    set xtics textcolor rgb TEXT
    eval "set xtics (" . few_tics(high, kind) . ")"
    title = metric_title . (strstrt(panel, "floating") == 1 ? ", average and most (diamond)" : "")
    @panel_open
    set label 1 title at screen x(6), graph 1 offset character 0, 0.9 left font ",12"
    plot for [b in mine] TABLE index (b + 0) using ($5 * 0.5):($4 + 0.2):($5 * 0.5):(0.2) \
             with boxxyerror fc rgb colour(style_of(b + 0)) fs solid 0.75 noborder, \
         for [b in mine] TABLE index (b + 0) using ($7 > $6 ? $5 : NaN):($4 + 0.2):6:7 \
             with xerrorbars lc rgb TEXT dt 1 lw 1 pt 0, \
         for [b in mine] TABLE index (b + 0) using ($8 > $5 ? $8 : NaN):($4 + 0.2) \
             with points lc rgb TEXT pt 13 ps 0.4, \
         for [b in mine] TABLE index (b + 0) using \
             (edge = $8 > $7 ? $8 : $7, edge < end ? edge : end):($4 + 0.2):9 \
             with labels left offset character 0.8, 0, \
         for [b in mine] TABLE index (b + 0) using (0):($4 - 0.24):2 with labels left textcolor rgb TEXT
    @panel_close
}
