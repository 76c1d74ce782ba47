# triples.py - a graph of RDF: built, written, parsed and asked.
# needs: rdflib
import rdflib

graph, total = rdflib.Graph(), 0
for i in range(1200):
    node = rdflib.URIRef('http://example.org/%d' % i)
    graph.add((node, rdflib.RDF.type, rdflib.URIRef('http://example.org/T%d' % (i % 7))))
    graph.add((node, rdflib.RDFS.label, rdflib.Literal('label %d' % i)))
for _ in range(2):
    parsed = rdflib.Graph().parse(data=graph.serialize(format='nt'), format='nt')
    total += len(parsed) + len(list(parsed.query('select ?s where { ?s a <http://example.org/T3> }')))
print(total)
