# labels.gp - what labels-place.gp needs. After common.gp and what a script sets of it; x_low, x_high, y_low, y_high are the
# ranges of a panel with two log axes, of which points are the points: NAME[i] at PX[i], PY[i] in pixels, with the
# symbol of style STYLE[i] (0: all have the same).

LINE = 11.0; GAP = 6; SYMBOL = 12
px(v) = LEFT + (WIDTH - LEFT - RIGHT) * log(v / x_low) / log(x_high / x_low)
py(v) = PANEL_HEIGHT - BOTTOM - (PANEL_HEIGHT - BOTTOM - 28) * log(v / y_low) / log(y_high / y_low)
array LX[40]; array LY[40]; array LW[40]; array PX[40]; array PY[40]; array NAME[40]; array STYLE[40]
hit(a, b, w) = sum [k = 1:placed] (LX[k] < a + w + GAP && a < LX[k] + LW[k] + GAP && abs(LY[k] - b) < LINE) + \
    sum [k = 1:points] (PX[k] > a - 3 && PX[k] < a + w + 3 && abs(PY[k] - b) < LINE / 2 + 3) + \
    9 * (a < LEFT || a + w > WIDTH - 2 || b < 28 || b > PANEL_HEIGHT - BOTTOM - 4)
