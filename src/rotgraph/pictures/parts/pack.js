// In: the block that `pack.py` writes. Out: the graph, as columns and views of them.

const KIND = { THING: 1, TEXT: 2, QUANTITY: 3, PERIOD: 4, INTEGER: 5 };

async function unpack(base64) {
  const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Graph(await new Response(stream).arrayBuffer());
}

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const binary = atob(base64), // browsers before 2025
    bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

class Graph {
  constructor(buffer) {
    const size = new DataView(buffer).getUint32(0, true);
    this.head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
    this.columns = {};
    const types = { uint8: Uint8Array, int16: Int16Array, int32: Int32Array, float64: Float64Array };
    let at = 4 + size;
    for (const [name, type, count, rising] of this.head.columns) {
      const column = new types[type](buffer, at, count);
      if (rising) for (let i = 1; i < count; i++) column[i] += column[i - 1];
      this.columns[name] = column;
      at += Math.ceil(column.byteLength / 8) * 8;
    }
    this.bytes = new Uint8Array(buffer, at);
    this.offsets = new Int32Array(this.columns.text_length.length + 1);
    for (let i = 0; i < this.offsets.length - 1; i++) this.offsets[i + 1] = this.offsets[i] + this.columns.text_length[i];
    this.decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    this.nodeCount = this.columns.node_label.length;
    this.factCount = this.columns.fact_value.length;
    this.propertyIds = new Map(this.head.properties.map((name, id) => [name, id]));
    learnFolds(this.head.folds);
    this.schema = new Schema(this.head);
    this._members = new Map();
    this._below = new Map();
  }

  text(id) {
    return id < 0 ? "" : this.decoder.decode(this.bytes.subarray(this.offsets[id], this.offsets[id + 1]));
  }
  label(node) {
    return this.text(this.columns.node_label[node]);
  }
  heading(node) {
    return this.text(this.columns.node_heading[node]);
  }
  source(node) {
    return this.text(this.columns.node_source[node]);
  }
  aliases(node) {
    const { alias_pointers: from, alias_text: texts } = this.columns;
    return Array.from(texts.subarray(from[node], from[node + 1]), id => this.text(id));
  }
  classes(node) {
    const { direct_pointers: from, direct_classes: ids } = this.columns;
    return Array.from(ids.subarray(from[node], from[node + 1]), id => this.schema.classes[id]);
  }
  cls(node) {
    const { direct_pointers: from, direct_classes: ids } = this.columns;
    return from[node] < from[node + 1] ? this.schema.classes[ids[from[node]]] : null;
  }

  members(cls) {
    const { class_pointers: from, class_nodes: nodes } = this.columns;
    const begin = from[cls.id],
      end = from[cls.id + 1];
    let found = this._members.get(cls.id);
    if (!found) {
      // the column is written as differences: it rises within a class and falls between two
      found = nodes.subarray(begin, end);
      this._members.set(cls.id, found);
    }
    return found;
  }

  // facts of a property, and of one node among them

  range(name) {
    const id = this.propertyIds.get(name);
    return id === undefined ? [0, 0] : [this.columns.property_pointers[id], this.columns.property_pointers[id + 1]];
  }
  factsOf(node, name) {
    const [begin, end] = this.range(name);
    return between(this.columns.fact_subject, node, begin, end);
  }

  /** Facts that hold the node as a value: of all properties, in their order. */
  factsTo(node) {
    const { pointers, facts } = (this._reverse ??= this._turnRound());
    return facts.subarray(pointers[node], pointers[node + 1]);
  }
  _turnRound() {
    const { fact_kind: kinds, fact_value: values } = this.columns;
    return groupBy(this.nodeCount, this.factCount, fact => (kinds[fact] === KIND.THING ? values[fact] : -1));
  }

