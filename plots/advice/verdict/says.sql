-- what is advised, then what the recording is; what stands before a colon is what it is about
select case when what = 'paste' then 'Paste' when instr(sentence, ': ') between 1 and 60 then substr(sentence, 1, instr(sentence, ': ') - 1)
            when sentence like 'Collections take %' then 'Then' else 'Later' end what,
       iif(what = '' and instr(sentence, ': ') between 1 and 60, substr(sentence, instr(sentence, ': ') + 2), sentence) sentence
from said order by place;
