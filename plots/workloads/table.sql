select name workload, summary, step_is "a step is" from workload where place is not null order by place;
