-- JUnit's XML for GitLab, Jenkins and others: a cell is a case, what crashed, timed out or disagreed a failure
with failure as (
  select i.cell, count(*) || ' of ' || (select count(*) from invocation where cell = i.cell) || ' runs: ' || i.outcome || ' ' ||
         coalesce(max(i.detail), '') message
  from invocation i where i.outcome not in ('ok', 'out-of-memory') group by i.cell, i.outcome
  union all
  select c.id, 'disagrees with most strategies on ' || d.field || ': ' || d.answer || ', not ' || d.most
  from disagreed d join cells c using (key) group by c.id, d.field),
one as (
  select c.place, c.workload, c.key, coalesce((select value from value v join invocation i on i.id = v.invocation
           where i.cell = c.id and v.metric = 'setup_ns' limit 1), 0) / 1e9 + coalesce((select f.median * s.median / 1e9
           from figure f join figure s on s.cell = f.cell and s.metric = 'steps' where f.cell = c.id and f.metric = 'cpu_ns_per_step'), 0) seconds,
         (select group_concat(message, '; ') from failure where cell = c.id) message,
         exists (select 1 from invocation where cell = c.id) ran
  from cells c)
select line from (
  select -1 place, 0 part, '<?xml version="1.0" encoding="UTF-8"?>' line
  union all select -1, 1, printf('<testsuites><testsuite name="heapbench" tests="%d" failures="%d" skipped="%d">', count(*), count(message),
                                  sum(not ran)) from one
  union all
  select place, 0, printf('<testcase classname="%s" name="%s" time="%.6f">%s</testcase>', escaped('xml', workload), escaped('xml', key), seconds,
    case when not ran then '<skipped/>' when message is not null then printf('<failure message="%s"/>', escaped('xml', message)) else '' end) from one
  union all select 1e9, 0, '</testsuite></testsuites>') order by place, part;
