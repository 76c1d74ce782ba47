# plot.gp - what do two settings do together? A panel for each figure, a cell for each combination.
#   columns  panel series style x y shade said x_label y_label x_name y_name title usual grows text
# The default has a frame, and what had not settled when the run ended a broken one.
# Every cell is a block, since a block has one shade.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
LEFT = 74; BOTTOM = 44; RIGHT = 12
@grid_open
unset grid
frame(x, y, size, width, dash) = sprintf("set object rect center first %d, %d size first %g, %g front lw %g dt %d fs empty border rgb TEXT;", \
    int(x), int(y), size, size, width, dash)
do for [cell = 0:CELLS - 1] {
    panel = word(panels, cell + 1)
    mine = unstyled_of(panel)
    array shade[BLOCKS]
    frames = ""
    x_tics = ""; y_tics = ""; x_high = 0; y_high = 0
    set xrange [*:*]; set yrange [*:*]
    do for [b in mine] {
        stats TABLE index (b + 0) using (x_high = $4 > x_high ? $4 : x_high, y_high = $5 > y_high ? $5 : y_high, \
            x_tics = strstrt(x_tics, "\"" . strcol(8) . "\"") ? x_tics : join(x_tics, sprintf("\"%s\" %d", strcol(8), int($4))), \
            y_tics = strstrt(y_tics, "\"" . strcol(9) . "\"") ? y_tics : join(y_tics, sprintf("\"%s\" %d", strcol(9), int($5))), \
            XLABEL = strcol(10), YLABEL = strcol(11), title = strcol(12), shade[b + 1] = $6, \
            frames = frames . ($13 > 0 ? frame($4, $5, 0.94, 2, 1) : "") . ($14 > 0 ? frame($4, $5, 0.96, 1.2, 5) : ""), 0) nooutput
    }
    PANEL_HEIGHT = 28 + BOTTOM + 34 * (y_high + 1)
    set xrange [-0.5:x_high + 0.5]; set yrange [y_high + 0.5:-0.5]
    eval "set xtics (" . x_tics . ")"
    eval "set ytics (" . y_tics . ")"
    @panel_open
    eval frames
    plot for [b in mine] TABLE index (b + 0) using 4:5:(0.5):(0.5) \
             with boxxyerror fc rgb colour(10) fs transparent solid (0.04 + 0.4 * shade[b + 1]) noborder, \
         for [b in mine] TABLE index (b + 0) using 4:5:7 with labels textcolor rgb TEXT
    @panel_close
    unset object
}
