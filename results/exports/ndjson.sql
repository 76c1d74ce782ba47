-- one line for each cell, with all its metrics
select json_object('cell', c.key, 'workload', c.workload, 'params', c.params, 'strategy', c.strategy, 'tunables',
  c.tunables, 'backing', c.backing,
  'outcomes', (select json_group_object(outcome, n)
               from (select outcome, count(*) n from invocation where cell = c.id group by outcome)),
  'metrics', (select json_group_object(name, json_patch('{}', json_object('unit', unit, 'n', n, 'median', median,
                                                                           'ci_low', low, 'ci_high', high)))
              from (select * from figure join metric on name = metric where cell = c.id order by place)))
from cells c order by c.place;
