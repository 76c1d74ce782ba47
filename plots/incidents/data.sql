-- claims that are ratios: measured with its interval, the limit, and what was reported; rows of an incident from the top
select v.incident panel, 'claim' || v.id series, 0 style, row_number() over (partition by v.incident order by v.id) row, v.what,
       v.median, v.low, v.high, coalesce(v.reported, 0) reported, coalesce(v.at_most, v.at_least) "limit",
       si(v.median, 'ratio') || ', ' || v.verdict said
from limit_verdict v join incident i on i.name = v.incident
where v.median > 0 and v.low > 0 and (v.against is not null or v.against_number is not null)
order by i.place, v.id;
