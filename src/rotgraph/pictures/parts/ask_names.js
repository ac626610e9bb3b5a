// In: names as a query writes them. Out: the nodes that are called so, and what else may have been meant.

function namesOf(graph) {
  return (graph._names ??= new Names(graph));
}

/** Every folded label and alias, and the nodes that have it; made when the first query needs it. */
class Names {
  constructor(graph) {
    this.graph = graph;
    this.nodes = new Map();
    const put = (name, node) => {
      const key = fold(name),
        found = this.nodes.get(key);
      if (!found) this.nodes.set(key, [node]);
      else if (found.at(-1) !== node) found.push(node);
    };
    const folded = new Map();
    for (let node = 0; node < graph.nodeCount; node++) {
      const id = graph.columns.node_label[node];
      if (!folded.has(id)) folded.set(id, graph.text(id));
      put(folded.get(id), node);
      for (const alias of graph.aliases(node)) put(alias, node);
    }
  }
  find(name) {
    return [...new Set(this.nodes.get(fold(name)) || [])].sort((a, b) => a - b);
  }
  spellings(ranges) {
    const classes = ranges.map(name => this.graph.schema.byName.get(name)).filter(Boolean),
      members = classes.flatMap(cls => Array.from(this.graph.members(cls)));
    const nodes = members.length ? members : Array.from(this.graph.members(this.graph.schema.byName.get("thing")));
    return nodes.slice(0, 50000).map(node => this.graph.label(node));
  }
}
