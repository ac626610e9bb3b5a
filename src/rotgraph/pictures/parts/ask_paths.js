// In: the names of a query: its class, the steps of its paths. Out: what they mean in the schema. A port of `query/bind_path.py`.

class PathBinder {
  constructor(graph, text) {
    this.graph = graph;
    this.schema = graph.schema;
    this.text = text;
    this.intrinsic = new Map(this.schema.intrinsic.map(field => [field.name, field]));
  }
  wrong(message, place, help = "") {
    throw new AskError(message, place.start, place.end, help);
  }
  beyond(what, place) {
    throw new BeyondPage(what, place.start, place.end);
  }
  classNamed(text) {
    return [text, ...numbers(loose(text))].map(word => this.schema.byWord.get(loose(word))).find(Boolean);
  }
  cls(name) {
    const found = this.classNamed(name.text);
    if (found) return found;
    const near = closest(
      name.text,
      this.schema.classes.filter(each => this.graph.members(each).length).map(each => each.plural),
    );
    return this.wrong(`there is no class \`${name.text}\``, name, near.length ? `did you mean ${say(near)}?` : "");
  }

  columns(cls, star, typing) {
    const above = this.schema.line(cls);
    const inherited = part => {
      if (cls[part].length && !(part === "key" && cls.key.join() === "name")) return cls[part];
      return part === "columns" ? above.slice(1).find(each => each.columns.length)?.columns || [] : [];
    };
    const named = names =>
      [...new Set(names)]
        .filter(name => [...this.schema.fields(cls).keys()].some(each => loose(each) === loose(name)))
        .map(name => ({ ...this.path({ steps: [{ text: name, start: 0, end: 0 }], start: 0, end: 0 }, typing), name }));
    if (star)
      return named(["name", ...[...this.schema.fields(cls).keys()].filter(name => !this.intrinsic.has(name)), "note", "line"]);
    for (const names of [inherited("columns"), inherited("key"), ["name"]]) {
      const shown = named(names);
      if (shown.length) return shown;
    }
    return [];
  }

  // paths

