# common.gp - what all plots share. Loaded first; a script is run as
#     gnuplot -c plots/NAME/plot.gp TABLE.tsv OUT
#
# A table is tab-separated. Lines that start with # name its columns; two blank lines end a block, and a
# block is one series in one panel: column 1 names the panel, column 2 the series, and column 3 is the
# style, by which the same strategy looks the same in every plot. Style 0 is a series that is not in the key
# and that the script draws by itself.
#
# A colour is a place in plots/colours.css: rgb(1, 2, N) in the picture that gnuplot writes becomes var(--cN), so that
# a page in the dark draws it anew. The tens of a style are the family of its strategy, which is the hue; its ones are
# the member, which is lightness, dash and point, for colour-blind readers and for print in black and white.

TABLE = ARG1
OUT = ARG2
set datafile separator tab
set datafile missing NaN
set encoding utf8

set dashtype 1 solid
set dashtype 2 (7,3)
set dashtype 3 (2,2.5)
set dashtype 4 (9,3,2,3)
set dashtype 5 (4,2)
set dashtype 6 (11,3,2,3,2,3)
POINTS = "7 5 9 13 11 6 4 8 12 10"
colour(style) = 0x010200 + style
point(style) = int(word(POINTS, style % 10 + 1))
dash(style) = style % 10 % 6 + 1
do for [style = 10:49] {
    set linetype style lc rgb colour(style) dt dash(style) lw 1.6 pt point(style) ps 0.6
}
TEXT = colour(0); SOFT = colour(1); GRID = colour(2); OTHERS = colour(3)

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
panels = ""; series = ""; longest = 0
do for [i = 1:BLOCKS] {
    if (!has(panels, word(block_panels, i))) { panels = panels . " " . word(block_panels, i) }
    if (!has(series, word(block_series, i))) {
        series = series . " " . word(block_series, i)
        longest = strlen(word(block_series, i)) > longest ? strlen(word(block_series, i)) : longest
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

# A panel is a picture of its own, OUT.0, OUT.1 ...: a page sets as many side by side as fit. In pixels from its upper
# left corner. A script sets what is in capitals, and calls the macros in this order: @grid_open, then for each panel,
# which is `cell`, @panel_open, its plot, @panel_close.
#   PANEL_HEIGHT         with its title and axis texts
#   LEFT, RIGHT, BOTTOM  what of a panel is left for tics and labels
#   CELLS                panels altogether
#   title, XLABEL, YLABEL  texts of the panel, placed by hand, since gnuplot cuts off what it misjudges;
#                        the one of the x axis XLABEL_UP above the panel's lower end
WIDTH = 380
PANEL_HEIGHT = 236
LEFT = 66; RIGHT = 16; BOTTOM = 48
XLABEL = ""; YLABEL = ""; XLABEL_UP = 10
CELLS = words(panels)
x(pixels) = pixels / (1.0 * WIDTH)
y(pixels) = 1 - pixels / (1.0 * PANEL_HEIGHT)
grid_open = 'unset key; set border 3 lc rgb SOFT; set tics nomirror out scale 0 textcolor rgb TEXT; \
    set grid ytics lc rgb GRID lt 1 lw 1; set bars 0'
panel_open = 'set terminal svg size WIDTH, PANEL_HEIGHT dynamic noenhanced font "sans-serif,11"; \
    set output sprintf("%s.%d", OUT, cell); \
    set lmargin at screen x(LEFT); set rmargin at screen x(WIDTH - RIGHT); \
    set tmargin at screen y(28); set bmargin at screen y(PANEL_HEIGHT - BOTTOM); \
    set label 1 title at screen x(6), screen y(13) left textcolor rgb TEXT font ",12"; \
    set label 2 XLABEL at graph 0.5, screen y(PANEL_HEIGHT - XLABEL_UP) center textcolor rgb TEXT; \
    set label 3 YLABEL at screen x(10), graph 0.5 center rotate by 90 textcolor rgb TEXT'
panel_close = 'unset label; unset arrow; set output'

# Numbers as people write them: times given in ns, memory in bytes by powers of 1000, and counts. Which of
# them is the kind: 0 bytes, 1 time, 2 a count.
scaled(v, units) = (scale = v > 0 ? int(log10(v * 1.0005) / 3) : 0, \
    scale = scale < 0 ? 0 : scale >= words(units) ? words(units) - 1 : scale, \
    v == 0 ? "0" : sprintf("%.3g %s", v / 1000.0 ** scale, word(units, scale + 1)))
text_of(v, kind) = kind == 1 ? scaled(v, "ns us ms s") : kind == 2 ? scaled(v, "'' k M G T") : \
    scaled(v, "B kB MB GB TB")
join(list, item) = list . (strlen(list) ? ", " : "") . item
tic(v, kind) = sprintf('"%s" %.10g', text_of(v, kind), v)

# Lists of tics: for a log axis round numbers, the more of them the shorter it is; for an axis from 0 three to
# six round numbers.
mantissas(low, high) = high < 1.5 * low ? "1 1.1 1.2 1.3 1.4 1.6 1.8 2 2.2 2.4 2.7 3 3.5 4 4.5 5 6 7 8 9" : high < 8 * low ? "1 1.5 2 3 4 5 6 8" : high < 100 * low ? "1 2 5" : "1"
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
