# plot.gp - how late is a byte released after it died? A panel for each family.
#   columns  panel series style title percentile x=1/(1-p) drag_bytes highest text
# Both axes are logarithmic; a drag of none is drawn at the lower end.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
PANEL_HEIGHT = 200
LEFT = 56; RIGHT = 30; BOTTOM = 42
@grid_open
set logscale xy
set xtics ("50 %%" 2, "90 %%" 10, "99 %%" 100, "99.9 %%" 1e3, "99.99 %%" 1e4)
XLABEL = "share of released bytes that are not dragged further"
set xrange [1.5:1e4]
do for [cell = 0:CELLS - 1] {
    mine = blocks_of(word(panels, cell + 1))
    stats TABLE index (word(mine, 1) + 0) every ::0::0 using (title = strcol(4), high = $8, 0) nooutput
    set yrange [0.7:(high > 10 ? high * 2 : 20)]
    eval "set ytics ('none' 1, " . log_tics(1e3, high > 1e3 ? high * 2 : 2e3, 0) . ")"
    @panel_open
    plot for [b in mine] TABLE index (b + 0) using 6:7 with lines lt style_of(b + 0) lw 1.8
    @panel_close
}
