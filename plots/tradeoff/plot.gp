# plot.gp - what is paid for CPU time, in memory and in the tail? A panel for each workload and price.
#   columns  panel series style title goal x low high y low high sound text
# Intervals are thin grey lines. The series of style 0 are the points that none beats in both.

call system("dirname '" . ARG0 . "'") . "/../common.gp" ARG1 ARG2
PANEL_HEIGHT = 300
LEFT = 44; RIGHT = 20; BOTTOM = 44
@grid_open
set logscale xy
set grid xtics
ratio_tics(high) = (list = "", sum [e = 0:5] (sum [m = 1:3] (v = 10.0 ** e * word("1 2 5", m), \
    v <= high && (high < 60 || m == 1) ? (list = join(list, sprintf("\"%gx\" %g", v, v)), 1) : 0)), list)
# A label goes where none is yet: right or left of its point, farther away where it is crowded, and up or down by lines.
LINE = 11.0
px(v) = LEFT + (WIDTH - LEFT - RIGHT) * log(v / x_low) / log(x_high / x_low)
py(v) = PANEL_HEIGHT - BOTTOM - (PANEL_HEIGHT - BOTTOM - 28) * log(v / y_low) / log(y_high / y_low)
array LX[40]; array LY[40]; array LW[40]; array PX[40]; array PY[40]
hit(a, b, w) = sum [k = 1:placed] (LX[k] < a + w && a < LX[k] + LW[k] && abs(LY[k] - b) < LINE) + \
    sum [k = 1:points] (PX[k] > a - 3 && PX[k] < a + w + 3 && abs(PY[k] - b) < LINE / 2 + 3) + \
    9 * (a < LEFT || a + w > WIDTH - 2 || b < 28 || b > PANEL_HEIGHT - BOTTOM - 4)

do for [cell = 0:CELLS - 1] {
    mine = blocks_of(word(panels, cell + 1))
    @range_open
    do for [b in mine] { stats TABLE index (b + 0) using (widen($6, $6)) nooutput }
    x_low = (low < 1 ? low : 1) / 1.25; x_high = high * 1.6
    @range_open
    do for [b in mine] {
        stats TABLE index (b + 0) using (title = strcol(4), goal = strcol(5), widen($9, $9)) nooutput
    }
    y_low = (low < 1 ? low : 1) / 1.25; y_high = high * 1.5
    set xrange [x_low:x_high]
    set yrange [y_low:y_high]
    eval "set xtics (" . ratio_tics(x_high) . ")"
    eval "set ytics (" . ratio_tics(y_high) . ")"
    XLABEL = goal eq "memory" ? "peak memory, to the least" : "tail of a step, to the least"
    YLABEL = "CPU, to the least"
    points = 0
    do for [b in mine] {
        points = points + 1
        stats TABLE index (b + 0) using (PX[points] = px($6), PY[points] = py($9), 0) nooutput
    }
    @panel_open
    placed = 0
    do for [i = 1:words(mine)] {
        name = series_of(word(mine, i) + 0)
        w = 5.6 * strlen(name)
        fewest = 1e9
        do for [far in "8 44 80"] {
            if (fewest == 0) { break }
            do for [step in "0 -1 1 -2 2 -3 3 -4 4 -5 5 -6 6 -7 7 -8 8 -10 10 -12 12 -14 14"] {
                do for [side = 0:1] {
                    try_a = side ? PX[i] - far - w : PX[i] + far
                    try_b = PY[i] + 6.0 * step
                    hits = hit(try_a, try_b, w)
                    if (hits < fewest) { fewest = hits; a = try_a; b = try_b }
                }
            }
        }
        placed = placed + 1
        LX[placed] = a; LY[placed] = b; LW[placed] = w
        if (abs(b - PY[i]) > LINE || a > PX[i] + 20 || a + w < PX[i] - 20) {
            set arrow 100 + i from screen x(PX[i]), screen y(PY[i]) to screen x(a > PX[i] ? a - 1 : a + w + 1), screen y(b) \
                nohead lc rgb OTHERS lw 1
        }
        set label 100 + i name at screen x(a), screen y(b) left textcolor rgb TEXT front
    }
    plot for [b in unstyled_of(word(panels, cell + 1))] TABLE index (b + 0) using 6:9 \
             with steps lc rgb OTHERS lw 2.5 dt 1, \
         for [b in mine] TABLE index (b + 0) using 6:9:7:8:10:11 with xyerrorbars lc rgb OTHERS dt 1 lw 1 pt 0, \
         for [b in mine] TABLE index (b + 0) using 6:9 with points lt style_of(b + 0) ps 0.65
    @panel_close
}
