// hdr.h - a histogram as the logs of HdrHistogram hold it, for other programs to merge and draw.

#ifndef HEAPBENCH_HDR_H
#define HEAPBENCH_HDR_H

struct latency;

// hdr_text - the compressed form of version 2 in base64. The counts are the same: buckets are HdrHistogram's (base/latency.h).
// Nothing is compressed in it: deflate has a form for that, and histograms are small. A new string.
//   source  HdrHistogram, Java, AbstractHistogram.encodeIntoCompressedByteBuffer; RFC 1950 and 1951, section 3.2.4
char *hdr_text(const struct latency *l);

#endif
