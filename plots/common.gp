# common.gp - what all plots share. Loaded first; a script is run as
#     gnuplot -c plots/NAME/plot.gp TABLE.tsv OUT.svg ["title"]
#
# A table is tab-separated. Lines that start with # name its columns; two blank lines end a block, and a
# block is one series in one panel: column 1 names the panel, column 2 the series, and column 3 is the
# style, the series' place in the order of names. The same strategy so looks the same in every plot.
# Style 0 is a series that is not in the key and that the script draws by itself.
#
# Colours are Okabe and Ito's, which colour-blind readers can tell apart ("Color Universal Design", 2008),
# without the yellow that is too faint on white. Dashes and points differ too, for print in black and white.

TABLE = ARG1
OUT = ARG2
TITLE = strlen(ARG3) > 0 ? ARG3 : TABLE
set datafile separator tab
set datafile missing NaN
set encoding utf8

COLOURS = "0x0072B2 0xD55E00 0x009E73 0xCC79A7 0xE69F00 0x56B4E9 0x222222 0x8C6D46"
set dashtype 1 solid
set dashtype 2 (14,4)
set dashtype 3 (5,4)
set dashtype 4 (14,4,3,4)
set dashtype 5 (2,3)
set dashtype 6 (20,4,3,4,3,4)
set dashtype 7 (9,3)
POINTS = "7 5 9 11 13 4 6 8 10 12 1 2 3"
colour(style) = int(word(COLOURS, (style - 1) % 8 + 1))
point(style) = int(word(POINTS, (style - 1) % 13 + 1))
dash(style) = (style - 1) % 7 + 1
do for [style = 1:48] {
    set linetype style lc rgb colour(style) dt dash(style) lw 1.6 pt point(style) ps 0.6
}

# Blocks and what they are called.
stats TABLE using 3 nooutput
BLOCKS = STATS_blocks
block_panels = ""; block_series = ""; block_styles = ""
do for [i = 0:BLOCKS - 1] {
    stats TABLE index i every ::0::0 using \
        (block_panels = block_panels . " " . strcol(1), block_series = block_series . " " . strcol(2), \
         block_styles = block_styles . " " . strcol(3), 0) nooutput
}
has(list, name) = strstrt(" " . list . " ", " " . name . " ") > 0
panels = ""; series = ""; styles = ""
longest = 0; last_style = 0
do for [i = 1:BLOCKS] {
    if (!has(panels, word(block_panels, i))) { panels = panels . " " . word(block_panels, i) }
    if (int(word(block_styles, i)) > last_style) { last_style = int(word(block_styles, i)) }
}
# The key lists series by style.
do for [style = 1:last_style] {
    do for [i = 1:BLOCKS] {
        if (int(word(block_styles, i)) == style && !has(series, word(block_series, i))) {
            series = series . " " . word(block_series, i)
            styles = styles . " " . word(block_styles, i)
            longest = strlen(word(block_series, i)) > longest ? strlen(word(block_series, i)) : longest
        }
    }
}
style_of(block) = int(word(block_styles, block + 1))
series_of(block) = word(block_series, block + 1)
# The blocks of a panel, as words to loop over.
blocks_of(panel) = (list = "", sum [i = 1:BLOCKS] \
    (word(block_panels, i) eq panel && int(word(block_styles, i)) > 0 ? (list = list . sprintf(" %d", i - 1), 1) : 0), list)
unstyled_of(panel) = (list = "", sum [i = 1:BLOCKS] \
    (word(block_panels, i) eq panel && int(word(block_styles, i)) == 0 ? (list = list . sprintf(" %d", i - 1), 1) : 0), list)
# Which tics an axis needs, by the unit of its metric: see text_of.
kind_of(unit) = unit eq "ns" ? 1 : unit eq "bytes" ? 0 : 2

# The page, in pixels from its upper left corner. A script sets what is in capitals, and calls the macros
# in this order: @grid_open, then for each panel @panel_open, its plot, @panel_close.
#   PANEL_HEIGHT         with its title and axis texts
#   LEFT, RIGHT, BOTTOM  what of a panel is left for tics and labels
#   COLUMNS              panels side by side; 0: two, or one where there is only one
#   CELLS                panels altogether
#   KEY_LINES, KEY_POINTS  what the key shows of each series
#   title, XLABEL, YLABEL  texts of the panel, placed by hand, since gnuplot cuts off what it misjudges;
#                        the one of the x axis XLABEL_UP above the panel's lower end
WIDTH = 900
PANEL_HEIGHT = 244
LEFT = 82; RIGHT = 24; BOTTOM = 54
XLABEL = ""; YLABEL = ""; XLABEL_UP = 13
COLUMNS = 0
CELLS = words(panels)
KEY_LINES = 1
KEY_POINTS = 1

