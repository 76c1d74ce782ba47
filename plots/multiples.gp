# multiples.gp - small multiples of a swept setting: for each panel, one of each metric. Loaded by
# sweep/plot.gp and params/plot.gp.
#   columns  panel series style column metric x label value low high default_x axis title unit

call system("dirname '" . ARG0 . "'") . "/common.gp" ARG1 ARG2 ARG3
block_columns = ""; block_metrics = ""
do for [i = 0:BLOCKS - 1] {
    stats TABLE index i every ::0::0 using (block_columns = block_columns . " " . strcol(4), \
        block_metrics = block_metrics . " " . strcol(5), 0) nooutput
}
# Metrics of a panel. Four make two rows: they would be too narrow in one.
METRIC_COUNT = 0
do for [i = 1:BLOCKS] {
    if (int(word(block_columns, i)) > METRIC_COUNT) { METRIC_COUNT = int(word(block_columns, i)) }
}
COLUMNS = METRIC_COUNT == 4 ? 2 : METRIC_COUNT
CELLS = METRIC_COUNT * words(panels)
PANEL_HEIGHT = 226
BOTTOM = 72
LEFT = 68; RIGHT = 12
@grid_open

do for [cell = 0:CELLS - 1] {
    panel = word(panels, int(cell / METRIC_COUNT) + 1)
    mine = ""; metric = ""; tics = ""; tic_count = 0; defaults = ""; axis = ""
    x_low = 1e300; x_high = -1e300
    @range_open
    # All columns of the row share its x axis.
    do for [b in blocks_of(panel)] {
        stats TABLE index (b + 0) using ( \
            tic_count = tic_count + !strstrt(tics, "\"" . strcol(7) . "\""), \
            tics = strstrt(tics, "\"" . strcol(7) . "\"") ? tics : \
                join(tics, sprintf("\"%s\" %s", strcol(7), strcol(6))), \
            defaults = strcol(11) eq "" || has(defaults, strcol(11)) ? defaults : defaults . " " . strcol(11), \
            axis = strcol(12), \
            x_low = $6 < x_low ? $6 : x_low, x_high = $6 > x_high ? $6 : x_high, 0) nooutput
        if (int(word(block_columns, b + 1)) == cell % METRIC_COUNT + 1) {
            mine = mine . " " . b
            metric = word(block_metrics, b + 1)
            stats TABLE index (b + 0) using (metric_title = strcol(13), unit = strcol(14), widen($9, $10)) nooutput
        }
    }
    if (strlen(mine)) {
        kind = kind_of(unit)
        log_y = low > 0 && (strstrt(metric, "pause_") == 1 || high > 20 * low)
        if (high <= 0) { high = kind == 1 ? 1e3 : kind == 2 ? 10 : 1e6 }
        unset logscale y
        if (log_y) { set logscale y }
        set yrange [(log_y ? low / 1.5 : 0):(log_y ? high * 1.5 : high * 1.08)]
        eval "set ytics (" . (log_y ? log_tics(low / 1.5, high * 1.5, kind) \
                                    : linear_tics(high * 1.08, kind)) . ")"
        pad = x_high > x_low ? (x_high - x_low) * 0.05 : 0.5
        set xrange [x_low - pad:x_high + pad]
        XLABEL_UP = tic_count > 5 ? 13 : 32
        if (tic_count > 5) { set xtics rotate by 90 right font ",10" }
        if (tic_count <= 5) { set xtics norotate center font ",11" }
        eval "set xtics (" . tics . ")"
        title = (strstrt(axis, panel) == 1 ? "" : panel . ": ") . metric_title
        XLABEL = axis
        @panel_open
        do for [default_x in defaults] {
            set arrow from first (default_x + 0.0), graph 0 to first (default_x + 0.0), graph 1 nohead \
                lc rgb "#777777" dt 5 back
        }
        plot for [b in mine] TABLE index (b + 0) using 6:9:10 \
                 with filledcurves fc rgb colour(style_of(b + 0)) fs transparent solid 0.15 noborder \
                 title series_of(b + 0) . ", interval", \
             for [b in mine] TABLE index (b + 0) using 6:8 \
                 with linespoints lt style_of(b + 0) ps 0.5 title series_of(b + 0)
        @panel_close
    }
}
unset multiplot
