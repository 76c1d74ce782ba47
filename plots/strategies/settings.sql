select owner strategy, name tunable, label "default", unit, doc meaning from setting where kind = 'tunable' order by owner, place;
