-- Apache Otava's CSV importer: a head and one row for each run; `tail -n 1` of later runs goes below
-- A column is a cell and a metric; time, commit and machine are attributes. Strategies at their defaults.
with followed(place, metric) as (values (1, 'cpu_ns_per_step'), (2, 'latency_p99_ns'), (3, 'pause_cpu_max_ns'), (4, 'rss_peak_bytes'),
                                        (5, 'floating_average_objects'), (6, 'instructions_per_step')),
field(place, name, value) as (
  select 0, column1, column2 from (values ('time', (select value from run where name = 'started')),
    ('commit', (select value from run where name = 'commit')), ('machine', (select value from run where name = 'environment.cpu')))
  union all
  select c.place * 100 + w.place, c.key || ' ' || f.metric, printf('%.15g', f.median)
  from cells c join figure f on f.cell = c.id join followed w using (metric) where c.base)
select group_concat('"' || replace(name, '"', '""') || '"') from (select * from field order by place)
union all
select group_concat('"' || replace(coalesce(value, ''), '"', '""') || '"') from (select * from field order by place);
