// In: names as a query writes them. Out: the nodes that are called so, and what else may have been meant.

function namesOf(graph) {
  return (graph._names ??= new Names(graph));
}

/** Every label and alias. They stand first among the texts, in the order of their folded forms: no index is made, none is sent. */
class Names {
  constructor(graph) {
    this.graph = graph;
    const { node_label: labels, alias_text: aliases, alias_pointers: pointers } = graph.columns;
    this.labelled = groupBy(graph.head.names, graph.nodeCount, node => labels[node]);
    this.aliased = groupBy(graph.head.names, aliases.length, entry => aliases[entry]);
    this.owners = new Int32Array(aliases.length);
    for (let node = 0; node < graph.nodeCount; node++) this.owners.fill(node, pointers[node], pointers[node + 1]);
  }
  /** The nodes of a text, rising: those it is the label of, those it is an alias of. */
  nodes(id) {
    const labelled = this.labelled.facts.subarray(this.labelled.pointers[id], this.labelled.pointers[id + 1]);
    const entries = this.aliased.facts.subarray(this.aliased.pointers[id], this.aliased.pointers[id + 1]);
    return [...labelled, ...Array.from(entries, entry => this.owners[entry])];
  }
  folded(id) {
    return fold(this.graph.text(id));
  }
  /** The first text that does not come before a folded one. */
  first(wanted) {
    let low = 0,
      high = this.graph.head.names;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.folded(middle) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  find(name) {
    const wanted = fold(name),
      found = new Set();
    for (let id = this.first(wanted); id < this.graph.head.names && this.folded(id) === wanted; id++)
      for (const node of this.nodes(id)) found.add(node);
    return [...found].sort((a, b) => a - b);
  }
  /** Texts that begin with a folded one, at most so many. */
  beginning(wanted, most) {
    const found = [];
    for (let id = this.first(wanted); found.length < most && id < this.graph.head.names && this.folded(id).startsWith(wanted); id++)
      found.push(id);
    return found;
  }
  spellings(ranges) {
    const classes = ranges.map(name => this.graph.schema.byName.get(name)).filter(Boolean),
      members = classes.flatMap(cls => Array.from(this.graph.members(cls)));
    const nodes = members.length ? members : Array.from(this.graph.members(this.graph.schema.byName.get("thing")));
    return nodes.slice(0, 50000).map(node => this.graph.label(node));
  }
}
