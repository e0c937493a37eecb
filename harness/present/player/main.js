// main.js - the page: one step shown at a time, chosen by the slider, keys, the list, charts or the address.

const data = JSON.parse(document.getElementById("data").textContent);
const element = (id) => document.getElementById(id);
const steps = data.steps.length;
const LIVE = 1, FOOTPRINT = 0, BLOCKS = 2, HOLES = 3, HOLE_BYTES = 4, LARGEST = 5, SLACK_BYTES = 6;
let now = -1, timer = 0, zoom = 1;

function make(name, cls, text) {
  const e = document.createElement(name);
  if (cls) {
    e.className = cls;
  }
  if (text !== undefined) {
    e.textContent = text;
  }
  return e;
}

function counted(n, noun) {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function externalPct(f) {
  return f[HOLE_BYTES] ? 100 * (1 - f[LARGEST] / f[HOLE_BYTES]) : 0;
}

// ---- what is pointed at ----

function showTip(text, event) {
  const tip = element("tip");
  tip.hidden = !text;
  if (!text) {
    return;
  }
  tip.textContent = text;
  const box = event.target.getBoundingClientRect();
  const x = event.focus ? box.left : event.clientX + 12, y = event.focus ? box.bottom + 6 : event.clientY + 16;
  tip.style.left = Math.max(4, Math.min(x, innerWidth - tip.offsetWidth - 8)) + "px";
  tip.style.top = Math.max(4, y + tip.offsetHeight > innerHeight ? box.top - tip.offsetHeight - 6 : y) + "px";
  if (event.focus) {
    element("live").textContent = text;
  }
}

// ---- a policy's panel ----

class Panel {
  constructor(index) {
    this.index = index;
    this.heap = new Heap(data, index);
    this.root = make("section", "panel");
    const title = make("h2", "", data.policies[index].label + " ");
    this.result = make("span", "result");
    this.differs = make("span", "differs");
    title.append(this.result, this.differs);
    this.bar = new Bar(`bar${index}`, showTip);
    this.told = make("dl", "told");
    this.chains = make("div", "chains");
    this.figures = make("p", "figures");
    this.table = make("details");
    this.table.append(make("summary", "", "What lies where, as a table"));
    this.body = make("div", "scroll");
    this.table.append(this.body);
    this.table.addEventListener("toggle", () => this.fillTable());
    this.root.append(title, this.told, this.bar.root, make("h3", "", "Free memory, in the policy's order"), this.chains, this.figures, this.table);
    this.root.setAttribute("aria-label", data.policies[index].label);
  }

  // The bytes at the start that are the policy's own, if they would take much of the room.
  lead(bytes) {
    let i = 0;
    while (i < this.state.spans.length && this.state.spans[i][1] === META) {
      i++;
    }
    const lead = i < this.state.spans.length ? this.state.at[i] : 0;
    return lead > bytes / 10 ? lead : 0;
  }

  // Where that which follows the heap begins, its bookkeeping and what was never taken, if that would take
  // much of the room; else where the region ends.
  tail() {
    let i = this.state.spans.length;
    while (i > 0 && (this.state.spans[i - 1][1] === META || this.state.spans[i - 1][1] === ABSENT)) {
      i--;
    }
    const tail = i > 0 && i < this.state.spans.length ? this.state.at[i] : this.state.end;
    const much = this.state.end - tail > (tail - this.lead(this.state.end)) / 10;
    return much && this.state.spans.length - i <= 3 ? tail : this.state.end;
  }

  // The bytes of the heap itself.
  inner() {
    return this.tail() - this.lead(this.state.end);
  }

  prepare(step) {
    this.step = data.steps[step].p[this.index];
    this.state = this.heap.state(step);
    this.before = step > 0 ? this.heap.state(step - 1) : this.state;
    this.looks = this.step.l[1].map((i) => this.before.at[i]);
  }

  // The window of `bytes` around what changed; in quarters of itself, so that it rarely moves. What lies before
  // `lead` and from `tail` on is drawn shorter; the overview ends at `inner`.
  view(bytes, whole) {
    const lead = this.lead(bytes), tail = this.tail();
    if (whole || tail - lead <= bytes) {
      return { low: 0, high: Math.max(bytes + lead, tail), lead, tail, inner: tail };
    }
    const quarter = bytes / 8, focus = this.step.at + this.changedBytes() / 2;
    const low = Math.max(lead, Math.min(Math.floor((focus - bytes / 2) / quarter) * quarter, tail - bytes));
    return { low, high: low + bytes, lead: low <= lead ? lead : 0, tail: low + bytes < tail ? this.state.end : tail, inner: tail };
  }

  changedIndex() {
    return this.step.at < this.state.end && now > 0 ? spanAt(this.state, this.step.at) : -1;
  }

  changedBytes() {
    const changed = this.changedIndex();
    return changed < 0 ? 0 : this.state.spans[changed][0];
  }

  draw(bytes, whole) {
    const width = Math.max(240, this.root.clientWidth - 24);
    const changed = this.changedIndex();
    const heads = drawChains(this.chains, data, this.state, changed, this.looks);
    this.bar.draw(data, this.state, this.view(bytes, whole), width, changed, this.looks, heads);
    this.tell();
    this.fillTable();
  }

  tell() {
    const f = this.step.f;
    this.result.textContent = this.step.r;
    this.told.replaceChildren();
    if (this.step.l[0]) {
      this.told.append(make("dt", "", "looked at"), make("dd", "", this.looksText()));
    }
    for (const [topic, text] of this.step.t) {
      this.told.append(make("dt", "", data.topics[topic]), make("dd", "", text));
    }
    if (this.step.c.length) {
      this.told.append(make("dt", "", "counters"), make("dd", "", this.step.c.map(([i, by]) => `${data.counters[i]} +${by}`).join(", ")));
    }
    if (!data.policies[this.index].walked) {
      this.figures.textContent = `${f[FOOTPRINT]} bytes: ${f[LIVE]} live in ${counted(f[BLOCKS], "block")}; the policy does not show what the rest is`;
      this.chains.textContent = "not known: the policy does not show its inside";
      return;
    }
    this.figures.textContent = `${f[FOOTPRINT]} bytes: ${f[LIVE]} live in ${counted(f[BLOCKS], "block")}, ${f[HOLE_BYTES]} in ${counted(f[HOLES], "hole")}` +
      (f[HOLES] > 1 ? `, the largest ${f[LARGEST]}` : "") + (f[SLACK_BYTES] ? `, ${f[SLACK_BYTES]} kept` : "") + `; external fragmentation ${externalPct(f).toFixed(1)} %`;
  }

  looksText() {
    const [count, list] = this.step.l, taken = this.step.k;
    const words = list.slice(0, 8).map((i) => `${this.before.spans[i][0]} at ${this.before.at[i] + data.base}${i === taken ? " (taken)" : ""}`);
    return `${counted(count, "hole")}: ${words.join(", ")}${count > words.length ? ` and ${count - words.length} more` : ""}`;
  }

  // For readers of tables: at most 200 spans around the change, only while it is open.
  fillTable() {
    if (!this.table.open) {
      return;
    }
    const middle = Math.max(0, spanAt(this.state, Math.min(this.step.at, this.state.end - 1)));
    const from = Math.max(0, middle - 100), table = make("table"), head = make("tr");
    ["address", "bytes", "kind", "asked", "block"].forEach((t) => head.append(make("th", "", t)));
    table.append(head);
    this.state.spans.slice(from, from + 200).forEach((span, n) => {
      const row = make("tr");
      [this.state.at[from + n] + data.base, span[0], KINDS[span[1]], span[1] === USED ? span[5] : "", span[1] === USED ? blockName(span) : ""]
        .forEach((t) => row.append(make("td", "", t)));
      table.append(row);
    });
    this.body.replaceChildren(table);
  }
}

// ---- the whole page ----

const panels = data.policies.map((_, i) => new Panel(i));
panels.forEach((p) => element("panels").append(p.root));

function figure(policy, read) {
  return data.steps.map((s) => read(s.p[policy].f));
}

function makeCharts() {
  const many = panels.length > 1;
  // a policy from a file is called by the end of its path
  const label = (i) => data.policies[i].label.replace(/^[^:]*\/([^/:]*\/[^/:]*)/, "$1");
  const lines = (name, colour, read) => panels.map((_, i) => ({
    label: many ? `${name}, ${label(i)}` : name, colour, dash: DASHES[i % DASHES.length], values: figure(i, read), walked: data.policies[i].walked }));
  const external = lines("external", "external", externalPct).filter((l) => l.walked);
  const charts = [
    new Chart("Footprint and live bytes", "bytes",
              [{ label: "live bytes", colour: "live", dash: "", values: figure(0, (f) => f[LIVE]) }, ...lines("footprint", "footprint", (f) => f[FOOTPRINT])], data.from, go),
  ];
  if (external.length) {
    charts.push(new Chart("External fragmentation", "percent: 1 - largest hole / all holes", external, data.from, go));
  }
  return charts;
}

const charts = makeCharts();
charts.forEach((c) => element("charts").append(c.element));

function differences() {
  const first = panels[0];
  panels.slice(1).forEach((p) => {
    // addresses are compared as counted from the first block, as headers and tables differ
    const differs = p.step.a !== first.step.a ? (p.step.a < 0 || first.step.a < 0 ? "the outcome differs" : "the address differs") : "";
    p.differs.textContent = differs ? ` \u2260 ${differs}` : "";
  });
}

function draw() {
  panels.forEach((p) => p.prepare(now));
  const whole = element("zoom").value === "whole";
  const largest = Math.max(...panels.map((p) => p.inner()));
  const room = Math.max(240, panels[0].root.clientWidth);
  const around = 1.5 * Math.max(...panels.map((p) => p.changedBytes())) * (zoom < 1 ? 1 / zoom : 1);
  const bytes = whole ? largest : Math.max(16, Math.min(largest, Math.max(2.5 * room / zoom, zoom > 1 ? 0 : around)));
  panels.forEach((p) => p.draw(bytes, whole));
  differences();
}

function numberOf(step) {
  return data.from + step;
}

function go(step) {
  step = Math.max(0, Math.min(steps - 1, step));
  if (step === now) {
    return;
  }
  const list = element("list");
  list.children[now]?.removeAttribute("aria-current");
  now = step;
  const row = list.children[now], text = `step ${numberOf(now)}: ${data.steps[now].o}`;
  row.setAttribute("aria-current", "step");
  if (row.offsetTop < list.scrollTop || row.offsetTop + row.offsetHeight > list.scrollTop + list.clientHeight) {
    list.scrollTop = row.offsetTop - list.clientHeight / 3;
  }
  element("slider").value = now;
  element("slider").setAttribute("aria-valuetext", text);
  element("where").textContent = `step ${numberOf(now)} of ${numberOf(steps - 1)}: ${data.steps[now].o}`;
  ["first", "back"].forEach((id) => { element(id).disabled = now === 0; });
  ["last", "forward"].forEach((id) => { element(id).disabled = now === steps - 1; });
  showTip(null);
  draw();
  charts.forEach((c) => c.mark(now));
  if (!timer) {
    element("live").textContent = `${text}. ${panels.map((p) => p.step.r).join("; ")}`;
    history.replaceState(null, "", `#step=${numberOf(now)}`);
  }
}

function play(on) {
  clearTimeout(timer);
  timer = 0;
  element("play").textContent = on ? "\u25A0 Stop" : "\u25B6 Play";
  element("play").setAttribute("aria-label", on ? "Stop" : "Play");
  if (!on) {
    history.replaceState(null, "", `#step=${numberOf(now)}`);
    return;
  }
  if (now === steps - 1) {
    go(0);
  }
  const tick = () => {
    timer = setTimeout(tick, +element("speed").value);
    go(now + 1);
    if (now === steps - 1) {
      play(false);
    }
  };
  timer = setTimeout(tick, +element("speed").value);
}

const IS = {
  "": () => true,
  alloc: (s) => s.n === "alloc",
  free: (s) => s.n === "free",
  split: (s) => s.p.some((p) => p.t.some(([t]) => data.topics[t] === "split")),
  join: (s) => s.p.some((p) => p.t.some(([t]) => data.topics[t] === "joined")),
  grow: (s) => s.p.some((p) => p.t.some(([t]) => data.topics[t] === "grew")),
  fail: (s) => s.p.some((p) => p.r === "returned NULL"),
};

function seek() {
  const is = IS[element("event").value];
  for (let i = now + 1; i < steps; i++) {
    if (is(data.steps[i])) {
      go(i);
      return;
    }
  }
  element("live").textContent = "There is no such step after this one.";
}

function zoomBy(factor) {
  zoom = Math.max(1 / 4096, Math.min(16, zoom * factor));
  element("zoom").value = "follow";
  draw();
}

function stepOfAddress() {
  const match = /step=(\d+)/.exec(location.hash);
  return match ? +match[1] - data.from : 0;
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(SELECT|INPUT)$/.test(event.target.tagName)) {
    return;
  }
  const onButton = event.target.tagName === "BUTTON" || event.target.tagName === "SUMMARY";
  const act = { ArrowLeft: () => go(now - 1), ArrowRight: () => go(now + 1), Home: () => go(0), End: () => go(steps - 1),
                PageUp: () => go(now - 10), PageDown: () => go(now + 10), n: seek, "+": () => zoomBy(2), "-": () => zoomBy(0.5),
                " ": onButton ? null : () => play(!timer) }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}

