-- what is advised, then what the recording is and how the settings below are named
select what, sentence, code from said order by place;
