# plot.gp - how does memory use develop over time? One panel for each preset, one line for each strategy.
#   columns  workload strategy style time_s rss_bytes

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
@grid_open
XLABEL = "time since the first step"

do for [cell = 0:CELLS - 1] {
    title = word(panels, cell + 1)
    mine = blocks_of(title)
    # Where one strategy holds very much more than another, only a log axis shows both.
    @range_open
    end = 1
    do for [b in mine] {
        most = 0
        stats TABLE index (b + 0) using (most = $5 > most ? $5 : most, \
            end = $4 * 1e9 > end ? $4 * 1e9 : end, 0) nooutput
        dummy = widen(most, most)
    }
    log_y = low > 0 && high > 20 * low
    unset logscale y
    if (log_y) { set logscale y }
    set xrange [0:end]
    eval "set xtics (" . linear_tics(end, 1) . ")"
    set yrange [(log_y ? low / 2 : 0):(log_y ? high * 1.5 : high * 1.08)]
    eval "set ytics (" . (log_y ? log_tics(low / 2, high * 1.5, 0) : linear_tics(high * 1.08, 0)) . ")"
    YLABEL = "resident memory" . (log_y ? " (log)" : "")
    @panel_open
    plot for [b in mine] TABLE index (b + 0) using ($4 * 1e9):5 \
             with lines lt style_of(b + 0)
    @panel_close
}