KEY_WIDTH = 46 + 7.4 * longest
KEY_COLUMNS = int((WIDTH - 20) / KEY_WIDTH) > 0 ? int((WIDTH - 20) / KEY_WIDTH) : 1
KEY_ROWS = ceil(words(series) / (1.0 * KEY_COLUMNS))
TOP = 44 + 18 * KEY_ROWS + 6
x(pixels) = pixels / (1.0 * WIDTH)
y(pixels) = 1 - pixels / (1.0 * HEIGHT)

# The key is drawn by hand, above the panels, so that it never covers data.
key_x(i) = 12 + ((i - 1) % KEY_COLUMNS) * KEY_WIDTH
key_y(i) = 44 + 18 * int((i - 1) / KEY_COLUMNS)
grid_open = 'if (COLUMNS == 0) { COLUMNS = CELLS > 1 ? 2 : 1 }; \
    PANEL_WIDTH = (WIDTH - 10.0) / COLUMNS; \
    HEIGHT = TOP + ceil(CELLS / (1.0 * COLUMNS)) * PANEL_HEIGHT + 8; \
    set terminal svg size WIDTH, HEIGHT dynamic noenhanced font "sans-serif,12" background "#ffffff"; \
    set output OUT; set multiplot; unset key; set border 3 lc rgb "#888888"; \
    set tics nomirror out scale 0.6 textcolor rgb "#333333"; \
    set grid ytics lc rgb "#e4e4e4" lt 1 lw 0.7; \
    set label 901 TITLE at screen x(12), screen y(22) left font ",16"; \
    do for [i = 1:words(series)] { \
        s = int(word(styles, i)); \
        if (KEY_LINES) { set arrow 2000 + i from screen x(key_x(i)), screen y(key_y(i)) \
            to screen x(key_x(i) + 28), screen y(key_y(i)) nohead lt s }; \
        if (KEY_POINTS) { set label 3000 + i "" at screen x(key_x(i) + 14), screen y(key_y(i)) \
            point lt s ps 0.8 }; \
        set label 4000 + i word(series, i) at screen x(key_x(i) + 34), screen y(key_y(i)) left }'
# cell counts from 0.
panel_open = 'left = (cell % COLUMNS) * PANEL_WIDTH; top = TOP + int(cell / COLUMNS) * PANEL_HEIGHT; \
    set lmargin at screen x(left + LEFT); set rmargin at screen x(left + PANEL_WIDTH - RIGHT); \
    set tmargin at screen y(top + 26); set bmargin at screen y(top + PANEL_HEIGHT - BOTTOM); \
    set label 1 title at graph 0, graph 1 offset character 0, 0.9 left font ",13"; \
    set label 2 XLABEL at graph 0.5, screen y(top + PANEL_HEIGHT - XLABEL_UP) center; \
    set label 3 YLABEL at screen x(left + 14), graph 0.5 center rotate by 90'
# What is drawn on the page is drawn with the first panel, and not again.
panel_close = 'unset label; unset arrow'

# Numbers as people write them: times given in ns, memory in bytes by powers of 1000, and counts. Which of
# them is the kind: 0 bytes, 1 time, 2 a count.
scaled(v, units) = (scale = v > 0 ? int(log10(v * 1.0005) / 3) : 0, \
    scale = scale < 0 ? 0 : scale >= words(units) ? words(units) - 1 : scale, \
    v == 0 ? "0" : sprintf("%.3g %s", v / 1000.0 ** scale, word(units, scale + 1)))
text_of(v, kind) = kind == 1 ? scaled(v, "ns µs ms s") : kind == 2 ? scaled(v, "'' k M G T") : \
    scaled(v, "B kB MB GB TB")
join(list, item) = list . (strlen(list) ? ", " : "") . item
tic(v, kind) = sprintf('"%s" %.10g', text_of(v, kind), v)

# Lists of tics: for a log axis round numbers, the more of them the shorter it is; for an axis from 0 three to
# six round numbers.
mantissas(low, high) = high < 8 * low ? "1 1.5 2 3 4 5 6 8" : high < 100 * low ? "1 2 5" : "1"
log_tics(low, high, kind) = (list = "", some = mantissas(low, high), \
    sum [e = 0:14] (sum [m = 1:words(some)] (v = 10.0 ** e * word(some, m), \
        v >= low * 0.999 && v <= high * 1.001 ? (list = join(list, tic(v, kind)), 1) : 0)), list)
step_of(high) = (p = 10.0 ** floor(log10(high / 3.0)), high / p > 15 ? 5 * p : high / p > 6 ? 2 * p : p)
linear_tics(high, kind) = (list = "", sum [k = 0:15] (v = k * step_of(high), \
    v <= high * 1.02 ? (list = join(list, tic(v, kind)), 1) : 0), list)

# Half as many, for a short axis.
few_tics(high, kind) = (list = "", sum [k = 0:8] (v = k * step_of(2 * high), \
    v <= high * 1.02 ? (list = join(list, tic(v, kind)), 1) : 0), list)

# The range of columns in some blocks: sets low and high.
range_open = 'low = 1e300; high = -1e300; set xrange [*:*]; set yrange [*:*]'
widen(from, to) = (low = from < low ? from : low, high = to > high ? to : high, 0)