  path(path, from, keep = false) {
    let typing = from,
      certain = true; // the classes are those of what stands here; elsewhere ranges only say what may
    const steps = [];
    path.steps.forEach((name, number) => {
      if (!typing.kinds.includes("thing") && !typing.kinds.includes("any"))
        this.beyond(`a part of ${SAID[typing.kinds[0]] || "a value"}`, name);
      const [step, after] = this.step(typing, name, number === 0);
      steps.push(step);
      const owners = certain && step.form !== "inverse" ? typing.classes : [];
      typing = { ...after, single: typing.single && after.single, said: name.text, owners };
      certain = step.form === "inverse" && step.classes.length > 0;
    });
    if (path.counted)
      return { steps, counted: true, typing: { kinds: ["integer"], classes: [], unit: "", single: true, prop: "", said: "count" } };
    if (!keep) {
      const more = this.value(typing);
      if (more) {
        steps.push(more[0]);
        const owners = certain ? typing.classes : [];
        typing = { ...more[1], said: typing.said, single: typing.single && more[1].single, owners };
      }
    }
    return { steps, typing };
  }
  /** Where a path ends at observations: the step to the value that stands for them. */
  value(typing) {
    if (typing.kinds.join() !== "thing" || !typing.classes.length) return null;
    const names = [...new Set(typing.classes.map(name => this.schema.byName.get(name)?.value || ""))];
    if (names.length !== 1 || !names[0]) return null;
    const fields = typing.classes.map(name => this.schema.fields(this.schema.byName.get(name)).get(names[0])).filter(Boolean);
    return this.ofFields(fields);
  }
  step(typing, name, row) {
    const word = name.text,
      circles = [this.atHand, this.beneath, this.sameWorld, ...(row ? [] : [this.around])];
    for (const spelling of [word, ...numbers(loose(word))])
      for (const headers of spelling === word ? [false, true] : [false])
        for (const look of circles) {
          const found = spelling && look.call(this, typing.classes, spelling, headers);
          if (found) return found;
        }
    if (["year", "quarter", "month", "start", "end", "low", "high", "number", "unit"].includes(loose(word)))
      this.beyond("a part of a value", name);
    const words = typing.classes.flatMap(each => [...this.schema.fields(this.schema.byName.get(each)).keys()]),
      near = closest(word, words);
    const who = typing.classes.length ? say(typing.classes) : "a thing";
    return this.wrong(
      `${who} has no field \`${word}\``,
      name,
      near.length ? `did you mean ${say(near)}?` : words.length ? `its fields: ${words.slice(0, 10).join(", ")} …` : "",
    );
  }
  fieldOf(cls, word, headers) {
    for (const field of this.schema.fields(cls).values()) {
      if (headers ? field.headers.some(each => loose(each) === loose(word)) : loose(field.name) === loose(word))
        return this.intrinsic.get(field.name) || field;
    }
    return null;
  }
  everywhere(word, headers) {
    return this.schema.classes.flatMap(each =>
      each.fields.filter(field =>
        headers ? field.headers.some(header => loose(header) === loose(word)) : loose(field.name) === loose(word),
      ),
    );
  }
  atHand(classes, word, headers) {
    if (!classes.length) return this.around(classes, word, headers);
    const fields = classes.map(name => this.fieldOf(this.schema.byName.get(name), word, headers)).filter(Boolean);
    if (fields.length || headers) return this.ofFields(fields);
    return this.ofInverses(classes.flatMap(name => this.inverse(name, word, false)));
  }
  beneath(classes, word, headers) {
    const every = classes.includes("thing"),
      is = (owner, name) => this.schema.isA(this.schema.byName.get(owner), name);
    return this.ofFields(
      this.everywhere(word, headers).filter(
        field => (every && this.schema.byName.get(field.owner).named) || classes.some(name => is(field.owner, name)),
      ),
    );
  }
  sameWorld(classes, word, headers) {
    return headers ? null : this.ofInverses(classes.flatMap(name => this.inverse(name, word, true)));
  }
  around(classes, word, headers) {
    if (!headers && !classes.length && this.intrinsic.has(loose(word))) return this.ofFields([this.intrinsic.get(loose(word))]);
    const world = name => this.schema.world(this.schema.byName.get(name)),
      worlds = classes.map(world);
    const fields = this.everywhere(word, headers).filter(field => !worlds.length || worlds.includes(world(field.owner)));
    if (fields.length || headers || classes.length) return this.ofFields(fields);
    return this.ofInverses(this.inverses(word));
  }
  inverses(word) {
    for (const [name, fields] of this.schema.inverses) if (loose(name) === loose(word)) return fields;
    return [];
  }
  inverse(name, word, anyOfWorld) {
    const cls = this.schema.byName.get(name),
      of = range => this.schema.byName.get(range);
    return this.inverses(word).filter(
      field =>
        !field.ranges.length ||
        field.ranges.some(range => this.schema.isA(cls, range) || (of(range) && this.schema.isA(of(range), name))) ||
        (anyOfWorld && field.ranges.some(range => of(range) && this.schema.world(of(range)) === this.schema.world(cls))),
    );
  }
  ofFields(fields) {
    if (!fields.length) return null;
    const name = fields[0].name,
      same = fields.filter(field => field.name === name);
    if (this.intrinsic.has(name) && same[0].inverse) return this.landing(same[0].inverse, same[0].ranges, name);
    const kinds = same.some(field => field.kind === "any") ? ["any"] : [...new Set(same.map(field => field.kind))];
    const units = [...new Set(same.map(field => field.unit))],
      open = same.some(field => field.kind === "thing" && !field.ranges.length);
    const typing = {
      kinds,
      classes: open ? [] : [...new Set(same.flatMap(field => field.ranges))],
      unit: units.length === 1 ? units[0] : "",
      single: same.every(field => field.single),
      prop: name,
      said: name,
    };
    return [{ name, form: this.intrinsic.has(name) ? "intrinsic" : "property" }, typing];
  }
  ofInverses(fields) {
    if (!fields.length) return null;
    return this.landing(
      fields[0].name,
      [...new Set(fields.filter(field => field.name === fields[0].name).map(field => field.owner))],
      fields[0].name,
    );
  }
  landing(name, owners, said) {
    const typing = { kinds: ["thing"], classes: owners, unit: "", single: false, prop: "", said };
    return [{ name, form: "inverse", classes: owners.map(each => this.schema.byName.get(each)) }, typing];
  }
}

function* numbers(word) {
  yield `${word}s`;
  yield `${word}es`;
  if (word.endsWith("y")) yield `${word.slice(0, -1)}ies`;
  if (word.endsWith("ies")) yield `${word.slice(0, -3)}y`;
  if (word.endsWith("es")) {
    yield word.slice(0, -2);
    yield `${word.slice(0, -2)}is`;
  }
  if (word.endsWith("s")) yield word.slice(0, -1);
}
function say(words, last = "or") {
  const quoted = words.map(word => `\`${word}\``);
  return quoted.length < 2 ? quoted.join() : `${quoted.slice(0, -1).join(", ")} ${last} ${quoted.at(-1)}`;
}
