select name || iif(advised, ' *', '') "thresholds 0, 1", collections, iif(gc_ns = 0, '', gc_ns) gc_ns, gc_ns_low, gc_ns_high,
       iif(longest_ns = 0, '', longest_ns) longest_ns, longest_ns_low, longest_ns_high, peak_bytes, peak_bytes_low, peak_bytes_high
from setting where shown order by not now, kind = 'other', place;
