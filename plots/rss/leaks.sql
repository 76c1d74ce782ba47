-- who still held garbage after a full collection; the bare column `panel` is the one of the largest
select series "strategy that leaks", count(*) || ' of ' || (select count(*) from base o join figure f on f.cell = o.cell
    where o.series = b.series and f.metric = 'leaked_bytes') "on workloads", max(median) most_bytes, panel "namely on"
from base b join figure f on f.cell = b.cell and f.metric = 'leaked_bytes' and median > 0 group by series;
