// hdr.h - a histogram as the logs of HdrHistogram hold it, for other programs to merge and draw.

#ifndef HEAPBENCH_HDR_H
#define HEAPBENCH_HDR_H

struct latency;

// hdr_text - the compressed form of version 2 in base64, a new string. The counts are the same:
// buckets are HdrHistogram's (base/latency.h).
//   source  HdrHistogram, Java, AbstractHistogram.encodeIntoCompressedByteBuffer
char *hdr_text(const struct latency *l);

#endif
