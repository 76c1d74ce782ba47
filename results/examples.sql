-- Which cells reach most memory?
select key, rss_peak.median rss_peak_bytes from cell join figure rss_peak on cell = id and metric = 'rss_peak_bytes'
order by 2 desc limit 10;

-- What does a strategy cost on each workload, with the interval of the median?
select workload, strategy, median, low, high, n, metric from figure join cells on id = cell
where base and metric = 'cpu_ns_per_step' order by workload, median;

-- Do slow blocks come with a loaded machine?
select block, max(load1) load, median(value / f.median) slowdown__ratio from invocation i join value v on v.invocation = i.id
join figure f on f.cell = i.cell and f.metric = v.metric where v.metric = 'cpu_ns_per_step' group by block;
