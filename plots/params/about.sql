select distinct plot, 'How do the strategies respond to the parameters of ' || plot || '?' title from swept where kind = 'param';
