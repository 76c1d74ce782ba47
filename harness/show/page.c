// page.c - see page.h.

#include "page.h"

#include "base/must.h"
#include "page_parts.h"

#include <stdlib.h>
#include <string.h>

// --------------------------------------------------------------------------------------- questions
static void data_link(FILE *out, const char *name, const char *suffix, const char *type,
                      const struct text *text) {
    if (!text->bytes)
        return;
    fprintf(out, " <a download=\"%s%s\" href=\"data:%s;base64,", name, suffix, type);
    text_base64(out, text->data, text->bytes);
    fprintf(out, "\">%s%s</a>", name, suffix);
}

static void picture(const struct plot *plot, FILE *out) {
    const char *svg = strstr(plot->svg, "<svg"); // behind the XML declaration, which HTML has not
    fprintf(out, "<figure class=\"card\">\n<svg role=\"img\" aria-label=\"");
    text_html(out, plot->title);
    fputc('"', out);
    fputs(svg + strlen("<svg"), out);
    fputs("</figure>\n", out);
}

static void plot_part(const struct plot *plot, FILE *out) {
    fputs(plot->lead.data, out);
    picture(plot, out);
    if (plot->seen.bytes)
        fprintf(out, "<p><b>Seen here.</b> %s</p>\n", plot->seen.data);
    fprintf(out, "<details%s><summary>The numbers</summary>\n", plot->open ? " open" : "");
    fputs(plot->details.data, out);
    fputs("<p class=\"small\">The plot's table:", out);
    data_link(out, plot->name, ".tsv", "text/tab-separated-values", &plot->table);
    data_link(out, plot->name, "-front.tsv", "text/tab-separated-values", &plot->second);
    fputs("</p></details>\n", out);
}

static void write_questions(const struct summary *summary, const struct plots *plots, FILE *out) {
    size_t count;
    const struct question *all = questions(&count);
    (void)summary;
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "<section id=\"%s\">\n<h2>", all[i].name);
        text_html(out, all[i].title);
        fprintf(out, "</h2>\n<p>%s</p>\n", all[i].reading);
        for (size_t p = 0; p < plots[i].count; p++)
            plot_part(plots[i].list[p], out);
        fputs("</section>\n", out);
    }
}

static void write_contents(const struct summary *summary, const struct plots *plots, FILE *out) {
    size_t count;
    const struct question *all = questions(&count);
    (void)summary;
    (void)plots;
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "<li><a href=\"#%s\">", all[i].name);
        text_html(out, all[i].title);
        fputs("</a></li>\n", out);
    }
}

// ---------------------------------------------------------------------------------------- template
static const struct {
    const char *name;
    void (*write)(const struct summary *summary, const struct plots *plots, FILE *out);
} slots[] = {
    {"head", part_head},           {"contents", write_contents},
    {"table", part_table},         {"questions", write_questions},
    {"outcomes", part_outcomes},   {"warnings", part_warnings},
    {"noise", part_noise},         {"agreement", part_agreement},
    {"backings", part_backings},   {"strategies", part_strategies},
    {"workloads", part_workloads}, {"data", part_data},
};

static void fill_slot(const struct summary *summary, const struct plots *plots, const char *name,
                      size_t length, FILE *out) {
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        if (strlen(slots[i].name) == length && !strncmp(slots[i].name, name, length))
            slots[i].write(summary, plots, out);
}

bool page_write(const struct summary *summary, const char *scripts, const struct plots *plots,
                FILE *out) {
    static const char opening[] = "<!-- slot: ", closing[] = " -->";
    char *path = text_format("%s/report.html", scripts);
    char *page = text_read_file(path, NULL);
    if (!page)
        fprintf(stderr, "heapbench: cannot read the report's template %s\n", path);
    const char *at = page;
    for (const char *slot; page && (slot = strstr(at, opening)) != NULL;) {
        fwrite(at, 1, (size_t)(slot - at), out);
        slot += strlen(opening);
        size_t length = strcspn(slot, " ");
        fill_slot(summary, plots, slot, length, out);
        at = slot + length + strlen(closing);
    }
    if (page)
        fputs(at, out);
    free(path);
    free(page);
    return page != NULL;
}
