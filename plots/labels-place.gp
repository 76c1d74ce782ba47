# labels-place.gp - the name of each point of a panel (labels.gp), where none is yet: right or left of it, farther away where it is
# crowded, and up or down by lines. A name that is not at its point has the point's symbol before it. After @panel_open.

placed = 0
do for [i = 1:points] {
    bare = 5.6 * strlen(NAME[i])
    fewest = 1e9
    do for [far in "8 44 80"] {
        if (fewest == 0) { break }
        do for [step in "0 -1 1 -2 2 -3 3 -4 4 -5 5 -6 6 -7 7 -8 8 -10 10 -12 12 -14 14"] {
            try_away = far > 8 || abs(6.0 * step) > LINE
            try_w = bare + (try_away && STYLE[i] ? SYMBOL : 0)
            do for [side = 0:1] {
                try_a = side ? PX[i] - far - try_w : PX[i] + far
                try_b = PY[i] + 6.0 * step
                hits = hit(try_a, try_b, try_w)
                if (hits < fewest) { fewest = hits; a = try_a; b = try_b; w = try_w; away = try_away }
            }
        }
    }
    placed = placed + 1
    LX[placed] = a; LY[placed] = b; LW[placed] = w
    if (away) {
        set arrow 100 + i from screen x(PX[i]), screen y(PY[i]) to screen x(a > PX[i] ? a - 1 : a + w + 1), screen y(b) \
            nohead lc rgb OTHERS lw 1
    }
    if (away && STYLE[i]) {
        set label 200 + i "" at screen x(a + 4), screen y(b) point lt STYLE[i] ps 0.45 front
    }
    set label 100 + i NAME[i] at screen x(a + w - bare), screen y(b) left textcolor rgb TEXT front
}
