// What all charts share: title, tools, values at the pointer and by keyboard, and export.
//
// A view (views.js) says what a chart shows:
//   {title, caption, label (for who cannot see it), set, key: [{text, ink, dash}], x: {kinds: [...]}, y: {...},
//    zoom: whether x can be zoomed, choices: {text, options} for a menu, broad, draw(chart)}
// and its draw makes the marks of chart.svg, of chart.width pixels, and returns the height; it calls
// chart.target(x, y, text, policy) for each value that can be asked for.
"use strict";

const PAPER = 690; // pixels of the width of A4 between its margins
const NEAR = 40; // pixels within which the pointer finds a value

class Chart {
  constructor(view) {
    this.view = view;
    this.kind = { x: view.x?.kinds[0] ?? "linear", y: view.y?.kinds[0] ?? "linear" };
    this.window = null; // of x, [from, to], if zoomed
    this.choice = view.choices?.options[0] ?? null;
    this.targets = [];
    this.at = -1; // the target that is read out
    this.readout = el("p", { class: "readout", "aria-live": "polite" });
    this.plot = el("div", { class: "plot", tabindex: 0, role: "group", "aria-label": `${view.label} Arrow keys go from value to value.` });
    this.key = el("ul", { class: "key" });
    this.element = el("figure", { id: `figure-${view.name}`, class: view.broad ? "broad" : null },
      el("h3", {}, view.title), this.tools(), this.key, this.plot, this.readout, el("figcaption", {}, view.caption));
    this.listen();
  }

  // --- tools ---

  toggle(axis) {
    const kinds = this.view[axis]?.kinds ?? [];
    if (kinds.length < 2) return null;
    const log = (kind) => kind !== "linear";
    return el("button", { type: "button", "aria-pressed": String(log(this.kind[axis])), onclick: (event) => {
      this.kind[axis] = kinds[(kinds.indexOf(this.kind[axis]) + 1) % kinds.length];
      event.currentTarget.setAttribute("aria-pressed", String(log(this.kind[axis])));
      this.draw();
    } }, `log ${axis}`);
  }

  tools() {
    const { choices, zoom, title } = this.view;
    const button = (text, label, act) => el("button", { type: "button", "aria-label": `${label}: ${title}`, onclick: act }, text);
    const menu = choices && choices.options.length > 1 &&
      el("select", { "aria-label": `${choices.text} of ${title}`, onchange: (event) => { this.choice = event.currentTarget.value; this.draw(); } },
        ...choices.options.map((option) => el("option", {}, option)));
    return el("div", { class: "tools" }, menu || null, this.toggle("x"), this.toggle("y"),
      zoom ? button("+", "Zoom in", () => this.zoom(0.5)) : null,
      zoom ? button("\u2212", "Zoom out", () => this.zoom(2)) : null,
      zoom ? button("all", "Show all of x", () => { this.window = null; this.draw(); }) : null,
      button("SVG", "Save as SVG", () => save(this.file("svg"), "image/svg+xml", picture(this.svg))),
      button("PNG", "Save as PNG", () => savePng(this.file("png"), this.svg)),
      button("CSV", "Save as CSV", () => save(this.file("csv"), "text/csv", csvOf(this.view.set))));
  }

  file(suffix) {
    return `${this.view.name}.${suffix}`;
  }

  // --- drawing ---

  draw() {
    this.width = Chart.paper || Math.max(260, Math.floor(this.plot.clientWidth || 560));
    this.targets = [];
    this.at = -1;
    this.svg = svg("svg", { role: "img", "aria-label": this.view.label, width: this.width });
    const height = this.view.draw(this);
    this.svg.setAttribute("height", height);
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
    this.ring = svg("circle", { r: 6, fill: "none", stroke: "var(--accent)", "stroke-width": 2, visibility: "hidden" });
    this.svg.append(this.ring);
    this.plot.replaceChildren(this.svg);
    this.drawKey();
    mark(null);
  }

  drawKey() {
    this.key.replaceChildren(...(this.view.key || []).map(({ text, ink, dash, area, policy }) => {
      const sample = area ? svg("rect", { width: 14, height: 10, y: 1, fill: ink, stroke: "var(--faint)", "stroke-width": 0.5 })
        : svg("line", { x1: 0, x2: 24, y1: 6, y2: 6, stroke: ink, "stroke-width": 2.5, "stroke-dasharray": dash || null });
      return el("li", { "data-policy": policy }, svg("svg", { width: area ? 14 : 24, height: 12, "aria-hidden": "true" }, sample), text);
    }));
  }

  target(x, y, text, policy) {
    this.targets.push({ x, y, text, policy });
  }

  // The domain of x: all of it, or what is zoomed into.
  domain(whole) {
    this.whole = whole;
    return this.window ?? whole;
  }

  // Around what is read out, or around the middle.
  zoom(factor) {
    if (!this.whole) return;
    const [low, high] = this.window ?? this.whole;
    const middle = this.targets[this.at] ? this.scaleX.invert(this.targets[this.at].x) : (low + high) / 2;
    const half = ((high - low) / 2) * factor;
    const from = Math.max(this.whole[0], middle - half), to = Math.min(this.whole[1], middle + half);
    this.window = to - from >= (this.whole[1] - this.whole[0]) * 0.999 ? null : [from, to];
    this.draw();
  }

