# networks.py - random graphs: spanning trees, components, shortest paths.
# needs: networkx
import networkx

total = 0
for seed in range(3):
    graph = networkx.gnm_random_graph(1200, 5000, seed=seed)
    total += len(list(networkx.minimum_spanning_edges(graph, data=False)))
    total += sum(len(part) for part in networkx.connected_components(graph))
    total += len(networkx.single_source_shortest_path(graph, 0)) + sum(networkx.core_number(graph).values())
print(total)
