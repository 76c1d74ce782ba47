-- what is not shown, and why
select 'Not shown: ' || name what, cannot sentence from incident where cannot <> '' order by place;
