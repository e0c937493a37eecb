// Lines over a common axis, and stacked areas in panels.
"use strict";

const pathOf = (points, steps) => points.map(([x, y], i) =>
  !i ? `M${x.toFixed(1)},${y.toFixed(1)}` : steps ? `H${x.toFixed(1)}V${y.toFixed(1)}` : `L${x.toFixed(1)},${y.toFixed(1)}`).join("");

let clips = 0;

// Marks beyond the box are not drawn; what was cut says so itself.
function clipped(chart, box) {
  const id = `clip${clips++}`;
  chart.svg.append(svg("clipPath", { id }, svg("rect", { x: box.left, y: box.top - 2, width: box.right - box.left, height: box.bottom - box.top + 4 })));
  const group = svg("g", { "clip-path": `url(#${id})` });
  chart.svg.append(group);
  return group;
}

// Labels at the right ends of lines, moved apart so that each can be read.
function endLabels(chart, ends, box) {
  const HIGH = 12;
  ends.sort((a, b) => a.y - b.y);
  let y = -Infinity;
  for (const end of ends) y = end.at = Math.max(end.y, y + HIGH);
  let below = box.bottom + 4;
  for (const end of [...ends].reverse()) below = (end.at = Math.min(end.at, below)) - HIGH;
  for (const { at, x, y: from, label, ink } of ends) {
    chart.svg.append(svg("g", { "data-policy": label },
      svg("path", { d: `M${x + 2},${from}L${box.right + 10},${at}`, "stroke-width": 0.6, stroke: ink, fill: "none" }),
      svg("text", { x: box.right + 13, y: at + 4 }, label)));
  }
}

// spec: {x: {label, text}, y: {label, text, most}, series: [{label, policy, ink, dash, points: [[x, y]...], low, high}],
//        area: {points, text}, steps}. y.most: beyond it lines are cut, and a note says how far they go.
function drawLines(chart, spec) {
  const series = spec.series.filter((s) => (s.policy ? shown.policies.has(s.policy) : true) && s.points.length);
  const labelled = series.length <= 24 && chart.width > 520;
  const box = { left: 52, right: chart.width - (labelled ? Math.min(chart.width * 0.32, 18 + 6 * most([0, ...series.map((s) => s.label.length)])) : 10), top: 16, bottom: 290 };
  const all = [...series.flatMap((s) => s.points), ...(spec.area?.points ?? [])];
  const positive = (values) => (values.length ? least(values.filter((v) => v > 0)) : 1);
  const xs = all.map(([x]) => x), ys = [...all.map(([, y]) => y), ...series.flatMap((s) => s.high ?? [])];
  const start = (kind, values) => (kind === "log" ? positive(values) : kind === "log1p" ? 0 : Math.min(0, least(values)));
  const from = spec.x.from ?? start(chart.kind.x, xs);
  const x = (chart.scaleX = scale(chart.kind.x, chart.domain([from, most(xs)]), [box.left, box.right]));
  const highest = Math.min(spec.y.most ?? Infinity, most(ys) * 1.03);
  const y = scale(chart.kind.y, [start(chart.kind.y, ys), highest], [box.bottom, box.top]);
  chart.svg.append(xAxis(x, box, spec.x), yAxis(y, box, { label: spec.y.label, format: spec.y.format }));
  const inside = clipped(chart, box);
  const pixels = (points) => points.filter(([a, b]) => b !== null && (chart.kind.x !== "log" || a > 0) && (chart.kind.y !== "log" || b > 0)).map(([a, b]) => [x(a), y(b)]);
  if (spec.area?.points.length) {
    const edge = pixels(spec.area.points);
    inside.append(svg("path", { d: `${pathOf(edge, spec.steps)}L${edge.at(-1)[0]},${box.bottom}L${edge[0][0]},${box.bottom}Z`, fill: "var(--live)" }));
  }
  const ends = [];
  for (const s of series) drawSeries(chart, spec, s, { inside, box, x, y, pixels, ends, labelled });
  if (labelled) endLabels(chart, ends, box);
  return footOf(spec.x.label, box);
}

