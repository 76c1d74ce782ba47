# plot.gp - how long does a step take from when it was due, and from when it began? A panel for each load.
#   columns  panel series style title percentile x=1/(1-p) response_ns low high service_ns lowest highest steps text
# The line is the median over blocks of the response, the band its interval, the thin line that of the service; the last row, percentile
# 100, is the longest of each, and that of the response is drawn as a point.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
PANEL_HEIGHT = 230
LEFT = 48; BOTTOM = 42
@grid_open
set logscale xy
set xtics ("50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1e3, "99.99 %%" 1e4, "99.999 %%" 1e5, \
    "6 nines" 1e6, "7 nines" 1e7)
XLABEL = "share of steps that are not slower"

do for [cell = 0:CELLS - 1] {
    mine = blocks_of(word(panels, cell + 1))
    stats TABLE index (word(mine, 1) + 0) every ::0::0 using (title = strcol(4), low = $11, high = $12, steps = $13, 0) nooutput
    set xrange [1:steps * 1.5]
    set yrange [low / 1.5:high * 1.5]
    eval "set ytics (" . log_tics(low / 1.5, high * 1.5, 1) . ")"
    @panel_open
    plot for [b in mine] TABLE index (b + 0) using 6:($5 < 100 ? $8 : NaN):9 \
             with filledcurves fc rgb colour(style_of(b + 0)) fs transparent solid 0.12 noborder, \
         for [b in mine] TABLE index (b + 0) using 6:($5 < 100 ? $10 : NaN) with lines lt style_of(b + 0) lw 0.7, \
         for [b in mine] TABLE index (b + 0) using 6:($5 < 100 ? $7 : NaN) with lines lt style_of(b + 0) lw 2, \
         for [b in mine] TABLE index (b + 0) using 6:($5 == 100 ? $7 : NaN) with points lt style_of(b + 0)
    @panel_close
}
