// In: the graph and what is asked of it. Out: what stands on the page. Text of notes enters as text nodes, never as markup.

function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(9).filter(child => child !== null && child !== undefined && child !== false));
  return made;
}
/** A text of a note. It keeps its direction to itself. */
const said = text => h("bdi", {}, harmless(text));
const link = {
  thing(graph, node) {
    const name = graph.label(node),
      same = namesakes(graph, node),
      at = same.indexOf(node);
    return `#/thing/${encodeURIComponent(name)}${at > 0 ? `/${at + 1}` : ""}`;
  },
  ask: text => `#/ask/${encodeURIComponent(text)}`,
  saved: name => `#/saved/${encodeURIComponent(name)}`,
  note: (graph, place) => `#/note/${encodeURIComponent(graph.notePath(place.note))}/${place.line}`,
  find: words => `#/find/${encodeURIComponent(words)}`,
};
/** Nodes of one label: things before records before notes, so that a bare name leads to the thing. */
function namesakes(graph, node) {
  const id = graph.columns.node_label[node],
    world = graph.columns.node_world;
  const { pointers, facts } = namesOf(graph).labelled;
  return [...facts.subarray(pointers[id], pointers[id + 1])].sort((a, b) => [0, 2, 1][world[a]] - [0, 2, 1][world[b]] || a - b);
}
const thingLink = (graph, node) => h("a", { href: link.thing(graph, node) }, said(graph.label(node)));

// source lines

const placeText = (graph, place) => `${graph.notePath(place.note)}:${place.line}`;
/** A place as a link; `again`: the note was just named. */
function placeLink(graph, place, again = false) {
  if (!place) return "";
  const path = graph.notePath(place.note),
    name = path.replace(/\.md$/i, "").split("/").pop();
  return h(
    "a",
    { class: "place", href: link.note(graph, place), title: placeText(graph, place) },
    again ? null : said(name),
    h("span", { class: "line" }, `:${place.line}`),
  );
}
/** The line as the note has it; one line of the screen until it is clicked. */
function sourceLine(graph, place) {
  const text = place ? graph.lineText(place) : "";
  if (!text) return null;
  const made = h(
    "button",
    {
      class: "quote",
      type: "button",
      "aria-expanded": "false",
      title: "Show the whole line",
      onclick: () => made.setAttribute("aria-expanded", String(made.getAttribute("aria-expanded") !== "true")),
    },
    said(text),
  );
  return made;
}

function valueView(graph, kind, value) {
  if (kind === KIND.THING) return thingLink(graph, value);
  const remark = graph.remark(kind, value),
    text = graph.valueText(kind, value);
  if (kind !== KIND.TEXT && text.length <= 16 && !remark) return h("span", { class: "whole" }, said(text));
  return [said(text), remark ? h("span", { class: "remark" }, " ", said(remark)) : null];
}
/** A list that is made as far as it is looked at. */
function lazyList(items, most, name, make) {
  const list = h("ul", { class: name });
  let shown = 0;
  const more = h("button", { class: "more", type: "button", onclick: () => add(Math.max(most, 200)) });
  const add = number => {
    list.append(...items.slice(shown, shown + number).map(make));
    shown = Math.min(items.length, shown + number);
    more.hidden = shown >= items.length;
    more.textContent = `${(items.length - shown).toLocaleString("en-US")} more`;
  };
  add(most);
  return items.length > most ? [list, more] : list;
}
