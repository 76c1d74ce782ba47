# plot.gp - what share of the worst window is the program's? A panel for each workload and family.
#   columns  panel series style title window_ns share low high shortest longest text

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
PANEL_HEIGHT = 200
LEFT = 48; BOTTOM = 42
@grid_open
set logscale x
set yrange [0:1.04]
set ytics ("0" 0, "25 %%" 0.25, "50 %%" 0.5, "75 %%" 0.75, "100 %%" 1)
XLABEL = "any window as long as this, or longer"

do for [cell = 0:CELLS - 1] {
    mine = blocks_of(word(panels, cell + 1))
    stats TABLE index (word(mine, 1) + 0) every ::0::0 using (title = strcol(4), low = $9, high = $10, 0) nooutput
    set xrange [low:high * 1.5]
    eval "set xtics (" . log_tics(low, high, 1) . ")"
    @panel_open
    plot for [b in mine] TABLE index (b + 0) using 5:7:8 \
             with filledcurves fc rgb colour(style_of(b + 0)) fs transparent solid 0.18 noborder, \
         for [b in mine] TABLE index (b + 0) using 5:6 with lines lt style_of(b + 0)
    @panel_close
}
