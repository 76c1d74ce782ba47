select distinct workload, name preset, doc meaning, params parameters from preset order by workload, name;
