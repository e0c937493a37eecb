// Points of two measures, each with its label, and the front that the best of them make.
"use strict";

// Where a label of this width does not lie on another one or on a point: right, left, above or below.
function freePlace(taken, x, y, wide, box) {
  const tries = [[8, 4], [-8 - wide, 4], [-wide / 2, -9], [-wide / 2, 18], [8, -8], [8, 16], [-8 - wide, -8], [-8 - wide, 16]];
  for (const [dx, dy] of tries) {
    const room = { left: x + dx, right: x + dx + wide, top: y + dy - 10, bottom: y + dy + 2 };
    if (room.left < box.left || room.right > box.right + 6 || room.top < 0 || room.bottom > box.bottom) continue;
    if (!taken.some((other) => room.left < other.right && room.right > other.left && room.top < other.bottom && room.bottom > other.top)) {
      taken.push(room);
      return [x + dx, y + dy];
    }
  }
  return null;
}

// spec: {x: {label, least, most, format}, y: {label, most}, points: [{policy, x, y, low, high, front, text}], floor}
function drawScatter(chart, spec) {
  const points = spec.points.filter((point) => shown.policies.has(point.policy));
  const box = { left: 52, right: chart.width - 12, top: 12, bottom: 330 };
  const from = chart.kind.x === "log" ? spec.x.least : 0;
  const x = (chart.scaleX = scale(chart.kind.x, chart.domain([from, spec.x.most]), [box.left, box.right]));
  const y = scale(chart.kind.y, [0, spec.y.most], [box.bottom, box.top]);
  chart.svg.append(xAxis(x, box, spec.x), yAxis(y, box, { label: spec.y.label }));
  const inside = clipped(chart, box);
  if (spec.floor) inside.append(svg("line", { x1: x(spec.floor), x2: x(spec.floor), y1: box.top, y2: box.bottom, stroke: "var(--faint)", "stroke-dasharray": "4 3" }, svg("title", {}, "the replay loop alone")));
  const front = points.filter((point) => point.front).sort((a, b) => a.x - b.x);
  if (front.length) {
    const line = front.map((point, i) => (i ? `H${x(point.x)}V${y(point.y)}` : `M${x(point.x)},${box.top}V${y(point.y)}`)).join("");
    inside.append(svg("path", { d: `${line}H${box.right}`, fill: "none", stroke: "var(--faint)", "stroke-width": 1.5 }));
  }
  const taken = points.map((point) => ({ left: x(point.x) - 5, right: x(point.x) + 5, top: y(point.y) - 5, bottom: y(point.y) + 5 }));
  for (const point of points) {
    const [px, py, ink] = [x(point.x), y(point.y), inkOf(point.policy)];
    const shape = SHAPE_NAMES[(place.get(point.policy) ?? 0) % 5];
    const group = svg("g", { "data-policy": point.policy },
      svg("line", { x1: x(point.low), x2: x(point.high), y1: py, y2: py, stroke: ink }),
      svg("path", { d: SHAPES[shape](px, py), fill: ink, stroke: ink }));
    const at = freePlace(taken, px, py, 6 * point.policy.length, box);
    if (at) group.append(svg("text", { x: at[0], y: at[1], ...HALO }, point.policy));
    inside.append(group);
    chart.target(px, py, point.text, point.policy);
  }
  return footOf(spec.x.label, box);
}
