-- what is not shown, and why
select name what, cannot sentence from incident where cannot <> '' order by place;