  // --- values ---

  read(index, pointer) {
    const target = this.targets[index];
    this.at = target ? index : -1;
    this.ring.setAttribute("visibility", target ? "visible" : "hidden");
    if (!target) {
      hideTip();
      mark(null);
      return;
    }
    this.ring.setAttribute("cx", target.x);
    this.ring.setAttribute("cy", target.y);
    this.readout.textContent = target.text.replaceAll("\n", ", ");
    const box = this.svg.getBoundingClientRect();
    showTip(target.text, pointer?.clientX ?? box.left + target.x, pointer?.clientY ?? box.top + target.y);
    if (target.policy) mark(target.policy);
  }

  nearest(x, y) {
    let best = -1, distance = NEAR * NEAR;
    this.targets.forEach((target, i) => {
      const d = (target.x - x) ** 2 + (target.y - y) ** 2;
      if (d < distance) [best, distance] = [i, d];
    });
    return best;
  }

  listen() {
    let from = null;
    const place = (event) => {
      const box = this.svg.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    this.plot.addEventListener("pointermove", (event) => {
      const [x, y] = place(event);
      if (from !== null && this.view.zoom) this.select(from, x);
      else this.read(this.nearest(x, y), event);
    });
    this.plot.addEventListener("pointerdown", (event) => ([from] = place(event)));
    this.plot.addEventListener("pointerup", (event) => {
      const [x, y] = place(event);
      if (from !== null && this.view.zoom && Math.abs(x - from) > 12) this.zoomTo(from, x);
      else if (this.targets[this.nearest(x, y)]?.policy) pin(this.targets[this.nearest(x, y)].policy);
      from = null;
    });
    this.plot.addEventListener("pointerleave", () => { from = null; this.read(-1); });
    this.plot.addEventListener("blur", () => this.read(-1));
    this.plot.addEventListener("keydown", (event) => this.press(event));
  }

  // The span that is being dragged over.
  select(from, to) {
    this.svg.querySelector(".selection")?.remove();
    this.svg.append(svg("rect", { class: "selection", x: Math.min(from, to), y: 0, width: Math.abs(to - from), height: this.svg.getAttribute("height"), fill: "var(--accent)", "fill-opacity": 0.15 }));
  }

  zoomTo(from, to) {
    const ends = [this.scaleX.invert(Math.min(from, to)), this.scaleX.invert(Math.max(from, to))];
    this.window = [Math.max(this.whole[0], ends[0]), Math.min(this.whole[1], ends[1])];
    this.draw();
  }

  press(event) {
    const next = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const other = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (next) this.read((this.at + next + this.targets.length) % Math.max(1, this.targets.length));
    else if (other) this.read(this.nextPolicy(other));
    else if (event.key === "+" && this.view.zoom) this.zoom(0.5);
    else if (event.key === "-" && this.view.zoom) this.zoom(2);
    else if (event.key === "0" && this.view.zoom) { this.window = null; this.draw(); }
    else if (event.key === "Enter" && this.targets[this.at]?.policy) pin(this.targets[this.at].policy);
    else return;
    event.preventDefault();
  }

  // The value of the next policy that is nearest to what is read out.
  nextPolicy(step) {
    const policies = [...new Set(this.targets.map((target) => target.policy))];
    const now = this.targets[this.at] ?? this.targets[0];
    if (!now) return -1;
    const policy = policies[(policies.indexOf(now.policy) + step + policies.length) % policies.length];
    let best = -1;
    this.targets.forEach((target, i) => {
      if (target.policy === policy && (best < 0 || Math.abs(target.x - now.x) < Math.abs(this.targets[best].x - now.x))) best = i;
    });
    return best;
  }
}

// --- export ----------------------------------------------------------------------------------------

function save(name, type, text) {
  const url = URL.createObjectURL(text instanceof Blob ? text : new Blob([text], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// The SVG as a file of its own: with the colours of now in place of their names, on their ground.
function picture(source) {
  const copy = source.cloneNode(true);
  const style = getComputedStyle(document.documentElement);
  const [width, height] = [source.getAttribute("width"), source.getAttribute("height")];
  copy.setAttribute("xmlns", SVG);
  copy.prepend(svg("style", {}, `text { font: 11px "Liberation Sans", Arial, sans-serif; fill: ${style.getPropertyValue("--ink")}; }`),
    svg("rect", { width, height, fill: style.getPropertyValue("--ground").trim() }));
  return new XMLSerializer().serializeToString(copy).replace(/var\((--\w+)\)/g, (_, name) => style.getPropertyValue(name).trim());
}

function savePng(name, source) {
  const image = new Image();
  const times = 3; // enough pixels for print
  image.onload = () => {
    const canvas = el("canvas", { width: image.width * times, height: image.height * times });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(name, "image/png", blob), "image/png");
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture(source))}`;
}
