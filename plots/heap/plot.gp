# plot.gp - what does less memory cost? A panel for each figure, over the heap limit.
#   columns  panel series style title axis x label value low high lost unit text
# What ran out of memory is a hollow square on the line at the top, which is infinity.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
PANEL_HEIGHT = 230
LEFT = 62; RIGHT = 20; BOTTOM = 44
@grid_open
set logscale xy
set grid xtics
room_tics(low, high) = (list = "", sum [i = 1:12] (v = real(word("0.5 0.75 1 1.25 1.5 2 3 4 6 8 12 16", i)), \
    v >= low && v <= high ? (list = join(list, sprintf("\"%gx\" %g", v, v)), 1) : 0), list)

do for [cell = 0:CELLS - 1] {
    mine = blocks_of(word(panels, cell + 1))
    @range_open
    axis = ""; unit = ""; lost = 0
    do for [b in mine] {
        stats TABLE index (b + 0) using (title = strcol(4), axis = strcol(5), unit = strcol(12), lost = lost || $11 > 0, widen($6, $6)) nooutput
    }
    x_low = low / 1.06; x_high = high * 1.06
    @range_open
    do for [b in mine] { stats TABLE index (b + 0) using ($11 > 0 || $8 <= 0 ? 0 : widen($9 > 0 ? $9 : $8, $10)) nooutput }
    if (high <= 0) { low = 1; high = 10 }
    y_low = low / 1.15
    infinity = high * (high / y_low) ** 0.16
    set xrange [x_low:x_high]
    set yrange [y_low:infinity * (high / y_low) ** 0.05]
    eval "set xtics (" . (axis eq "room" ? room_tics(x_low, x_high) : log_tics(x_low, x_high, 0)) . ")"
    eval "set ytics (" . join(log_tics(y_low, high, kind_of(unit)), sprintf("\"infinite\" %.10g", infinity)) . ")"
    XLABEL = axis eq "room" ? "heap limit, to the least that any strategy needs" : "heap limit"
    @panel_open
    plot for [b in mine] TABLE index (b + 0) using 6:($11 > 0 ? NaN : $9):(0):($10 - $9) with vectors nohead lc rgb OTHERS dt 1 lw 1, \
         for [b in mine] TABLE index (b + 0) using 6:($11 > 0 ? infinity : $8) with lines lt style_of(b + 0) lw 1, \
         for [b in mine] TABLE index (b + 0) using 6:($11 > 0 ? NaN : $8) with points lt style_of(b + 0) ps 0.65, \
         for [b in mine] TABLE index (b + 0) using 6:($11 > 0 ? infinity : NaN) with points lc rgb colour(style_of(b + 0)) pt 4 ps 0.8 lw 1.6
    @panel_close
}
