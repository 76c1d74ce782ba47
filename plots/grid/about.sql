select distinct plot, c.strategy || ' on ' || c.workload || ': ' || g.y_name || ' and ' || g.x_name title from crossed g join cells c on c.id = g.cell;
