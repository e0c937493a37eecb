// A row a policy, with bars or dots along one axis.
"use strict";

const SHAPES = {
  dot: (x, y) => `M${x - 4},${y}a4,4 0 1,0 8,0a4,4 0 1,0 -8,0Z`,
  square: (x, y) => `M${x - 3.5},${y - 3.5}h7v7h-7Z`,
  up: (x, y) => `M${x},${y - 5}l4.5,8h-9Z`,
  down: (x, y) => `M${x},${y + 5}l4.5,-8h-9Z`,
  diamond: (x, y) => `M${x},${y - 5}l5,5l-5,5l-5,-5Z`,
  cross: (x, y) => `M${x - 4},${y - 4}l8,8M${x + 4},${y - 4}l-8,8`,
};
const SHAPE_NAMES = Object.keys(SHAPES);

// spec: {rows: [POLICY], x: {label, from, to, format}, items: [{row, kind, ...}], lines: [{x, ink, text}], bands: [{from, to, text}]}
//   bar: from, to, ink, text       dot: x, low, high, ink, shape, hollow, offset (-1 to 1 of the row), text
//   note: x, text                  span: from, to, ink, text: a broad pale line behind dots
function drawRows(chart, spec) {
  const rows = spec.rows.filter((row) => shown.policies.has(row) || !place.has(row));
  const narrow = chart.width < 480;
  const lines = rows.map((row) => wrapped(row, narrow ? 16 : 30));
  const nameWidth = 10 + 6.1 * most([4, ...lines.flat().map((line) => line.length)]);
  const box = { left: Math.min(nameWidth, chart.width * 0.45), right: chart.width - 14, top: 10, bottom: 0 };
  const high = rows.map((_, i) => Math.max(spec.rowHeight ?? 22, lines[i].length * 13 + 6));
  const begin = high.reduce((tops, h) => [...tops, tops.at(-1) + h], [box.top]);
  box.bottom = begin.at(-1);
  const x = (chart.scaleX = scale(chart.kind.x, chart.domain([spec.x.from, spec.x.to]), [box.left, box.right]));
  const clamp = (value) => Math.max(box.left, Math.min(box.right, x(value)));
  chart.svg.append(xAxis(x, box, { label: spec.x.label, format: spec.x.format, count: Math.max(2, Math.floor((box.right - box.left) / 60)) }));
  for (const { from, to, text } of spec.bands ?? []) {
    chart.svg.append(svg("rect", { x: clamp(from), width: Math.max(1, clamp(to) - clamp(from)), y: box.top, height: box.bottom - box.top, fill: "var(--pale)", "fill-opacity": 0.7 }, svg("title", {}, text)));
  }
  rows.forEach((row, i) => {
    const name = svg("text", { x: box.left - 6, "text-anchor": "end", "data-policy": row });
    lines[i].forEach((line, k) => name.append(svg("tspan", { x: box.left - 6, y: (begin[i] + begin[i + 1]) / 2 + 4 + 13 * (k - (lines[i].length - 1) / 2) }, line)));
    chart.svg.append(name);
  });
  for (const { x: at, ink } of spec.lines ?? []) chart.svg.append(svg("line", { x1: clamp(at), x2: clamp(at), y1: box.top, y2: box.bottom, stroke: ink, "stroke-width": 2 }));
  for (const item of spec.items) {
    const i = rows.indexOf(item.row);
    if (i < 0) continue;
    const half = (begin[i + 1] - begin[i]) / 2;
    drawItem(chart, item, { x, clamp, box, half, y: begin[i] + half + (item.offset ?? 0) * half * 0.8 });
  }
  return footOf(spec.x.label, box);
}

function drawItem(chart, item, { x, clamp, box, half, y }) {
  const policy = item.row;
  const group = svg("g", { "data-policy": policy });
  if (item.kind === "bar") {
    const [from, to] = [clamp(item.from), clamp(item.to)];
    group.append(svg("rect", { x: Math.min(from, to), width: Math.abs(to - from), y: y - half + 3, height: 2 * half - 6, fill: item.ink, stroke: "var(--faint)", "stroke-width": 0.4 }));
    if (Math.abs(to - from) > 0.5) chart.target((from + to) / 2, y, item.text, policy);
  } else if (item.kind === "span") {
    group.append(svg("line", { x1: clamp(item.from), x2: clamp(item.to), y1: y, y2: y, stroke: item.ink, "stroke-width": item.thick ?? 8, "stroke-opacity": 0.55 }));
  } else if (item.kind === "note") {
    group.append(svg("text", { x: box.right - 2, y: y + 4, "text-anchor": "end", ...HALO }, item.text));
  } else {
    if (item.low < item.high) group.append(svg("line", { x1: clamp(item.low), x2: clamp(item.high), y1: y, y2: y, stroke: item.ink, "stroke-width": 1.3 }));
    const at = clamp(item.x);
    const open = item.hollow || item.shape === "cross";
    group.append(svg("path", { d: SHAPES[item.shape ?? "dot"](at, y), fill: open ? "none" : item.ink, stroke: item.ink, "stroke-width": open ? 1.5 : 0.5 }));
    chart.target(at, y, item.text, policy);
  }
  chart.svg.append(group);
}
