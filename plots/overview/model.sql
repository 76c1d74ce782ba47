-- what a model's times are worth, against the real collector that is here, too (plots/contests.sql)
select 'Times of a model' what, '' answer, model || ' follows the rules of ' || real || ', with as many collections on ' ||
       iif(many = 1, 'the workload', 'each of ' || many || ' workloads') || '. Its times are those of plain C: for times of the original see ' || real ||
       iif(d.differs, ', which takes ' || si(ratio, 'ratio') || ' the CPU time of ' || model || ' in this run (' || span(low, high, 'ratio') || ').',
           '; their CPU time is not told apart in this run.') sentence
from modelled m join pairing p on p.kind = 'model' and p.cell = m.real and p.other = m.model join differing d on d.id = p.id;
