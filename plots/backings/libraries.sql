select distinct library "measured were" from invocation where library is not null order by 1;
