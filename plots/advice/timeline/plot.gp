# plot.gp - memory and collections over the course of the program, a panel for each, now and as advised.
#   columns  panel series style kind x y high most generation title text
# Names of panels have spaces, so blocks are taken as they come: each is one panel.

call system("dirname '" . ARG0 . "'") . "/../../common.gp" ARG1 ARG2
PANEL_HEIGHT = 170
LEFT = 62; RIGHT = 14; BOTTOM = 40
CELLS = BLOCKS
@grid_open
set xrange [0:1]
set xtics ("start" 0, "25 %%" 0.25, "50 %%" 0.5, "75 %%" 0.75, "end" 1)
do for [cell = 0:CELLS - 1] {
    set yrange [*:*]
    unset logscale y
    stats TABLE index cell using (title = strcol(10), kind = $4, most = $8, style = $3, 0) nooutput
    c = colour(int(style))
    if (kind == 0) { set yrange [0:most * 1.06]; eval "set ytics (" . few_tics(most * 1.06, 0) . ")" }
    if (kind == 1) { set logscale y; set yrange [1e3:most * 1.6]; eval "set ytics (" . log_tics(1e4, most * 1.6, 1) . ")" }
    @panel_open
    if (kind == 0) {
        plot TABLE index cell using 5:7 with filledcurves y1=0 fc rgb c fs solid 0.3 noborder, \
             TABLE index cell using 5:6 with filledcurves y1=0 fc rgb c fs solid 0.8 noborder
    } else {
        plot TABLE index cell using 5:6 with impulses lc rgb c dt 1 lw 1
    }
    @panel_close
}
