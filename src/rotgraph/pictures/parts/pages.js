// In: a thing, a note. Out: their pages.

const FEW = 8,
  MANY = 30;

function thingView(app, node) {
  const { graph } = app,
    classes = graph.classes(node),
    aliases = graph.aliases(node),
    where = graph.place(node);
  const head = h(
    "div",
    { class: "title" },
    h(
      "p",
      { class: "soft" },
      classes.map((cls, at) => [at ? " · " : "", h("a", { href: link.ask(cls.plural) }, said(cls.name.replace(/_/g, " ")))]),
    ),
    h("h1", {}, said(graph.label(node))),
    aliases.length ? h("p", { class: "soft" }, "also ", said(aliases.join(", "))) : null,
    where ? h("div", { class: "at" }, placeLink(graph, where), sourceLine(graph, where)) : null,
  );
  return [
    h(
      "div",
      { class: "split" },
      head,
      h("div", { class: "facts" }, factsView(app, node), noteNames(app, node), pointersView(app, node)),
      pictureView(app, node),
    ),
  ];
}
/** Other things of the same name. */
function noteNames(app, node) {
  const others = namesakes(app.graph, node).filter(each => each !== node);
  return others.length
    ? h(
        "p",
        { class: "soft others" },
        "Of the same name: ",
        others
          .slice(0, 6)
          .map((each, at) => [
            at ? ", " : "",
            h("a", { href: link.thing(app.graph, each) }, said(app.graph.cls(each)?.name.replace(/_/g, " ") || "thing")),
          ]),
      )
    : null;
}

/** What is said of a thing, by field: those that a schema declares first, those that a vault's tables showed, links last. */
function factsView(app, node) {
  const { graph } = app,
    c = graph.columns,
    groups = new Map();
  for (const fact of graph.facts(node)) push(groups, graph.property(fact), fact);
  const fields = new Map();
  for (const cls of graph.classes(node))
    for (const field of graph.schema.fields(cls).values()) if (!fields.has(field.name)) fields.set(field.name, field);
  const order = [...fields.keys()],
    late = name => (DULL.has(name) ? 3 : !fields.has(name) ? 2 : fields.get(name).display ? 1 : 0),
    sorted = [...groups].sort((a, b) => late(a[0]) - late(b[0]) || order.indexOf(a[0]) - order.indexOf(b[0]));
  if (!sorted.length) return null;
  const fresh = onceALine(graph);
  return h(
    "section",
    { "aria-label": "Facts" },
    lazyList(sorted, MANY, "groups", ([name, facts]) =>
      groupView(fields.get(name)?.display || name, facts, fact =>
        factView(graph, fact, c.fact_kind[fact], c.fact_value[fact], !DULL.has(name) && fresh),
      ),
    ),
  );
}
function push(groups, key, item) {
  if (!groups.has(key)) groups.set(key, []);
  groups.get(key).push(item);
}
function groupView(name, items, make) {
  const rows = h("div", { class: "values" });
  let shown = 0;
  const more = h("button", { class: "more", type: "button", onclick: () => add(100) });
  const add = number => {
    for (const end = Math.min(items.length, shown + number); shown < end; shown++) rows.append(make(items[shown]));
    more.hidden = shown >= items.length;
    more.textContent = `${(items.length - shown).toLocaleString("en-US")} more`;
  };
  add(FEW);
  return h(
    "li",
    { class: "group" },
    h(
      "h3",
      {},
      said(name.replace(/_/g, " ")),
      items.length > 1 ? h("span", { class: "count" }, items.length.toLocaleString("en-US")) : null,
    ),
    h("div", {}, rows, more),
  );
}
/** The line of a place, unless it stood beside the fact before: rows of a table come together. */
function onceALine(graph) {
  let last = "";
  return place => {
    const key = place ? `${place.note}:${place.line}` : "";
    if (key === last) return null;
    last = key;
    return sourceLine(graph, place);
  };
}
function distinctLines(places) {
  const seen = new Set();
  return places.filter(({ note, line }) => !seen.has(`${note}:${line}`) && seen.add(`${note}:${line}`));
}
function factView(graph, fact, kind, value, quoted) {
  const places = distinctLines(graph.places(fact));
  return h(
    "div",
    { class: "fact" },
    h(
      "div",
      { class: "said" },
      h(
        "span",
        { class: kind === KIND.QUANTITY || kind === KIND.PERIOD ? "value number" : "value" },
        valueView(graph, kind, value),
      ),
      h(
        "span",
        { class: "places" },
        places.slice(0, 4).map((place, at) => placeLink(graph, place, at > 0 && places[at - 1].note === place.note)),
        places.length > 4 ? h("span", { class: "soft" }, `+${places.length - 4}`) : null,
      ),
    ),
    quoted && kind !== KIND.TEXT ? quoted(places[0]) : null,
  );
}

