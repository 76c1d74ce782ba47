-- Which cells reach most memory?
select key, rss_peak.median rss_peak_bytes from cell join figure rss_peak on cell = id and metric = 'rss_peak_bytes'
order by 2 desc limit 10;

-- What does a strategy cost on each workload, with the interval of the median?
select workload, strategy, median, low, high, n, metric from figure join cells on id = cell
where base and metric = 'cpu_ns_per_step' order by workload, median;

-- Do slow blocks come with a loaded machine?
select m.block, max(load1) load, median(value / median) slowdown__ratio from measured m join figure using (cell, metric)
join invocation using (cell, block) where metric = 'cpu_ns_per_step' group by m.block;