  /** All facts of a node: [property, fact] in the order of the properties. */
  facts(node) {
    const { pointers, facts } = (this._forward ??= groupBy(
      this.nodeCount,
      this.factCount,
      fact => this.columns.fact_subject[fact],
    ));
    return facts.subarray(pointers[node], pointers[node + 1]);
  }
  property(fact) {
    const from = this.columns.property_pointers;
    let low = 0,
      high = from.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (from[middle] <= fact) low = middle;
      else high = middle;
    }
    return this.head.properties[low];
  }

  // values

  valueText(kind, value) {
    if (kind === KIND.THING) return this.label(value);
    if (kind === KIND.TEXT) return this.text(value);
    if (kind === KIND.QUANTITY) return this.text(this.columns.quantity_text[value]);
    if (kind === KIND.PERIOD) return this.text(this.columns.period_text[value]);
    return String(value);
  }
  remark(kind, value) {
    return kind === KIND.QUANTITY ? this.text(this.columns.quantity_remark[value]) : "";
  }

  // places

  notePath(note) {
    if (note < 0) return "";
    const [fact] = this.factsOf(note, "path");
    return fact === undefined ? this.label(note) : this.text(this.columns.fact_value[fact]);
  }
  place(node) {
    const { node_note: notes, node_line: lines, node_column: columns } = this.columns;
    return notes[node] < 0 ? null : { note: notes[node], line: lines[node], column: columns[node] };
  }
  places(fact) {
    const { evidence_pointers: from, evidence_note: notes, evidence_line: lines, evidence_column: columns } = this.columns;
    const found = [];
    for (let row = from[fact]; row < from[fact + 1]; row++)
      found.push({ note: notes[row], line: lines[row], column: columns[row] });
    return found;
  }

  /** What stands in a note: its nodes, by line. */
  nodesIn(note) {
    const { pointers, facts } = (this._byNote ??= groupBy(this.nodeCount, this.nodeCount, node => this.columns.node_note[node]));
    return facts.subarray(pointers[note], pointers[note + 1]);
  }
  /** The line as it is written, as far as a row or a sentence of the graph was read from it. */
  lineText(place) {
    for (const node of this.nodesIn(place.note)) {
      if (this.columns.node_line[node] === place.line && this.columns.node_source[node] >= 0) return this.source(node);
    }
    return "";
  }

  /** The nodes and all that is below them in the hierarchy, as a set. */
  below(nodes) {
    const found = new Set(nodes),
      queue = [...nodes];
    for (let node; (node = queue.pop()) !== undefined;) {
      for (const fact of this.factsTo(node)) {
        const name = this.property(fact),
          subject = this.columns.fact_subject[fact];
        if ((name === "broader" || name === "part_of") && !found.has(subject)) {
          found.add(subject);
          queue.push(subject);
        }
      }
    }
    return found;
  }

  /** The nodes of which the texts are the line, and the facts of which they are the value; rising both. */
  users(texts) {
    const { text_length: all, node_source: sources, fact_kind: kinds, fact_value: values } = this.columns;
    this._sources ??= groupBy(all.length, this.nodeCount, node => sources[node]);
    this._stated ??= groupBy(all.length, this.factCount, fact => (kinds[fact] === KIND.TEXT ? values[fact] : -1));
    return [this._sources, this._stated].map(({ pointers, facts }) => {
      const found = [];
      for (const id of texts) for (let at = pointers[id]; at < pointers[id + 1]; at++) found.push(facts[at]);
      return found.sort((a, b) => a - b);
    });
  }

  degree(node) {
    const { pointers } = (this._reverse ??= this._turnRound());
    return pointers[node + 1] - pointers[node];
  }
}

/** The indexes at which a rising column has a value, from `begin` on and before `end`. */
function between(column, value, begin, end) {
  const first = lower(column, value, begin, end),
    found = [];
  for (let at = first; at < end && column[at] === value; at++) found.push(at);
  return found;
}
function lower(column, value, low, high) {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
/** Items by group, each group's in their order. */
function groupBy(groups, count, groupOf) {
  const pointers = new Int32Array(groups + 1);
  for (let item = 0; item < count; item++) {
    const group = groupOf(item);
    if (group >= 0) pointers[group + 1]++;
  }
  for (let group = 0; group < groups; group++) pointers[group + 1] += pointers[group];
  const next = pointers.slice(),
    facts = new Int32Array(pointers[groups]);
  for (let item = 0; item < count; item++) {
    const group = groupOf(item);
    if (group >= 0) facts[next[group]++] = item;
  }
  return { pointers, facts };
}

class Schema {
  constructor(head) {
    this.intrinsic = head.intrinsic.map(row => readField(row, null));
    this.classes = head.classes.map((each, id) => ({
      id,
      plural: each.name,
      above: [],
      key: [],
      columns: [],
      value: "",
      named: 0,
      said: "",
      ...each,
      fields: (each.fields || []).map(row => readField(row, each.name)),
    }));
    this.byName = new Map(this.classes.map(each => [each.name, each]));
    this.byWord = new Map();
    for (const each of this.classes) if (!this.byWord.has(loose(each.plural))) this.byWord.set(loose(each.plural), each);
    for (const each of this.classes) if (!this.byWord.has(loose(each.name))) this.byWord.set(loose(each.name), each);
    this.inverses = new Map();
    for (const each of this.classes)
      for (const field of each.fields) {
        if (field.inverse) this.inverses.set(field.inverse, [...(this.inverses.get(field.inverse) || []), field]);
      }
  }
  line(cls) {
    return [cls, ...cls.above.map(id => this.classes[id])];
  }
  isA(cls, name) {
    return cls.name === name || cls.above.some(id => this.classes[id].name === name);
  }
  /** All fields of a class by name: its own, the inherited, those of every class. */
  fields(cls) {
    if (!cls.all) {
      cls.all = new Map();
      for (const above of this.line(cls))
        for (const field of above.fields) if (!cls.all.has(field.name)) cls.all.set(field.name, field);
      for (const field of this.intrinsic) if (!cls.all.has(field.name)) cls.all.set(field.name, field);
    }
    return cls.all;
  }
  world(cls) {
    return this.isA(cls, "record") ? "record" : this.isA(cls, "note") ? "note" : "thing";
  }
}
function readField([name, kind = "any", unit = "", ranges = [], single = 0, inverse = "", headers = [], display = ""], owner) {
  return {
    name,
    kind,
    unit,
    ranges,
    single: !!single,
    inverse,
    headers: display ? [display, ...headers] : headers,
    display,
    owner,
  };
}
