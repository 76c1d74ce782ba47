# plot.gp - what a process keeps when most objects are gone, or all: a panel for each family, and one for malloc.
#   columns  panel series style title label place rss live highest text
# The grey steps are what is live.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
PANEL_HEIGHT = 210
LEFT = 52; RIGHT = 20; BOTTOM = 44
@grid_open
set logscale y
last = 5
stats TABLE using (last = $6 > last ? $6 : last, 0) nooutput
set xrange [0.7:last + 0.3]
eval "set xtics (" . '"all" 1, "1 in 8" 2, "1 in 64" 3, "1 in 512" 4, "none" 5, "0.1 s" 6, "1 s" 7, "5 s" 8' . ")"
high = 1
stats TABLE using (high = $9 > high ? $9 : high, 0) nooutput
set yrange [1e4:high * 1.6]
eval "set ytics (" . log_tics(1e4, high * 1.6, 0) . ")"
XLABEL = "what is left, then how long it idles"
do for [cell = 0:CELLS - 1] {
    mine = blocks_of(word(panels, cell + 1))
    stats TABLE index (word(mine, 1) + 0) every ::0::0 using (title = strcol(4), 0) nooutput
    @panel_open
    plot TABLE index (word(mine, 1) + 0) using 6:($8 > 1e4 ? $8 : 1e4) with boxes fc rgb OTHERS fs solid 0.5 noborder, \
         for [b in mine] TABLE index (b + 0) using 6:($7 > 1e4 ? $7 : 1e4) with linespoints lt style_of(b + 0) lw 1.8
    @panel_close
}
