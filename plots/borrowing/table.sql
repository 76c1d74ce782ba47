-- each cell that borrows and moves beside the same program that does not: ratios formed within a block
select y.workload, y.strategy, median(m.value / o.value) CPU__ratio, low(m.value / o.value) CPU__ratio_low,
       high(m.value / o.value) CPU__ratio_high, count(*) n
from sweep y join sweep x on x.workload = y.workload and x.strategy = y.strategy and x.tunables = y.tunables
     and x.backing = y.backing and x.axis = y.axis and x.label = 'off'
join measured m on m.cell = y.cell join measured o on o.cell = x.cell and o.block = m.block and o.metric = m.metric
where y.kind = 'param' and y.axis = 'borrow' and y.label = 'on' and m.metric = 'cpu_ns_per_step' and o.value > 0
group by y.cell order by y.workload, CPU__ratio;
