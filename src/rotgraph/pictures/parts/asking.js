// In: the text of a query, a saved result. Out: the box to ask in, the answer or what is wrong with the query.

function askBox(app, text) {
  const { graph } = app;
  const box = h("textarea", {
    id: "query",
    rows: "1",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    "aria-label": "Query",
    placeholder: exampleQuery(graph),
  });
  box.value = text;
  const hints = h("ul", { class: "hints", "aria-label": "Fields" });
  const fit = () => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  };
  const run = () => {
    const words = box.value.trim() || box.placeholder;
    if (words) app.go(link.ask(words));
  };
  const hint = () => {
    const word = /^\s*(?:count\s+|top\s+\d+\s+)?(?:"([^"]+)"|([\p{L}_][\p{L}\p{N}_'-]*))\s/u.exec(`${box.value} `),
      cls = word && graph.schema.byWord.get(loose(word[1] || word[2]));
    const fields = cls
      ? [...graph.schema.fields(cls).values()]
          .filter(field => !["aliases", "mentioned_in"].includes(field.name))
          .sort((one, other) => !!one.display - !!other.display) // what a schema declares first
      : [];
    hints.replaceChildren(
      ...fields.slice(0, 24).map(field =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              title: `${field.kind}${field.said ? `: ${field.said}` : ""}`,
              onclick: () => insert(box, field.name),
            },
            said(field.name),
          ),
        ),
      ),
    );
  };
  box.addEventListener("input", () => {
    fit();
    hint();
  });
  box.addEventListener("keydown", event => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      run();
    }
  });
  new ResizeObserver(fit).observe(box); // when it comes onto the page, and when the window changes
  hint();
  return h(
    "form",
    {
      class: "ask",
      onsubmit: event => {
        event.preventDefault();
        run();
      },
    },
    h("div", { class: "row" }, box, h("button", { class: "run", type: "submit" }, "Ask")),
    hints,
  );
}
function insert(box, word) {
  const at = box.selectionEnd,
    before = box.value.slice(0, at),
    text = `${/\S$/.test(before) ? " " : ""}${/^[\p{L}_][\p{L}\p{N}_'-]*$/u.test(word) ? word : `"${word}"`} `;
  box.value = before + text + box.value.slice(at).replace(/^\s+/, "");
  box.focus();
  box.setSelectionRange(at + text.length, at + text.length);
  box.dispatchEvent(new Event("input"));
}
/** A query about this vault: a class with a field of things, and the thing that stands there most often. */
function exampleQuery(graph) {
  if (graph._example) return graph._example;
  const named = graph.schema.classes.filter(
    cls =>
      cls.named &&
      graph.members(cls).length > 2 &&
      !["thing", "record", "note"].includes(cls.name) &&
      graph.schema.isA(cls, "record"),
  );
  for (const cls of [...named, ...graph.schema.classes.filter(each => graph.members(each).length > 2)])
    for (const field of graph.schema.fields(cls).values()) {
      if (field.kind !== "thing" || field.inverse === "" || ["note", "mentioned_in"].includes(field.name)) continue;
      const often = new Map();
      for (const node of graph.members(cls).slice(0, 200))
        for (const fact of graph.factsOf(node, field.name))
          if (graph.columns.fact_kind[fact] === KIND.THING)
            often.set(graph.columns.fact_value[fact], (often.get(graph.columns.fact_value[fact]) || 0) + 1);
      const [best] = [...often].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      if (best && best[1] > 1) return (graph._example = `${cls.plural} where ${field.name} contains ${graph.label(best[0])}`);
    }
  return (graph._example = 'notes where name contains "plan"');
}

function askView(app, text) {
  let answer = null,
    fault = null;
  const began = performance.now();
  try {
    answer = ask(app.graph, text);
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    fault = error;
  }
  const took = Math.max(1, Math.round(performance.now() - began));
  return [askBox(app, text), fault ? faultView(text, fault) : answerView(app, answer, `${took} ms`, text)];
}
function faultView(text, fault) {
  const start = Math.min(fault.start, text.length),
    end = Math.max(start + 1, fault.end);
  const command = `rotgraph query '${text.replace(/'/g, "'\\''")}'`;
  return h(
    "div",
    { class: fault.beyond ? "fault beyond" : "fault", role: "alert" },
    h("p", { class: "message" }, ticked(fault.message)),
    h(
      "pre",
      {},
      said(text.slice(0, start)),
      h("mark", {}, text.slice(start, end) ? said(text.slice(start, end)) : " "),
      said(text.slice(end)),
    ),
    fault.help ? h("p", {}, ticked(fault.help)) : null,
    fault.beyond ? h("p", { class: "copy" }, h("code", {}, said(command)), copyButton(command)) : null,
  );
}
/** A message: what stands in backticks is code. */
function ticked(text) {
  return text.split("`").map((piece, at) => (at % 2 ? h("code", {}, said(piece)) : said(piece)));
}
function copyButton(text) {
  const button = h(
    "button",
    {
      type: "button",
      onclick: () =>
        navigator.clipboard?.writeText(text).then(
          () => {
            button.textContent = "Copied";
          },
          () => {},
        ),
    },
    "Copy",
  );
  return navigator.clipboard ? button : null;
}

function answerView(app, answer, took, text) {
  const { graph } = app;
  if (answer.count !== undefined) return h("p", { class: "bignumber" }, answer.count.toLocaleString("en-US"));
  const right = answer.columns.map(
    (_, at) =>
      answer.right[at] ||
      (answer.nodes
        .slice(0, 50)
        .every((_, row) => answer.values(row, at).every(([kind]) => kind === KIND.QUANTITY || kind === KIND.INTEGER)) &&
        answer.nodes.slice(0, 50).some((_, row) => answer.values(row, at).length)),
  );
  return table(app, {
    columns: answer.columns,
    right,
    length: answer.nodes.length,
    status: took,
    sort: column => app.go(link.ask(sortedBy(text, column))),
    sorting: sortOf(text),
    subject: row => answer.nodes[row],
    cell: (row, at) =>
      answer.values(row, at).flatMap(([kind, value], number) => [number ? "; " : "", valueView(graph, kind, value)]),
    place: row => graph.place(answer.nodes[row]),
  });
}
function savedView(app, name) {
  const saved = app.graph.head.saved.find(each => each.name === name);
  if (!saved) return [h("p", {}, "No result of that name is saved here.")];
  return [
    h(
      "div",
      { class: "title" },
      h("p", { class: "soft" }, "Saved result"),
      h("h1", {}, said(saved.name)),
      h("p", {}, h("a", { href: link.ask(saved.query) }, h("code", {}, said(saved.query)))),
    ),
    saved.notes.map(note => h("p", { class: "soft" }, said(note))),
    table(app, {
      columns: saved.columns,
      right: saved.right,
      length: saved.rows.length,
      status: "",
      subject: row => saved.nodes[row],
      cell: (row, at) => said(saved.rows[row][at]),
      place: row => (saved.nodes[row] >= 0 ? app.graph.place(saved.nodes[row]) : null),
      text: row => saved.places[row],
    }),
  ];
}
