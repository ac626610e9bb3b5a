// In: a thing. Out: its neighbourhood, drawn: what points at it on the left, itself, what it points to on the right.
// The layout is counted, not grown: the same thing looks the same whenever it is opened, and labels never cross.

const EACH_SIDE = 11,
  TOGETHER = 4,
  ROW = 27,
  BY_CLASS = 9,
  NARROW = 420;
const DULL = new Set(["mentions", "links"]);

/** What stands around a node: { left, right, all }, each neighbour { node, property }, the telling ones first. */
function neighbours(graph, node) {
  const c = graph.columns,
    seen = new Set([node]),
    own = c.node_label[node];
  const side = pairs => {
    const late = ([other, name]) => (DULL.has(name) ? 2 : graph.cls(other)?.named === 0 ? 1 : 0);
    return pairs
      .sort((a, b) => late(a) - late(b) || graph.degree(b[0]) - graph.degree(a[0]) || a[0] - b[0])
      .filter(([other]) => !seen.has(other) && seen.add(other))
      .map(([other, property]) => ({ node: other, property }));
  };
  const out = [],
    into = [];
  for (const fact of graph.facts(node)) if (c.fact_kind[fact] === KIND.THING) out.push([c.fact_value[fact], graph.property(fact)]);
  for (const fact of graph.factsTo(node).slice(0, 5000)) into.push([c.fact_subject[fact], graph.property(fact)]);
  // the note that is about the thing, and the thing that a note is about, are its other page
  const other = ([each]) => c.node_label[each] !== own || (c.node_world[each] === 1) === (c.node_world[node] === 1);
  const right = side(out.filter(other)),
    left = side(into.filter(other));
  return { left, right, all: left.length + right.length };
}

class Picture {
  constructor(graph, holder, go) {
    Object.assign(this, { graph, holder, go, chosen: -1 });
    this.colours = classColours(graph);
  }