function legend() {
  const kinds = [["payload", "payload"], ["header", "header, footer"], ["padding", "padding"], ["free", "hole"], ["link", "link in a hole"],
                 ["slack", "free, kept for one size"], ["meta", "the policy's own data"]];
  for (const [kind, text] of kinds) {
    const item = make("span"), root = svg("svg", { viewBox: "0 0 26 15" }, svg("rect", { class: kind, width: 26, height: 15 }));
    if (document.getElementById(`bar0${kind}`)) {
      root.append(svg("rect", { width: 26, height: 15, fill: `url(#bar0${kind})` }));
    }
    root.append(svg("rect", { class: "edge", x: 0.5, y: 0.5, width: 25, height: 14 }));
    item.append(root, text);
    element("legend").append(item);
  }
}

function start() {
  element("subtitle").textContent = `${data.timeline}; steps ${data.from} to ${numberOf(steps - 1)}. Addresses are in bytes from ${data.base}.`;
  const rows = document.createDocumentFragment();
  data.steps.forEach((s, i) => {
    const row = make("li");
    row.append(make("span", "number", numberOf(i)), s.o);
    row.addEventListener("click", () => { play(false); go(i); });
    rows.append(row);
  });
  element("list").append(rows);
  element("slider").max = steps - 1;
  element("slider").addEventListener("input", () => { play(false); go(+element("slider").value); });
  const buttons = { first: () => go(0), back: () => go(now - 1), forward: () => go(now + 1), last: () => go(steps - 1), seek, zoomin: () => zoomBy(2), zoomout: () => zoomBy(0.5) };
  for (const [id, act] of Object.entries(buttons)) {
    element(id).addEventListener("click", () => { if (id !== "zoomin" && id !== "zoomout") { play(false); } act(); });
  }
  element("play").addEventListener("click", () => play(!timer));
  element("zoom").addEventListener("change", draw);
  document.addEventListener("keydown", key);
  addEventListener("hashchange", () => go(stepOfAddress()));
  addEventListener("resize", resize);
  charts.forEach((c) => c.draw(Math.max(280, c.element.clientWidth)));
  go(stepOfAddress());
  legend();
}

function resize() {
  charts.forEach((c) => { c.draw(Math.max(280, c.element.clientWidth)); c.mark(now); });
  draw();
}

start();
