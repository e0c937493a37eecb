// bar.js - a heap as a bar to scale, with the links as arrows, and an overview of the whole region.

const SVG = "http://www.w3.org/2000/svg";
const ARCS = 46, BAR = 44, ADDRESSES = 18, OVERVIEW = 14; // heights in pixels
const LEAD = 66; // width of what is at the start or the end and not the heap's, where it would take too much room
const ARROWS_MOST = 80, CHARACTER = 6.7;

function svg(name, attributes, ...children) {
  const e = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    e.setAttribute(key, value);
  }
  e.append(...children);
  return e;
}

function svgText(text, attributes) {
  const e = svg("text", attributes);
  e.textContent = text;
  return e;
}

// Patterns that tell kinds apart without colours.
function patterns(id) {
  const lines = (name, path, size) => svg("pattern", { id: id + name, width: size, height: size, patternUnits: "userSpaceOnUse" },
    svg("path", { d: path, stroke: "var(--hatch)", "stroke-width": 1, fill: "none" }));
  return svg("defs", {}, lines("free", "M0 8L8 0M-2 2L2 -2M6 10L10 6", 8), lines("slack", "M0 3H6", 6),
             lines("padding", "M2 2V2.9M5 5V5.9", 6), lines("absent", "M0 0L8 8M0 8L8 0", 8));
}

// Bytes to pixels: the bytes of the policy's data at the start may be drawn in LEAD pixels, and so may each of
// the spans from view.tail on.
function scaleOf(state, view, width) {
  const left = view.lead > 0 && view.low <= view.lead ? LEAD : 0, first = spanAt(state, view.tail);
  const right = first < 0 ? 0 : LEAD * (state.spans.length - first);
  const low = left ? view.lead : view.low, high = Math.max(view.high, low + 1);
  const perByte = (width - left - right) / (high - low);
  const x = (at) => {
    if (right && at >= view.tail) {
      const i = at >= state.end ? state.spans.length : spanAt(state, at);
      const within = at >= state.end ? 0 : (at - state.at[i]) / state.spans[i][0];
      return left + (view.tail - low) * perByte + LEAD * (i - first + within);
    }
    return at < low ? (left ? Math.min(left, left * at / view.lead) : 0) : Math.min(width, left + (at - low) * perByte);
  };
  return { low, high, left, perByte, x, tail: right ? view.tail : Infinity, end: right ? view.tail : high };
}

