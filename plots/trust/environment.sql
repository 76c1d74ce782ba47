select iif(m.value like 'environment.%', substr(m.value, 13), m.value) what, cast(r.value as text) "is"
from json_each('["command", "started", "commit", "environment.cpu", "environment.microcode", "environment.cpus", "environment.kernel", "compiler",
  "flags", "environment.thp", "blocks", "seed"]') m join run r on r.name = m.value
union all select 'invocations', count(*) || ' of ' || (select count(*) from cell) || ' cells' from invocation;