function drawSeries(chart, spec, s, { inside, box, x, y, pixels, ends, labelled }) {
  const points = pixels(s.points);
  if (!points.length) return;
  if (s.low) {
    const band = [...pixels(s.points.map(([a], i) => [a, s.high[i]])), ...pixels(s.points.map(([a], i) => [a, s.low[i]])).reverse()];
    inside.append(svg("path", { d: `${pathOf(band)}Z`, fill: s.ink, "fill-opacity": 0.15, "data-policy": s.policy }));
  }
  inside.append(svg("path", { d: pathOf(points, spec.steps), fill: "none", stroke: s.ink, "stroke-width": 1.8, "stroke-dasharray": s.dash, "data-policy": s.policy }));
  s.points.forEach(([a, b], i) => {
    const at = [x(a), y(b)];
    if (b !== null && at[0] >= box.left - 1 && at[0] <= box.right + 1) {
      chart.target(at[0], Math.max(box.top, Math.min(box.bottom, at[1])), spec.text(s, a, b, i), s.policy);
    }
  });
  // The label stands where the line leaves the box.
  const last = points.filter(([a]) => a <= box.right + 1).at(-1);
  if (last && labelled) ends.push({ x: last[0], y: Math.max(box.top, Math.min(box.bottom, last[1])), label: s.label, ink: s.ink });
  const top = most(s.points.map(([, b]) => b ?? -Infinity));
  if (top > y.domain[1] * 1.001) {
    const peak = s.points.find(([, b]) => b >= y.domain[1]);
    const px = Math.max(box.left + 6, Math.min(box.right - 6, x(peak[0])));
    chart.svg.append(svg("g", { "data-policy": s.policy }, svg("path", { d: `M${px - 4},${box.top + 2}l4,-7l4,7z`, fill: s.ink }),
      svg("title", {}, `${s.label} goes on to ${spec.y.name(top)}`)));
    chart.target(px, box.top, `${s.label} goes on to ${spec.y.name(top)}`, s.policy);
  }
}

// spec: {x, y, panels: [{policy, points: [[x, part, part...]]}], parts: [{text, ink}], text}: a panel a policy,
// all with the same axes.
function drawStacks(chart, spec) {
  const panels = spec.panels.filter((panel) => shown.policies.has(panel.policy));
  const across = Math.max(1, Math.min(panels.length, Math.floor(chart.width / 230)));
  const GAP = 14, LEFT = 52, HIGH = 110, TITLE = 20, FOOT = 36;
  const wide = (chart.width - LEFT - 8 - GAP * (across - 1)) / across;
  const sum = (point) => point.slice(1).reduce((a, b) => a + (b || 0), 0);
  const highest = Math.min(spec.y.most ?? Infinity, most([0, ...panels.flatMap((panel) => panel.points.map(sum))]) * 1.03);
  const longest = most([0, ...panels.flatMap((panel) => panel.points.map(([a]) => a))]);
  const down = Math.ceil(panels.length / across);
  panels.forEach((panel, i) => {
    const left = LEFT + (i % across) * (wide + GAP), top = TITLE + Math.floor(i / across) * (HIGH + TITLE);
    const box = { left, right: left + wide, top, bottom: top + HIGH };
    const x = scale("linear", chart.domain([0, longest]), [box.left, box.right]);
    const y = scale(chart.kind.y, [0, highest], [box.bottom, box.top]);
    if (!i) chart.scaleX = x;
    const lowest = i + across >= panels.length;
    chart.svg.append(xAxis(x, box, { format: lowest ? axisText : () => "", count: Math.max(2, Math.floor(wide / 60)) }),
      yAxis(y, box, { format: i % across ? () => "" : axisText, count: 3 }),
      svg("text", { x: box.left, y: box.top - 5, "data-policy": panel.policy }, panel.policy));
    drawStack(chart, spec, panel, box, x, y);
  });
  const height = TITLE + down * (HIGH + TITLE) + FOOT - TITLE;
  chart.svg.append(svg("text", { x: (LEFT + chart.width) / 2, y: height - 4, "text-anchor": "middle", "aria-hidden": "true" }, spec.x.label),
    svg("text", { x: 11, y: height / 2, "text-anchor": "middle", transform: `rotate(-90 11 ${height / 2})`, "aria-hidden": "true" }, spec.y.label));
  return height;
}

function drawStack(chart, spec, panel, box, x, y) {
  const inside = clipped(chart, box);
  let below = panel.points.map(([a]) => [x(a), y(0)]);
  spec.parts.forEach(({ ink }, part) => {
    const above = panel.points.map((point) => [x(point[0]), y(point.slice(1, part + 2).reduce((a, b) => a + (b || 0), 0))]);
    inside.append(svg("path", { d: `${pathOf(above)}L${[...below].reverse().map((p) => p.map((v) => v.toFixed(1)).join(",")).join("L")}Z`, fill: ink }));
    below = above;
  });
  inside.append(svg("path", { d: pathOf(below), fill: "none", stroke: "var(--faint)", "stroke-width": 0.8 }));
  panel.points.forEach((point, i) => {
    const at = x(point[0]);
    if (at >= box.left - 1 && at <= box.right + 1) chart.target(at, Math.max(box.top, below[i][1]), spec.text(panel.policy, point), panel.policy);
  });
}