  show(node, most = EACH_SIDE) {
    this.close();
    this.node = node;
    this.narrow = this.holder.clientWidth < NARROW; // a phone: shorter names, larger
    const { left, right, all } = neighbours(this.graph, node),
      elements = [];
    const sides = [this.fill(left, most, true), this.fill(right, most, false)];
    this.order = sides.flat().map(each => each.id);
    const deep = Math.max(...sides.map(each => each.length), 1),
      inset = this.narrow ? 82 + 2 * deep : Math.min(130, 92 + deep * 3);
    elements.push({
      data: { id: `n${node}`, label: short(this.graph.label(node), 30), slot: this.slot(node) },
      classes: "centre",
      position: { x: 0, y: 0 },
    });
    sides.forEach((each, right) => {
      each.forEach((one, row) => {
        const y = (row - (each.length - 1) / 2) * ROW,
          bow = 1 - Math.pow(y / (deep * ROW * 0.62), 2) * 0.35,
          x = (right ? 1 : -1) * inset * bow;
        const dull = DULL.has(one.property) ? "dull" : "";
        elements.push({
          data: { id: one.id, label: one.label, slot: one.slot, hash: one.hash },
          classes: `${right ? "right" : "left"} ${one.rest ? "rest" : ""}`,
          position: { x, y },
        });
        const [source, target] = right ? [`n${node}`, one.id] : [one.id, `n${node}`];
        elements.push({
          data: { id: `e${one.id}`, source, target, label: one.first && !dull ? one.property.replace(/_/g, " ") : "" },
          classes: `${right ? "out" : "into"} ${dull}`,
        });
      });
    });
    elements.push(
      ...this.across(
        sides
          .flat()
          .filter(each => !each.rest)
          .map(each => each.node),
      ),
    );
    this.cy = cytoscape({
      container: this.holder,
      elements,
      layout: { name: "preset" },
      style: this.style(),
      minZoom: 0.3,
      maxZoom: 3,
      boxSelectionEnabled: false,
      autoungrabify: true,
    });
    this.fit();
    this.cy.on("tap", "node", event => {
      const hash = event.target.data("hash");
      if (hash) this.go(hash);
    });
    this.cy.on("mouseover", "node", event => {
      this.holder.style.cursor = event.target.data("hash") ? "pointer" : "";
      this.light(event.target);
    });
    this.cy.on("mouseout", "node", () => {
      this.holder.style.cursor = "";
      this.light(null);
    });
    const shown = sides.flat().filter(each => !each.rest);
    return { shown: shown.length, all, rows: deep, classes: this.legend([node, ...shown.map(each => each.node)]) };
  }
  /** One side: neighbours of one property and class together, a few of each; the rest of them in a node that asks for them. */
  fill(side, most, into) {
    const groups = new Map();
    for (const each of side) {
      const key = `${each.property} ${this.graph.cls(each.node)?.id}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(each);
    }
    const kept = new Map([...groups.keys()].map(key => [key, 0]));
    for (let room = most, grown = true; room > 0 && grown;) {
      grown = false;
      for (const [key, group] of groups) {
        const step = Math.min(room, group.length - kept.get(key), kept.get(key) ? 1 : Math.min(TOGETHER, Math.ceil(most / 3)));
        if (step > 0) {
          kept.set(key, kept.get(key) + step);
          room -= step;
          grown = true;
        }
      }
    }
    const rows = [];
    for (const [key, group] of groups) {
      const shown = group.slice(0, kept.get(key)),
        rest = group.length - shown.length;
      if (!shown.length) continue;
      shown.forEach(each =>
        rows.push({
          ...each,
          id: `n${each.node}`,
          label: this.label(each.node),
          slot: this.slot(each.node),
          hash: link.thing(this.graph, each.node),
        }),
      );
      if (rest && into) rows.push(this.rest(group[0], rest));
    }
    const first = new Set();
    const middles = new Map(
      [...new Set(rows.map(each => each.property))].map(name => {
        const same = rows.filter(each => each.property === name);
        return [name, same[(same.length - 1) >> 1]];
      }),
    );
    return rows.map(each => ({ ...each, first: middles.get(each.property) === each && !first.has(each.property) }));
  }
  rest({ node, property }, count) {
    const cls = this.graph.cls(node),
      name = cls ? cls.plural : "things",
      quoted = `"${this.graph.label(this.node).replace(/"/g, '""')}"`;
    return {
      node,
      property,
      rest: true,
      id: `r${node}`,
      label: `${count} more ${name.replace(/_/g, " ")}`,
      slot: -1,
      hash: link.ask(
        `${/^\w+$/.test(name) ? name : `"${name}"`} where ${/^\w+$/.test(property) ? property : `"${property}"`} is ${quoted}`,
      ),
    };
  }
  /** The name, without that of the thing in the middle; of an observation with its value. */
  label(node) {
    const { graph } = this,
      own = `${graph.label(this.node)} · `,
      name = graph.label(node),
      cls = graph.cls(node);
    const value = cls?.value ? graph.factsOf(node, cls.value)[0] : undefined;
    const shown =
      value === undefined
        ? ""
        : short(graph.valueText(graph.columns.fact_kind[value], graph.columns.fact_value[value]), this.narrow ? 9 : 12);
    const rest = name.startsWith(own)
      ? name.slice(own.length)
      : name.endsWith(` · ${own.slice(0, -3)}`)
        ? name.slice(0, -own.length)
        : name;
    const most = this.narrow ? 17 : 25;
    return `${shortName(rest, shown ? most - 7 : most)}${shown ? `  ${shown}` : ""}`;
  }
  /** Facts between neighbours. */
  across(nodes) {
    const c = this.graph.columns,
      here = new Set(nodes),
      found = [],
      seen = new Set();
    for (const node of nodes)
      for (const fact of this.graph.facts(node).slice(0, 400)) {
        const other = c.fact_value[fact],
          key = `${Math.min(node, other)}-${Math.max(node, other)}`;
        if (
          c.fact_kind[fact] !== KIND.THING ||
          !here.has(other) ||
          other === node ||
          seen.has(key) ||
          DULL.has(this.graph.property(fact))
        )
          continue;
        seen.add(key);
        found.push({ data: { id: `x${key}`, source: `n${node}`, target: `n${other}`, label: "" }, classes: "across" });
      }
    return found.slice(0, 40);
  }
  slot(node) {
    return this.colours.get(this.graph.cls(node)?.id) ?? 0;
  }
  /** The classes that have a colour of their own, then one entry for all others. */
  legend(nodes) {
    const found = new Map();
    for (const node of nodes) {
      const slot = this.slot(node);
      found.set(slot, slot ? this.graph.cls(node).name : "other");
    }
    return [...found].map(([slot, name]) => ({ slot, name })).sort((a, b) => (a.slot || 99) - (b.slot || 99));
  }
  style() {
    const css = getComputedStyle(document.documentElement),
      value = name => css.getPropertyValue(name).trim(),
      font = value("--sans");
    const colour = node => (node.data("slot") < 0 ? value("--card") : value(`--class-${node.data("slot")}`));
    const text = { color: value("--ink"), "font-family": font, "font-size": 12, "text-max-width": 190, "text-wrap": "ellipsis" };
    return [
      {
        selector: "node",
        style: {
          ...text,
          width: 11,
          height: 11,
          "background-color": colour,
          label: "data(label)",
          "text-valign": "center",
          "text-margin-x": 6,
          "overlay-opacity": 0,
          "min-zoomed-font-size": 5,
        },
      },
      { selector: "node.rest", style: { color: value("--soft"), "border-width": 1.5, "border-color": value("--edge") } },
      { selector: "node.left", style: { "text-halign": "left", "text-margin-x": -6 } },
      { selector: "node.right", style: { "text-halign": "right" } },
      {
        selector: "node.centre",
        style: {
          width: 20,
          height: 20,
          "font-size": 13,
          "font-weight": 600,
          "text-valign": "bottom",
          "text-halign": "center",
          "text-margin-x": 0,
          "text-margin-y": 7,
          "text-background-color": value("--card"),
          "text-background-opacity": 0.92,
          "text-background-padding": 3,
          "text-background-shape": "roundrectangle",
          "border-width": 4,
          "border-color": value("--card"),
          "z-index": 9,
        },
      },
      {
        selector: "edge",
        style: {
          width: 1.2,
          "line-color": value("--edge"),
          "curve-style": "straight",
          "target-arrow-shape": "triangle",
          "target-arrow-color": value("--edge"),
          "arrow-scale": 0.7,
          "font-size": 10,
          "font-family": font,
          color: value("--soft"),
          "text-background-color": value("--card"),
          "text-background-opacity": 0.95,
          "text-background-padding": 2,
          "overlay-opacity": 0,
        },
      },
      {
        selector: "edge.into",
        style: { "source-label": "data(label)", "source-text-offset": edge => 20 + 3 * String(edge.data("label")).length },
      },
      {
        selector: "edge.out",
        style: { "target-label": "data(label)", "target-text-offset": edge => 20 + 3 * String(edge.data("label")).length },
      },
      { selector: "edge.dull", style: { "line-style": "dotted", "target-arrow-shape": "none" } },
      {
        selector: "edge.across",
        style: {
          width: 1,
          "line-color": value("--edge"),
          opacity: 0.45,
          "curve-style": "unbundled-bezier",
          "control-point-distances": 30,
          "target-arrow-shape": "none",
          "line-style": "dashed",
        },
      },
      { selector: ".away", style: { opacity: 0.18 } },
      { selector: ".lit", style: { "font-weight": 600 } },
      { selector: "edge.lit", style: { "line-color": value("--accent"), "target-arrow-color": value("--accent"), opacity: 1 } },
    ];
  }
  light(node) {
    this.cy.elements().removeClass("away lit");
    if (!node) return;
    this.cy.elements().not(node.closedNeighborhood()).addClass("away");
    node.addClass("lit");
    node.connectedEdges().addClass("lit");
  }
  /** Keys: arrows choose a neighbour, Enter opens it, + - 0 zoom. */
  key(event) {
    if (!this.cy || !this.order.length) return false;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) {
      this.chosen = (this.chosen + step + this.order.length + (this.chosen < 0 && step < 0 ? 1 : 0)) % this.order.length;
      this.light(this.cy.getElementById(this.order[this.chosen]));
    } else if (event.key === "Enter" && this.chosen >= 0) this.go(this.cy.getElementById(this.order[this.chosen]).data("hash"));
    else if (event.key === "+" || event.key === "-") this.zoom(event.key === "+" ? 1.25 : 0.8);
    else if (event.key === "0") this.fit();
    else return false;
    return true;
  }
  zoom(by) {
    this.cy.zoom({ level: this.cy.zoom() * by, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
  }
  fit() {
    this.cy.resize();
    this.cy.fit(undefined, 14);
    if (this.cy.zoom() > 1.25) {
      this.cy.zoom(1.25);
      this.cy.center();
    }
  }
  restyle() {
    if (this.cy) this.cy.style(this.style());
  }
  close() {
    if (this.cy) this.cy.destroy();
    this.cy = null;
    this.chosen = -1;
    this.order = [];
  }
}

function short(text, most = 26) {
  const line = harmless(text).replace(/\s+/g, " ");
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}

/** The name of a record: its last part, often the only one that tells it from its neighbours, stays whole. */
function shortName(text, most) {
  const at = text.lastIndexOf(" · "),
    tail = text.length - at;
  if (text.length <= most || at < 0 || tail > most / 2) return short(text, most);
  return short(text.slice(0, at), most - tail) + short(text.slice(at));
}

/** A colour for each of the classes of which most is said, the same in every picture; all others share one. */
function classColours(graph) {
  if (graph._colours) return graph._colours;
  const weight = new Map();
  for (let node = 0; node < graph.nodeCount; node++) {
    const cls = graph.cls(node);
    if (cls && cls.named && cls.name !== "thing" && graph.columns.node_world[node] !== 1)
      weight.set(cls.id, (weight.get(cls.id) || 0) + graph.degree(node) + graph.facts(node).length);
  }
  const slots = new Map();
  [...weight]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, BY_CLASS - 1)
    .forEach(([id], at) => slots.set(id, at + 1));
  return (graph._colours = slots);
}