/** What points at the thing: by the inverse's name where the schema has one. */
function pointersView(app, node) {
  const { graph } = app,
    c = graph.columns,
    groups = new Map(),
    mine = graph.classes(node);
  for (const fact of graph.factsTo(node)) push(groups, graph.property(fact), fact);
  const inverse = (name, fact) => {
    const owners = graph.classes(c.fact_subject[fact]);
    for (const cls of owners) {
      const field = graph.schema.fields(cls).get(name);
      if (field?.inverse) return field.inverse;
    }
    return mine.length ? `${name} of` : name;
  };
  const named = new Map();
  for (const [name, facts] of groups)
    for (const fact of facts) {
      const title = DULL.has(name) ? (name === "mentions" ? "mentioned in" : "linked from") : inverse(name, fact);
      push(named, title, fact);
    }
  const fresh = onceALine(graph),
    last = title => (title === "mentioned in" ? 2 : title === "linked from" ? 1 : 0);
  const sorted = [...named].sort((a, b) => last(a[0]) - last(b[0]) || b[1].length - a[1].length);
  return sorted.length
    ? h(
        "section",
        { "aria-label": "What points here" },
        h("h2", {}, "Points here"),
        lazyList(sorted, MANY, "groups", ([title, facts]) =>
          groupView(title, facts, fact => pointerView(graph, fact, !last(title) && fresh)),
        ),
      )
    : null;
}
function pointerView(graph, fact, quoted) {
  const subject = graph.columns.fact_subject[fact],
    places = distinctLines(graph.places(fact)),
    cls = graph.cls(subject),
    shown = cls?.value ? graph.factsOf(subject, cls.value) : [];
  return h(
    "div",
    { class: "fact" },
    h(
      "div",
      { class: "said" },
      h(
        "span",
        { class: "value" },
        thingLink(graph, subject),
        shown.map(each =>
          h("span", { class: "number" }, " ", valueView(graph, graph.columns.fact_kind[each], graph.columns.fact_value[each])),
        ),
      ),
      h(
        "span",
        { class: "places" },
        placeLink(graph, places[0]),
        places.length > 1 ? h("span", { class: "soft" }, `+${places.length - 1}`) : null,
      ),
    ),
    quoted ? quoted(places[0]) : null,
  );
}

