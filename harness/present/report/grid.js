// A cell for each policy on each workload, darker where the value is larger.
"use strict";

const SHADES = [[247, 251, 255], [198, 219, 239], [107, 174, 214], [33, 113, 181], [8, 48, 107]];

// From 0 to 1 along the shades of the figures (plots/style.gp).
function shade(part) {
  const at = Math.max(0, Math.min(1, part)) * (SHADES.length - 1);
  const i = Math.min(SHADES.length - 2, Math.floor(at));
  return SHADES[i].map((from, k) => Math.round(from + (SHADES[i + 1][k] - from) * (at - i)));
}

// Whichever of black and white has more contrast on a colour.
function inkOn(rgb) {
  const [r, g, b] = rgb.map((v) => (v <= 10 ? v / 3295 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 ? "#ffffff" : "#000000";
}

// spec: {rows, columns, cells: [{row, column, value, status, text}], most}
function drawGrid(chart, spec) {
  const rows = spec.rows.filter((row) => shown.policies.has(row)), columns = spec.columns.filter((name) => shown.workloads.has(name));
  const left = Math.min(chart.width * 0.42, 10 + 6.1 * most([4, ...rows.map((row) => row.length)]));
  const wide = (chart.width - left - 4) / Math.max(1, columns.length);
  const upright = most([0, ...columns.map((name) => name.length)]) * 6.1 > wide;
  const head = upright ? Math.min(150, 12 + 6.1 * most([0, ...columns.map((name) => name.length)])) : 20;
  const size = Math.min(11, Math.max(6.5, wide)); // so that names of narrow columns do not cover one another
  const HIGH = 20;
  columns.forEach((name, i) => {
    const x = left + (i + 0.5) * wide;
    chart.svg.append(svg("text", upright ? { transform: `rotate(-90 ${x} ${head - 6})`, x, y: head - 2 - (11 - size) / 2, style: `font-size:${size}px` } : { x, y: head - 6, "text-anchor": "middle" }, name.length > 22 ? `${name.slice(0, 21)}\u2026` : name));
  });
  rows.forEach((row, i) => chart.svg.append(svg("text", { x: left - 6, y: head + i * HIGH + 14, "text-anchor": "end", "data-policy": row }, row.length * 6.1 > left ? `${row.slice(0, Math.floor(left / 6.1) - 2)}\u2026` : row)));
  for (const cell of spec.cells) {
    const [r, c] = [rows.indexOf(cell.row), columns.indexOf(cell.column)];
    if (r < 0 || c < 0) continue;
    const known = cell.value !== null;
    const rgb = known ? shade(Math.log10(1 + Math.max(0, cell.value)) / Math.log10(1 + spec.most)) : null;
    const [x, y] = [left + c * wide, head + r * HIGH];
    const group = svg("g", { "data-policy": cell.row }, svg("rect", { x: x + 0.5, y: y + 0.5, width: Math.max(1, wide - 1), height: HIGH - 1, fill: known ? `rgb(${rgb})` : "var(--badground)" }));
    const text = known ? (cell.value >= 9.95 ? String(Math.round(cell.value)) : cell.value.toFixed(1)) : cell.status;
    if (wide >= 6.2 * text.length) group.append(svg("text", { x: x + wide / 2, y: y + 14, "text-anchor": "middle", style: `fill:${known ? inkOn(rgb) : "var(--bad)"}` }, text));
    chart.svg.append(group);
    chart.target(x + wide / 2, y + HIGH / 2, cell.text, cell.row);
  }
  return head + rows.length * HIGH + 6;
}
