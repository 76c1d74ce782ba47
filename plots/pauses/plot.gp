# plot.gp - when do pauses come, and how long are they? One panel for each workload.
#   columns  workload strategy style start_s pause_ns kind freed

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2 ARG3
KEY_LINES = 0
@grid_open
set logscale y
YLABEL = "length of a pause"
XLABEL = "time since the first step"

do for [cell = 0:CELLS - 1] {
    title = word(panels, cell + 1)
    mine = blocks_of(title)
    @range_open
    end = 1
    do for [b in mine] {
        stats TABLE index (b + 0) using (widen($5, $5), end = $4 * 1e9 > end ? $4 * 1e9 : end, 0) nooutput
    }
    set xrange [0:end * 1.01]
    eval "set xtics (" . linear_tics(end * 1.01, 1) . ")"
    set yrange [low / 1.5:high * 1.5]
    eval "set ytics (" . log_tics(low / 1.5, high * 1.5, 1) . ")"
    @panel_open
    plot for [b in mine] TABLE index (b + 0) using ($4 * 1e9):5 \
             with points lt style_of(b + 0) ps 0.4 title series_of(b + 0)
    @panel_close
}
unset multiplot
