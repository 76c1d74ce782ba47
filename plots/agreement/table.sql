-- invocations whose checksum is not what most invocations of the same program found
select key cell, block, field, answer "found here", most "found by most" from disagreed order by key, block, field;