function pictureView(app, node) {
  const canvas = h("div", { class: "canvas" }),
    legend = h("ul", { class: "legend" }),
    note = h("p", { class: "soft" });
  const button = (text, title, act) => h("button", { type: "button", title, "aria-label": title, onclick: act }, text);
  const picture = new Picture(app.graph, canvas, hash => app.go(hash));
  let wide = false;
  const draw = () => {
    const { shown, all, classes, rows } = picture.show(node, wide ? 3 * EACH_SIDE : EACH_SIDE);
    canvas.style.setProperty("--tall", `${Math.round(rows * ROW * (innerWidth < 640 ? 0.72 : 0.95)) + 70}px`);
    picture.fit();
    note.textContent = shown < all ? `${shown} of ${count(all, "neighbour", "neighbours")}` : count(all, "neighbour", "neighbours");
    legend.replaceChildren(
      ...classes.map(each =>
        h(
          "li",
          {},
          h("span", { class: "dot", style: `background: var(--class-${each.slot})` }),
          said(each.name.replace(/_/g, " ")),
        ),
      ),
    );
  };
  const grow = button("⤢", "Larger", () => {
    wide = !wide;
    figure.classList.toggle("large", wide);
    grow.setAttribute("aria-label", wide ? "Smaller" : "Larger");
    grow.textContent = wide ? "×" : "⤢";
    draw();
  });
  const figure = h(
    "figure",
    {
      class: "picture",
      tabindex: "0",
      "aria-label": "Neighbourhood. Arrow keys choose a neighbour, Enter opens it, plus and minus zoom.",
      onkeydown: event => {
        if (event.key === "Escape" && wide) {
          grow.click();
          event.stopPropagation();
        } else if (event.target === figure && picture.key(event)) event.preventDefault();
      },
    },
    h(
      "div",
      { class: "bar" },
      note,
      h(
        "div",
        { class: "tools" },
        button("+", "Zoom in", () => picture.zoom(1.25)),
        button("−", "Zoom out", () => picture.zoom(0.8)),
        button("⊡", "Fit", () => picture.fit()),
        grow,
      ),
    ),
    canvas,
    h("figcaption", {}, legend),
  );
  if (!neighbours(app.graph, node).all)
    return h("aside", { class: "picture none" }, h("p", { class: "soft" }, "Nothing stands around it."));
  app.after(() => {
    draw();
    app.picture = picture;
  });
  return h("aside", {}, figure);
}

/** What a note says: every line from which something was read. */
function noteView(app, path, line) {
  const { graph } = app,
    c = graph.columns,
    note = Array.from(graph.members(graph.schema.byName.get("note"))).find(node => graph.notePath(node) === path);
  if (note === undefined) return [h("p", {}, "There is no note ", h("code", {}, said(path)), ".")];
  const lines = new Map();
  for (const node of graph.nodesIn(note)) {
    if (node === note) continue;
    const at = c.node_line[node],
      entry = lines.get(at) || { text: "", heading: graph.heading(node), nodes: [] };
    entry.text = entry.text || graph.source(node);
    entry.nodes.push(node);
    lines.set(at, entry);
  }
  if (line && !lines.has(line)) lines.set(line, { text: "", heading: "", nodes: [] });
  let heading = "";
  const sorted = [...lines].sort((a, b) => a[0] - b[0]),
    list = h("ol", { class: "lines" });
  let shown = 0;
  const more = h("button", { class: "more", type: "button", onclick: () => add(500) });
  const add = number => {
    for (const end = Math.min(sorted.length, shown + number); shown < end; shown++) {
      const [at, entry] = sorted[shown],
        title = entry.heading && entry.heading !== heading ? entry.heading : "";
      heading = entry.heading || heading;
      if (title) list.append(h("li", { class: "head" }, said(title)));
      list.append(
        h(
          "li",
          { class: at === line ? "here" : null, "aria-current": at === line ? "location" : null },
          h("span", { class: "number" }, at),
          h(
            "div",
            {},
            entry.text ? h("p", { class: "text" }, said(entry.text)) : null,
            h(
              "ul",
              { class: "chips small" },
              entry.nodes.slice(0, 12).map(node => h("li", {}, thingLink(graph, node))),
              entry.nodes.length > 12 ? h("li", { class: "soft" }, `+${entry.nodes.length - 12}`) : null,
            ),
          ),
        ),
      );
    }
    more.hidden = shown >= sorted.length;
    more.textContent = `${(sorted.length - shown).toLocaleString("en-US")} more lines`;
  };
  add(Math.max(300, sorted.findIndex(each => each[0] === line) + 50));
  app.after(() => list.querySelector(".here")?.scrollIntoView({ block: "center" }));
  return [
    h(
      "div",
      { class: "title" },
      h("p", { class: "soft" }, "Note"),
      h("h1", {}, said(path.replace(/\.md$/i, "").split("/").pop())),
      h(
        "p",
        { class: "soft" },
        h("code", {}, said(path)),
        " · ",
        h("a", { href: link.thing(graph, note) }, "what the note says about itself"),
      ),
      h("p", { class: "soft" }, "The lines from which something was read, as they are written."),
    ),
    list,
    more,
  ];
}