// A number of bytes that has room in LEAD pixels.
function shortBytes(bytes) {
  return bytes < 1e8 ? `${bytes}` : bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(0)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function labelOf(part, span) {
  switch (isListed(part, span) ? "free" : part.kind) {
  case "payload": return [`${blockName(span)} ${span[5]}`, blockName(span)];
  case "free": return [`hole ${span[0]}`, `${span[0]}`];
  case "slack": return [`kept ${span[0]}`, "kept"];
  case "header": return ["header", "hdr", "h"];
  case "footer": return ["footer", "f"];
  case "padding": return ["padding", "pad"];
  case "meta": return [`data ${span[0]}`, "data"];
  case "link": return [part.name, part.name.slice(0, 1)];
  default: return [];
  }
}

class Bar {
  constructor(id, describe) {
    this.id = id;
    this.describe = describe; // called with the text of the range that is pointed at, and the event
    this.root = svg("svg", { id: `${id}-svg`, role: "group", tabindex: 0, "aria-roledescription": "heap" });
    this.chosen = -1;
    this.root.addEventListener("keydown", (e) => this.key(e));
    this.root.addEventListener("pointerover", (e) => this.point(e));
    this.root.addEventListener("pointerout", () => describe(null));
    this.root.addEventListener("blur", () => this.choose(-1));
  }

  point(event) {
    const index = event.target.dataset ? event.target.dataset.range : undefined;
    this.describe(index === undefined ? null : this.ranges[index].text(), event);
  }

  key(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || !this.ranges.length) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.choose((this.chosen + by + this.ranges.length + (this.chosen < 0 && by < 0 ? 1 : 0)) % this.ranges.length);
  }

  choose(index) {
    this.root.querySelector(".chosen")?.classList.remove("chosen");
    this.chosen = index;
    const range = index < 0 ? null : this.ranges[index];
    range?.element.classList.add("chosen");
    this.describe(range ? range.text() : null, range ? { target: range.element, focus: true } : undefined);
  }

  // view: {low, high, lead, tail, inner} in bytes, see Panel.view; changed: the index of the span to mark, or -1; looks: addresses;
  // heads: [address, target] of the lists.
  draw(data, state, view, width, changed, looks, heads) {
    const scale = scaleOf(state, view, width), height = ARCS + BAR + ADDRESSES + OVERVIEW + 12;
    this.ranges = [];
    this.chosen = -1;
    this.root.replaceChildren(patterns(this.id));
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.root.setAttribute("height", height);
    this.root.setAttribute("aria-label", `Heap of ${state.end} bytes in ${state.spans.length} spans; left and right arrow go through its byte ranges`);
    const first = spanAt(state, Math.min(scale.low, state.end - 1)), links = [];
    let lastAddress = -100;
    const endX = state.end <= scale.high || scale.tail < Infinity ? scale.x(state.end) : Infinity;
    if (scale.left) {
      this.lead(data, state, view, first);
    }
    for (let i = Math.max(first, 0); i < state.spans.length && state.at[i] < scale.end; i++) {
      if (state.at[i] < scale.low && scale.left) {
        continue;
      }
      if (state.spans[i][0] * scale.perByte < 1.2) {
        i = this.crowd(data, state, i, scale);
        continue;
      }
      this.span(data, state, i, scale, width, links);
      const x = scale.x(state.at[i]);
      if (x >= lastAddress + 48 && x < Math.min(width, endX) - 90 && state.at[i] >= scale.low) {
        this.address(state.at[i] + data.base, x);
        lastAddress = x;
      }
    }
    if (scale.tail < Infinity) {
      this.tail(data, state, scale);
    }
    if (endX < Infinity) {
      this.address(state.end + data.base, endX, "end");
    }
    this.marks(state, scale, changed, looks);
    this.arrows(state, scale, width, links, heads);
    this.overview(state, scale, width, view.inner);
  }

  address(text, x, anchor = "start") {
    this.root.append(svgText(text, { class: "address", x, y: ARCS + BAR + 13, "text-anchor": anchor }));
  }

  range(attributes, kind, text) {
    const element = svg("rect", { class: `range ${kind}`, "data-range": this.ranges.length, y: ARCS, height: BAR, ...attributes });
    this.root.append(element);
    if (["free", "slack", "padding", "absent"].includes(kind)) {
      this.root.append(svg("rect", { y: ARCS, height: BAR, ...attributes, fill: `url(#${this.id}${kind})`, "pointer-events": "none" }));
    }
    this.ranges.push({ element, text });
    return element;
  }

  // The policy's data at the start, drawn shorter than it is.
  lead(data, state, view, first) {
    const i = Math.max(0, first - 1);
    this.range({ x: 0, width: LEAD }, "meta", () => `the policy's own data, ${view.lead} bytes at ${data.base}, drawn shorter than to scale`);
    this.root.append(svg("rect", { class: "edge", x: 0, y: ARCS, width: LEAD, height: BAR }),
                     svgText("data //", { x: 5, y: ARCS + 19, "font-size": 12, "pointer-events": "none" }),
                     svgText(shortBytes(view.lead), { x: 5, y: ARCS + 34, "font-size": 12, "pointer-events": "none" }));
    this.address(data.base, 0);
    return i;
  }

  // What follows the heap, drawn shorter than it is.
  tail(data, state, scale) {
    for (let i = spanAt(state, scale.tail); i < state.spans.length; i++) {
      const x = scale.x(state.at[i]), kind = KINDS[state.spans[i][1]];
      this.range({ x, width: LEAD }, kind, () => `${describeSpan(data, state, i)}, drawn shorter than to scale`);
      this.root.append(svg("rect", { class: "edge", x, y: ARCS, width: LEAD, height: BAR, "pointer-events": "none" }),
                       svgText(kind === "meta" ? "data //" : `${kind} //`, { x: x + 5, y: ARCS + 19, "font-size": 12, "pointer-events": "none" }),
                       svgText(shortBytes(state.spans[i][0]), { x: x + 5, y: ARCS + 34, "font-size": 12, "pointer-events": "none" }));
      if (x < scale.x(state.end) - 90) {
        this.address(state.at[i] + data.base, x);
      }
    }
  }

  // Spans that are too narrow to be told apart share a range, the lighter the more of it is free. Returns the last.
  crowd(data, state, first, scale) {
    let last = first, free = 0;
    const narrow = (i) => i < state.spans.length && state.at[i] < scale.end && state.spans[i][0] * scale.perByte < 1.2;
    for (let i = first; narrow(i); i++) {
      last = i;
      free += state.spans[i][1] === FREE || state.spans[i][1] === SLACK ? state.spans[i][0] : 0;
    }
    const from = state.at[first], bytes = state.at[last] + state.spans[last][0] - from;
    this.range({ x: scale.x(from), width: Math.max(scale.x(from + bytes) - scale.x(from), 0.4), "fill-opacity": 1 - 0.9 * free / bytes }, "payload",
               () => `${last - first + 1} spans of ${bytes} bytes in all at ${from + data.base}, ${free} of them free: zoom in to tell them apart`);
    return last;
  }

  span(data, state, i, scale, width, links) {
    const span = state.spans[i];
    const x = scale.x(state.at[i]), end = scale.x(state.at[i] + span[0]);
    const parts = end - x < 6 ? [{ at: state.at[i], bytes: span[0], kind: span[1] === USED ? "payload" : KINDS[span[1]], name: KINDS[span[1]] }]
      : partsOf(data, state, i);
    const gaps = parts.filter((p) => p.kind === "free" || p.kind === "slack");
    const widest = gaps.reduce((a, b) => b.bytes > (a ? a.bytes : 0) ? b : a, null);
    for (const part of parts) {
      const from = scale.x(part.at), to = scale.x(part.at + part.bytes);
      const kind = isListed(part, span) ? "free" : part.kind;
      this.range({ x: from, width: Math.max(to - from, 0.4) }, kind, () => describePart(data, state, i, part));
      if (part.kind !== "free" && part.kind !== "slack" || part === widest) {
        this.label(part, span, from, to);
      }
      if (part.kind === "link") {
        links.push({ from: (from + to) / 2, part });
      }
    }
    if (end - x > 3) {
      this.root.append(svg("rect", { class: "edge", x, y: ARCS, width: end - x, height: BAR, "pointer-events": "none" }));
    }
  }

  label(part, span, from, to) {
    const text = labelOf(part, span).find((t) => t.length * CHARACTER + 4 <= to - from);
    if (text) {
      this.root.append(svgText(text, { x: (from + to) / 2, y: ARCS + BAR / 2 + 4, "text-anchor": "middle", "font-size": 12, "pointer-events": "none" }));
    }
  }

  marks(state, scale, changed, looks) {
    if (changed >= 0) {
      const at = state.at[changed], x = scale.x(at);
      const end = scale.x(at + state.spans[changed][0]);
      if (at < scale.high && at + state.spans[changed][0] > scale.low) {
        this.root.append(svg("rect", { class: "changed", x, y: ARCS - 2, width: Math.max(end - x, 2), height: BAR + 4, "pointer-events": "none" }));
      }
    }
    looks.forEach((at, n) => {
      if (at >= scale.low && at < scale.high) {
        const x = scale.x(at) + 2;
        this.root.append(svgText(n + 1, { x, y: ARCS + BAR - 3, "font-size": 10, class: "looked", "pointer-events": "none" }));
      }
    });
  }

  // Links forward as arcs above the bar; what leads out of the window ends at its edge.
  arrows(state, scale, width, links, heads) {
    const isData = (at) => at < scale.low && scale.left || state.spans[spanAt(state, at)][1] === META;
    const drawn = links.filter(({ part }) => part.target >= 0 && part.name !== "previous" && part.name !== "parent" &&
                               (isData(part.at) || !isData(part.target))); // not back to the head of a list
    for (const [at, target] of heads) {
      if (at >= scale.low && at < scale.high || scale.left || at >= scale.tail) {
        drawn.unshift({ from: at < scale.low ? Math.min(LEAD - 8, scale.x(at)) : scale.x(at), part: { target, name: "head" } });
      }
    }
    for (const { from, part } of drawn.slice(0, ARROWS_MOST)) {
      const to = part.target < scale.low ? (scale.left ? LEAD - 20 : 0) : part.target >= scale.high && scale.tail === Infinity ? width : scale.x(part.target);
      const top = ARCS - Math.min(ARCS - 4, 12 + Math.abs(to - from) / 7);
      this.root.append(svg("path", { class: "arrow", d: `M${from} ${ARCS + 6}C${from} ${top} ${to} ${top} ${to} ${ARCS - 4}`, "pointer-events": "none" }),
                       svg("path", { class: "tiparrow", d: `M${to - 4} ${ARCS - 7}L${to + 4} ${ARCS - 7}L${to} ${ARCS}Z`, "pointer-events": "none" }));
    }
  }

  // The whole heap, up to `end`, in strips of equal bytes: the more of one is free, the lighter it is.
  overview(state, scale, width, end) {
    const y = ARCS + BAR + ADDRESSES, strips = Math.max(1, Math.min(Math.floor(width / 2), 600));
    const free = new Float64Array(strips), meta = new Float64Array(strips), size = end / strips;
    state.spans.forEach((span, i) => {
      const into = span[1] === META ? meta : span[1] === USED ? null : free;
      for (let s = Math.floor(state.at[i] / size); into && s < strips && s * size < state.at[i] + span[0]; s++) {
        into[s] += Math.min((s + 1) * size, state.at[i] + span[0]) - Math.max(s * size, state.at[i]);
      }
    });
    const step = width / strips;
    for (let s = 0; s < strips; s++) {
      const kind = meta[s] * 2 > size ? "meta" : "payload";
      this.root.append(svg("rect", { class: kind, x: s * step, y, width: step + 0.3, height: OVERVIEW, "fill-opacity": 1 - 0.9 * Math.min(1, free[s] / size) }));
    }
    const x = (at) => width * Math.min(at, end) / Math.max(1, end);
    const low = scale.left ? 0 : x(scale.low);
    this.root.append(svg("rect", { class: "edge", x: 0, y, width, height: OVERVIEW }),
                     svg("rect", { class: "window", x: low, y: y - 2, width: Math.max(2, x(scale.high) - low), height: OVERVIEW + 4 }));
  }
}
