-- history.sql - what a history keeps of a run: one line. The key of a series is the machine, a cell and a metric; times of different
-- machines are never one series. Cells at their defaults, and those of the canary, a build that never changes.
with followed(metric) as (values ('cpu_ns_per_step'), ('latency_p99_ns'), ('pause_cpu_max_ns'), ('rss_peak_bytes'),
                                 ('floating_average_objects'), ('instructions_per_step')),
kept as (
  select c.key, c.place, json_group_object(f.metric, f.median) figures
  from cells c join figure f on f.cell = c.id join followed using (metric) where c.base or instr(c.key, '@build=canary') group by c.id)
select json_object('time', (select value from run where name = 'started'), 'commit', (select value from run where name = 'commit'),
  'plan', (select value from run where name = 'mode'), 'steps_factor', (select value from run where name = 'steps_factor'),
  'machine', json_object('cpu', (select value from run where name = 'environment.cpu'), 'kernel',
    (select value from run where name = 'environment.kernel'), 'compiler', (select value from run where name = 'compiler')),
  'figures', (select json_group_object(key, json(figures)) from (select * from kept order by place)));
