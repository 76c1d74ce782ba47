// functions.h - what SQL can call: median, low and high of a column, coverage of an interval.

#ifndef HEAPBENCH_FUNCTIONS_H
#define HEAPBENCH_FUNCTIONS_H

struct sqlite3;

// functions_register - to this connection. NULLs are not counted.
//   median(x)           aggregate; NULL for no value
//   low(x), high(x)     aggregates: the interval of the median (base/stats.h); NULL for one value
//   spread(x)           aggregate: the standard deviation; NULL for one value
//   paired_p(mean, spread, n)  the chance that n pairs differ so much by chance (stats_paired);
//                              NULL below 2
//   coverage(n)         the chance that such an interval of n values holds the median; NULL below 2
//   hdr(histogram)      of table latency, as HdrHistogram's logs hold it (hdr.h)
//   escaped(format, text)  as it stands in a text or a value of that format: xml, openmetrics, markdown (in a code span), hlog
//   medians             a table, see medians.h
//   invocation_values   a module of tables, see measures.h
//   returns             an SQLite result code
int functions_register(struct sqlite3 *db);

#endif
