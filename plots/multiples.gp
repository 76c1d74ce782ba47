# multiples.gp - a swept setting, a panel for each metric. Loaded by sweep/plot.gp and params/plot.gp.
#   columns  panel series style metric x label value low high default_x axis title unit text

call system("dirname '" . ARG0 . "'") . "/common.gp" ARG1 ARG2
PANEL_HEIGHT = 212
BOTTOM = 62
LEFT = 56; RIGHT = 34
@grid_open

do for [cell = 0:CELLS - 1] {
    panel = word(panels, cell + 1)
    tics = ""; tic_count = 0; defaults = ""
    x_low = 1e300; x_high = -1e300
    @range_open
    do for [b in blocks_of(panel)] {
        stats TABLE index (b + 0) using ( \
            tic_count = tic_count + !strstrt(tics, "\"" . strcol(6) . "\""), \
            tics = strstrt(tics, "\"" . strcol(6) . "\"") ? tics : \
                join(tics, sprintf("\"%s\" %s", strcol(6), strcol(5))), \
            defaults = strcol(10) eq "" || has(defaults, strcol(10)) ? defaults : defaults . " " . strcol(10), \
            axis = strcol(11), title = strcol(12), unit = strcol(13), metric = strcol(4), \
            x_low = $5 < x_low ? $5 : x_low, x_high = $5 > x_high ? $5 : x_high, widen($8, $9)) nooutput
    }
    kind = kind_of(unit)
    log_y = low > 0 && (strstrt(metric, "_max_ns") > 0 || high > 20 * low)
    if (high <= 0) { high = kind == 1 ? 1e3 : kind == 2 ? 10 : 1e6 }
    unset logscale y
    if (log_y) { set logscale y }
    set yrange [(log_y ? low / 1.5 : 0):(log_y ? high * 1.5 : high * 1.08)]
    eval "set ytics (" . (log_y ? log_tics(low / 1.5, high * 1.5, kind) : linear_tics(high * 1.08, kind)) . ")"
    pad = x_high > x_low ? (x_high - x_low) * 0.05 : 0.5
    set xrange [x_low - pad:x_high + pad]
    XLABEL_UP = tic_count > 5 ? 10 : 24
    if (tic_count > 5) { set xtics rotate by 90 right }
    if (tic_count <= 5) { set xtics norotate center }
    eval "set xtics (" . tics . ")"
    XLABEL = axis . (words(defaults) ? "; dotted: default" : "")
    @panel_open
    do for [default_x in defaults] {
        set arrow from first (default_x + 0.0), graph 0 to first (default_x + 0.0), graph 1 nohead \
            lc rgb SOFT dt 3 back
    }
    plot for [b in blocks_of(panel)] TABLE index (b + 0) using 5:8:9 \
             with filledcurves fc rgb colour(style_of(b + 0)) fs transparent solid 0.15 noborder, \
         for [b in blocks_of(panel)] TABLE index (b + 0) using 5:7 \
             with linespoints lt style_of(b + 0) ps 0.5
    @panel_close
}
