# plot.gp - memory, floating garbage and pauses over time: a strip for each strategy, all others in grey.
#   columns  panel series style kind time_s value text
# kind rss: resident memory, a line; kind floating: floating garbage, dotted; kind pause: bars from below, whose lengths have a scale of their own.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
PANEL_HEIGHT = 138
LEFT = 52; RIGHT = 52; BOTTOM = 26
@grid_open
kinds = ""; low = 1e300; high = 0; end = 1e-9; longest_pause = 0
do for [i = 0:BLOCKS - 1] {
    stats TABLE index i every ::0::0 using (kinds = kinds . " " . strcol(4), 0) nooutput
    stats TABLE index i using (end = $5 > end ? $5 : end, word(kinds, i + 1) eq "rss" ? ( \
        high = $6 > high ? $6 : high, 0) : word(kinds, i + 1) eq "floating" ? 0 : (longest_pause = $6 > longest_pause ? $6 : longest_pause, 0)) nooutput
    if (word(kinds, i + 1) eq "rss") {
        most = 0
        stats TABLE index i using (most = $6 > most ? $6 : most, 0) nooutput
        low = most < low && most > 0 ? most : low
    }
}
log_y = high > 20 * low
if (log_y) { set logscale y }
set yrange [(log_y ? low / 4 : 0):(log_y ? high * 1.5 : high * 1.08)]
eval "set ytics (" . (log_y ? log_tics(low / 4, high * 1.5, 0) : linear_tics(high * 1.08, 0)) . ")"
set xrange [0:end * 1e9]
eval "set xtics (" . linear_tics(end * 1e9, 1) . ")"
# Bars reach half of a strip's height; from 1 us on they can be seen.
if (longest_pause > 0) {
    set border 11
    set logscale y2
    top = longest_pause > 1e4 ? longest_pause : 1e4
    set y2range [500:500 * (top / 500.0) ** 2]
    eval "set y2tics (" . (list = "", sum [e = 0:3] (1e3 * 100 ** e <= top ? (list = join(list, tic(1e3 * 100.0 ** e, 1)), 1) : 0), list) . ")"
    set y2tics textcolor rgb TEXT
}
do for [cell = 0:CELLS - 1] {
    title = word(panels, cell + 1)
    mine = blocks_of(title)
    @panel_open
    # All in grey, this one too, so that the panels of a workload have the same. A dot, which nobody sees: gnuplot refuses an axis of which all points lie after the end.
    plot TABLE index (word(mine, 1) + 0) every ::0::0 using (0):(1e3) axes x1y2 with dots lc rgb OTHERS, \
         TABLE using ($5 * 1e9):(strcol(4) eq "rss" ? $6 : NaN) with lines lc rgb OTHERS lw 1 dt 1, \
         for [b in mine] TABLE index (b + 0) using ($5 * 1e9):(word(kinds, b + 1) eq "pause" ? $6 : NaN) \
             axes x1y2 with impulses lt style_of(b + 0) dt 1 lw 1, \
         for [b in mine] TABLE index (b + 0) using ($5 * 1e9):(word(kinds, b + 1) eq "rss" ? $6 : NaN) \
             with lines lt style_of(b + 0) dt 1 lw 2, \
         for [b in mine] TABLE index (b + 0) using ($5 * 1e9):(word(kinds, b + 1) eq "floating" ? $6 : NaN) \
             with lines lt style_of(b + 0) dt 3 lw 1.6
    @panel_close
}
