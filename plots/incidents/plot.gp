# plot.gp - does what was reported elsewhere happen here? A row for each claim, its limit at 1.
#   columns  panel verdict style row value low high reported text
# Beyond the line a claim holds, whichever way it is meant. The diamond is what was reported, on the same scale.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
names = ""; rows = 0; width = 0
do for [b = 0:BLOCKS - 1] {
    stats TABLE index b using (names = join(names, sprintf("\"%s\" %d", strcol(9), int($4))), \
        rows = $4 > rows ? $4 : rows, width = strlen(strcol(9)) > width ? strlen(strcol(9)) : width, 0) nooutput
}
WIDTH = 780
LEFT = 12 + 5.4 * width
RIGHT = 20
BOTTOM = 44
PANEL_HEIGHT = 34 + BOTTOM + 15 * rows
XLABEL = "measured, in multiples of the limit; diamond: reported"
@grid_open
set logscale x
set xrange [0.018:55]
set yrange [rows + 0.6:0.4]
set grid xtics lc rgb GRID lt 1 lw 0.7
unset grid
set xtics ("1/50" 0.02, "1/10" 0.1, "limit" 1, "x10" 10, "x50" 50) textcolor rgb TEXT
set ytics scale 0 textcolor rgb TEXT font ",9"
eval "set ytics (" . names . ")"
cell = 0
title = "holds to the right of the line, misses to the left"
@panel_open
set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc rgb SOFT lw 1
plot for [b = 0:BLOCKS - 1] TABLE index b using 5:4:6:7 with xerrorbars lc rgb colour(style_of(b)) dt 1 lw 1.4 pt 7 ps 0.5, \
     for [b = 0:BLOCKS - 1] TABLE index b using 8:4 with points lc rgb TEXT pt 12 ps 0.6
@panel_close
