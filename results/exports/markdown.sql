-- a table for a pull request or a page: strategies at their defaults
with number(metric, place, title) as (values ('cpu_ns_per_step', 1, 'CPU/step'), ('latency_p99_ns', 2, 'p99'),
    ('pause_cpu_max_ns', 3, 'longest pause, CPU'), ('rss_peak_bytes', 4, 'peak RSS'), ('floating_average_objects', 5, 'floating objects')),
said as (
  select c.id, n.place, case
    when f.median is null then '?'
    when m.unit = 'ns' then case when f.median >= 1e9 then printf('%.3g s', f.median / 1e9) when f.median >= 1e6 then printf('%.3g ms', f.median / 1e6)
                                 when f.median >= 1e3 then printf('%.3g us', f.median / 1e3) else printf('%.3g ns', f.median) end
    when m.unit = 'bytes' then case when f.median >= 1e6 then printf('%.3g MB', f.median / 1e6) when f.median >= 1e3 then printf('%.3g kB', f.median / 1e3)
                                    else printf('%.3g B', f.median) end
    else printf('%.15g', f.median) end text
  from cells c cross join number n left join figure f on f.cell = c.id and f.metric = n.metric left join metric m on m.name = n.metric
  where c.base)
select '| workload | strategy | ' || (select group_concat(title, ' | ') from number) || ' |'
union all select '| --- | --- | --: | --: | --: | --: | --: |'
union all
select line from (
  select '| `' || escaped('markdown', c.workload) || '` | `' || escaped('markdown', c.strategy) || '` | ' ||
         (select group_concat(text, ' | ') from (select text from said where id = c.id order by place)) || ' |' line
  from cells c where c.base order by c.place);
