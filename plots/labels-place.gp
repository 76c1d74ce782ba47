# labels-place.gp - the name of each point of a panel (labels.gp), where none is yet: right or left of it, farther away where it is
# crowded, and up or down by lines. After @panel_open.

placed = 0
do for [i = 1:points] {
    w = 5.6 * strlen(NAME[i])
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
    set label 100 + i NAME[i] at screen x(a), screen y(b) left textcolor rgb TEXT front
}
