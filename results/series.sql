-- series.sql - from the lines of a history (table line, one JSON text each; history.sql makes them) to series: of a machine and a plan,
-- one for each cell and metric. Times of different machines are never one series.
create temp table run as
select *, row_number() over (partition by machine order by time, number) place, min(number) over (partition by machine) first from (
  select number, json -> 'figures' figures, coalesce(json ->> 'time', '') time, coalesce(json ->> 'commit', '') "commit",
         printf('%s, %s, %s; plan %s x %g', json -> 'machine' ->> 'cpu', json -> 'machine' ->> 'kernel', json -> 'machine' ->> 'compiler',
                json ->> 'plan', json ->> 'steps_factor') machine
  from line where json_valid(json) and json_type(json, '$.figures') = 'object');
create temp view machine as
select machine, count(*) runs, max(iif(place = 1, "commit", null)) since, (select "commit" from run r where r.machine = run.machine
       order by place desc limit 1) till from run group by machine order by first;

create temp table point as
select r.machine, r.place, r."commit" || ' ' || substr(r.time, 1, 10) label, c.key cell, m.key metric, m.value value, c.id cell_id, m.id metric_id
from run r, json_each(r.figures) c, json_each(c.value) m where m.type in ('integer', 'real');
create index temp.point_at on point(machine, cell, metric, place);
-- Times are multiples of the canary's in the same run, where all runs of the series have one. The canary's own times say what the
-- machine did; its other figures never change.
create temp view series as
select machine, cell, metric, instr(metric, '_ns') > 0 and count(canary) = count(*) against_canary, json_group_array(label) labels,
       json_group_array(value) plain, json_group_array(1.0 * value / canary) times,
       cell || ' ' || metric || iif(instr(cell, '@build=canary'), ' (the machine)', '') title
from (select p.*, k.value canary from point p left join point k
        on k.machine = p.machine and k.place = p.place and k.cell = p.cell || '@build=canary' and k.metric = p.metric and k.value > 0
      order by p.machine, p.cell, p.metric, p.place)
where not instr(cell, '@build=canary') or instr(metric, '_ns')
group by machine, cell, metric order by machine, min(place * 1000000 + cell_id), min(place * 1000000 + metric_id);
