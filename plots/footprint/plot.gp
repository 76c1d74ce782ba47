# plot.gp - what resident memory is made of, over the allocation clock: a panel for each strategy.
#   columns  panel series style asked live held used heap rss end highest text
# From below: live, floating up to what is held, headers and rounding up to what is used, free cells up to the memory of the heap, the rest up to
# resident memory, which is the line.
# Where the line lies within the heap's memory, that was never touched.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
PANEL_HEIGHT = 150
LEFT = 52; RIGHT = 14; BOTTOM = 40
@grid_open
set grid front
end = 1; high = 1
stats TABLE using (end = $10 > end ? $10 : end, high = $11 > high ? $11 : high, 0) nooutput
set xrange [0:end]
set yrange [0:high * 1.06]
eval "set xtics (" . few_tics(end, 0) . ")"
eval "set ytics (" . few_tics(high * 1.06, 0) . ")"
XLABEL = "asked for so far"
do for [cell = 0:CELLS - 1] {
    title = word(panels, cell + 1)
    b = int(word(blocks_of(title), 1))
    @panel_open
    c = colour(style_of(b))
    # One over the other from the ground up, since an area between two lines takes twice the points.
    plot TABLE index b using 4:($8 > $9 ? $9 : $8):9 with filledcurves fc rgb OTHERS fs solid 0.35 noborder, \
         TABLE index b using 4:8 with filledcurves y1=0 fc rgb c fs solid 0.1 noborder, \
         TABLE index b using 4:7 with filledcurves y1=0 fc rgb c fs solid 0.22 noborder, \
         TABLE index b using 4:6 with filledcurves y1=0 fc rgb c fs solid 0.42 noborder, \
         TABLE index b using 4:5 with filledcurves y1=0 fc rgb c fs solid 0.8 noborder, \
         TABLE index b using 4:9 with lines lc rgb TEXT dt 1 lw 1.6
    @panel_close
}
