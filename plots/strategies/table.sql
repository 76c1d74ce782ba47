select name strategy, summary from strategy order by name;
