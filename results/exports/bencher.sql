-- Bencher Metric Format
-- json_patch leaves out what is NULL.
select json_group_object(key, json(measures)) from (
  select c.key, json_group_object(m.name, json_patch('{}', json_object('value', f.median, 'lower_value', f.low,
                                                                       'upper_value', f.high))) measures
  from cells c join figure f on f.cell = c.id join metric m on m.name = f.metric
  where m.source = 'record' and m.better <> 'neither' group by c.id order by c.place);
