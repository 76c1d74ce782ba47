-- pauses by kind, and memory
with kind as (select b.*, k.label, k.place from base b left join pause_kind k on exists (select 1 from figure f where f.cell = b.cell
              and f.metric = 'pause_' || k.label || '_count' and f.median > 0))
select panel plot, series strategy, coalesce(label, '') "kind of pause", count.median pauses__, total.median total_ns, p50.median p50_ns,
       p999.median "p99.9__ns", most.median longest_ns, most.low longest_ns_low, most.high longest_ns_high, most.n longest_ns_n,
       iif(kind.cell in (select cell from shaken), 'shaken', '') longest_ns_standing
from kind
left join figure count on count.cell = kind.cell and count.metric = 'pause_' || label || '_count'
left join figure total on total.cell = kind.cell and total.metric = 'pause_' || label || '_total_ns'
left join figure p50 on p50.cell = kind.cell and p50.metric = 'pause_' || label || '_p50_ns'
left join figure p999 on p999.cell = kind.cell and p999.metric = 'pause_' || label || '_p999_ns'
left join figure most on most.cell = kind.cell and most.metric = 'pause_' || label || '_max_ns'
where label is not null order by workload_place, hue, series, kind.place;
