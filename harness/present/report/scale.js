// Scales, and the axes that show them.
"use strict";

// Of a text that may lie on lines.
const HALO = { "paint-order": "stroke", stroke: "var(--ground)", "stroke-width": 4 };

// kind: linear, log, or log1p, which is linear near 0 and tells factors above. domain and range are
// [from, to]; the range is in pixels.
function scale(kind, domain, range) {
  const forth = kind === "log" ? Math.log10 : kind === "log1p" ? (x) => Math.log10(1 + Math.max(0, x)) : (x) => x;
  const back = kind === "log" ? (y) => 10 ** y : kind === "log1p" ? (y) => 10 ** y - 1 : (y) => y;
  let [low, high] = domain;
  if (!(low < high)) high = low + Math.max(1e-9, Math.abs(low) * 0.01);
  const from = forth(low), to = forth(high);
  const at = (value) => range[0] + ((forth(value) - from) / (to - from)) * (range[1] - range[0]);
  at.invert = (pixel) => back(from + ((pixel - range[0]) / (range[1] - range[0])) * (to - from));
  at.kind = kind;
  at.domain = [low, high];
  at.range = range;
  return at;
}

function linearTicks(low, high, count) {
  const raw = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) * power;
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.push(+(i * step).toPrecision(12));
  return ticks;
}

// Powers of ten, with 2 and 5 between them where there is room.
function logTicks(low, high, count) {
  const decades = Math.log10(high / low);
  if (decades < 0.7) return linearTicks(low, high, count).filter((tick) => tick > 0);
  const steps = decades * 3 <= count ? [1, 2, 5] : decades * 2 <= count ? [1, 3] : [1];
  const every = Math.max(1, Math.ceil(decades / count));
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    if (steps.length === 1 && power % every) continue;
    for (const step of steps) {
      const tick = +(step * 10 ** power).toPrecision(6);
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

function ticksOf(at, count) {
  const [low, high] = at.domain;
  if (at.kind === "log") return logTicks(low, high, count);
  if (at.kind === "log1p" && high > 20) return [0, ...logTicks(Math.max(1, low), high, count - 1)].filter((tick) => tick >= low);
  return linearTicks(low, high, count);
}

const axisText = (value) => (Math.abs(value) >= 1e5 ? value.toExponential(0).replace("+", "") : String(+value.toPrecision(6)));

// Breaks a label at blanks into lines of at most so many characters, where it can.
function wrapped(text, characters) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line && line.length + 1 + word.length > characters) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
}

const labelLines = (label, box) => (label ? wrapped(label, Math.floor((box.right - box.left) / 5.6)) : []);

// How far below its box a chart goes, with the axis and its label.
const footOf = (label, box) => box.bottom + 24 + 14 * labelLines(label, box).length;

// Powers of 2, 4 or 16 for bytes, which are round in their units.
function byteTicks(at, count) {
  const [low, high] = at.domain.map(Math.log2);
  const step = [1, 2, 4, 8].find((bits) => (high - low) / bits <= count) ?? 16;
  const ticks = [];
  for (let power = Math.ceil(low / step) * step; power <= high; power += step) ticks.push(2 ** power);
  return ticks;
}

// The axis at the foot of box = {left, right, top, bottom}, with lines across it.
function xAxis(at, box, { label, format = axisText, ticks = ticksOf, count = Math.max(2, Math.floor((box.right - box.left) / 80)) }) {
  const group = svg("g", { "aria-hidden": "true" });
  for (const tick of ticks(at, count)) {
    const x = at(tick);
    if (x < box.left - 0.5 || x > box.right + 0.5) continue;
    group.append(svg("line", { x1: x, x2: x, y1: box.top, y2: box.bottom, stroke: "var(--pale)" }),
      svg("text", { x, y: box.bottom + 14, "text-anchor": "middle" }, format(tick)));
  }
  group.append(svg("line", { x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom, stroke: "var(--faint)" }));
  labelLines(label, box).forEach((line, i) =>
    group.append(svg("text", { x: (box.left + box.right) / 2, y: box.bottom + 30 + 14 * i, "text-anchor": "middle" }, line)));
  return group;
}

function yAxis(at, box, { label, format = axisText, count = Math.max(2, Math.floor((box.bottom - box.top) / 45)) }) {
  const group = svg("g", { "aria-hidden": "true" });
  for (const tick of ticksOf(at, count)) {
    const y = at(tick);
    if (y < box.top - 0.5 || y > box.bottom + 0.5) continue;
    group.append(svg("line", { x1: box.left, x2: box.right, y1: y, y2: y, stroke: "var(--pale)" }),
      svg("text", { x: box.left - 5, y: y + 4, "text-anchor": "end" }, format(tick)));
  }
  group.append(svg("line", { x1: box.left, x2: box.left, y1: box.top, y2: box.bottom, stroke: "var(--faint)" }));
  if (label) {
    const middle = (box.top + box.bottom) / 2;
    group.append(svg("text", { x: 11, y: middle, "text-anchor": "middle", transform: `rotate(-90 11 ${middle})` }, label));
  }
  return group;
}

// The unit in which the bytes of a whole axis are read.
function byteUnit(value) {
  const [size, name] = [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [1024, "KiB"], [1, "bytes"]].find(([unit]) => value >= unit) || [1, "bytes"];
  return { size, name };
}
