select distinct plot, 'What does ' || plot || ' cost, and what does it buy?' title from swept where kind = 'tunable';
