// In: what somebody types. Out: names and lines that hold it. The bytes of the texts are searched as they are: nothing is decoded
// but what is shown, so that a vault of ten thousand notes needs no index.

const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));

/** Text numbers from `first` on and before `last` that hold all the words, whatever stands between them; at most so many. */
function textsHolding(graph, words, first, last, most) {
  const pieces = words.split(SPACES).filter(Boolean),
    longest = pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), ""),
    small = longest.toLowerCase(),
    spellings = ASCII.test(longest) ? [small] : new Set([small, longest.toUpperCase(), longest].map(each => each.normalize("NFC")));
  const found = new Set();
  for (const needle of spellings) {
    const sought = new TextEncoder().encode(needle).map(byte => LOWER[byte]);
    scan(graph, sought, first, last, most, found);
  }
  const others = pieces.filter(piece => piece !== longest).map(fold);
  return others.length ? new Set([...found].filter(id => holdsAll(fold(graph.text(id)), others))) : found;
}
const holdsAll = (text, words) => words.every(word => text.includes(word));
function scan(graph, needle, first, last, most, found) {
  const { bytes, offsets } = graph,
    size = needle.length,
    start = needle[0],
    end = offsets[last] - size;
  if (size === 1) {
    for (let id = first; id < last && found.size < most; id++)
      if (offsets[id] < offsets[id + 1] && LOWER[bytes[offsets[id]]] === start) found.add(id);
    return;
  }
  let id = first;
  for (let at = offsets[first]; at <= end && found.size < most; at++) {
    if (LOWER[bytes[at]] !== start) continue;
    let same = 1;
    while (same < size && LOWER[bytes[at + same]] === needle[same]) same++;
    if (same < size) continue;
    id = lower(offsets, at + 1, id, last) - 1;
    if (at + size <= offsets[id + 1]) {
      found.add(id);
      at = offsets[id + 1] - 1;
    }
  }
}

/** Nodes whose label or alias holds the words: best first. */
function findNames(graph, words, most = 8) {
  const wanted = fold(words);
  if (!wanted) return [];
  const c = graph.columns,
    known = namesOf(graph),
    marks = new Set([...known.beginning(wanted, 1000), ...textsHolding(graph, words, 0, graph.head.names, 4000)]),
    best = new Map();
  const rank = text => {
    const at = text.indexOf(wanted);
    return text === wanted ? 0 : at === 0 ? 1 : at > 0 && !/[\p{L}\p{N}]/u.test(text[at - 1]) ? 2 : 3;
  };
  for (const id of marks) {
    const score = rank(fold(graph.text(id)));
    for (const node of known.nodes(id)) if (!(best.get(node) <= score)) best.set(node, score);
  }
  // a note that a thing of the same name is about says nothing that the thing's page does not
  const shown = new Set([...best.keys()].filter(node => c.node_world[node] === 0).map(node => c.node_label[node]));
  return [...best]
    .filter(([node]) => c.node_world[node] !== 1 || !shown.has(c.node_label[node]))
    .map(([node, score]) => [score, [0, 2, 1][c.node_world[node]], -graph.degree(node), node])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3])
    .slice(0, most)
    .map(each => each[3]);
}

/** Lines of the notes that hold the words: { text, place, node }. */
function findLines(graph, words, most = 100) {
  if (words.trim().length < 2) return [];
  const c = graph.columns,
    marks = textsHolding(graph, words, 0, c.text_length.length, 5000),
    found = [],
    seen = new Set();
  const put = (text, place, node) => {
    const key = place ? `${place.note}:${place.line}` : "";
    if (!place || seen.has(key) || found.length >= most) return;
    seen.add(key);
    found.push({ text: graph.lineText(place) || text, place, node });
  };
  const [sources, facts] = graph.users(marks);
  for (const node of sources) put(graph.source(node), graph.place(node), node);
  for (const fact of facts) put(graph.text(c.fact_value[fact]), graph.places(fact)[0], c.fact_subject[fact]);
  return found;
}
