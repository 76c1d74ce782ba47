select count(distinct invocation) "invocations compared", count(distinct program) programs from answer;
