// The data of the page, what is shown of it, and elements.
"use strict";

// {folder, policies: [{label, spec, region}], workloads: [{label, spec, slug, recorded}],
//  passes: [{name, options}], sets, pool}: see figure_data.h for the last two.
const DATA = JSON.parse(document.getElementById("data").textContent);

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

// --- data ------------------------------------------------------------------------------------------

function sums(differences) {
  let value = 0;
  return differences.map((difference) => (value += difference));
}

function column(index, rows) {
  const packed = DATA.pool[index];
  if (Array.isArray(packed)) return packed;
  if ("c" in packed) return new Array(rows).fill(packed.c);
  return packed.d ? sums(packed.d) : sums(sums(packed.dd));
}

// The rows of a set as objects, one a row of its CSV.
function rowsOf(set) {
  if (!set.rows) {
    set.rows = [];
    for (const [count, ...index] of set.runs) {
      const columns = index.map((i) => column(i, count));
      for (let row = 0; row < count; row++) {
        const object = {};
        set.columns.forEach((name, i) => (object[name] = columns[i][row]));
        set.rows.push(object);
      }
    }
  }
  return set.rows;
}

function csvOf(set) {
  const cell = (value) => (value === null ? "" : /[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  return [set.columns, ...rowsOf(set).map((row) => set.columns.map((name) => row[name]))]
    .map((row) => row.map(cell).join(",") + "\n").join("");
}

// In order of their first appearance.
const distinct = (rows, name) => [...new Set(rows.map((row) => row[name]))];
const numbers = (rows, name) => rows.map((row) => row[name]).filter((value) => typeof value === "number");
const most = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);
const least = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);

// --- policies --------------------------------------------------------------------------------------

const place = new Map(DATA.policies.map((policy, i) => [policy.label, i]));
const DASHES = ["", "8 3", "2 2", "8 3 2 3", "14 3"];

// As in the figures that gnuplot draws: no two alike, in print too.
const inkOf = (label) => `var(--ink${((place.get(label) ?? 0) % 7) + 1})`;
const dashOf = (label) => DASHES[(place.get(label) ?? 0) % 5];

// --- what is shown ---------------------------------------------------------------------------------

const shown = {
  policies: new Set(DATA.policies.map((policy) => policy.label)),
  workloads: new Set(DATA.workloads.map((workload) => workload.label)),
  workload: DATA.workloads[0].label,
  pinned: null, // the policy that was chosen to stand out
};
const listeners = [];
const whenChanged = (listener) => listeners.push(listener);
const changed = (what) => listeners.forEach((listener) => listener(what));

// Makes a policy stand out everywhere; null: none does.
function mark(label) {
  const marked = label ?? shown.pinned;
  document.body.classList.toggle("some-marked", marked !== null);
  for (const element of document.querySelectorAll("[data-policy]")) {
    element.classList.toggle("marked", element.getAttribute("data-policy") === marked);
  }
}

function pin(label) {
  shown.pinned = shown.pinned === label ? null : label;
  mark(null);
  changed("pinned");
}

// --- words -----------------------------------------------------------------------------------------

// Three digits, as the tables have them.
function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "unknown";
  const size = Math.abs(value);
  if (size >= 1e7 || (size > 0 && size < 1e-3)) return value.toExponential(2);
  return size >= 100 ? String(Math.round(value)) : String(+value.toPrecision(3));
}

function bytes(value) {
  const units = [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [1024, "KiB"]];
  const unit = units.find(([size]) => Math.abs(value) >= size);
  return unit ? `${number(value / unit[0])} ${unit[1]}` : `${number(value)} B`;
}

function duration(ns) {
  const units = [[1e9, "s"], [1e6, "ms"], [1e3, "\u00b5s"]];
  const unit = units.find(([size]) => ns >= size);
  return unit ? `${number(ns / unit[0])} ${unit[1]}` : `${number(ns)} ns`;
}

const percent = (value) => `${number(value)} %`;
const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

// --- a note at the pointer --------------------------------------------------------------------------

const tip = document.getElementById("tip");

function showTip(text, x, y) {
  tip.textContent = text;
  tip.hidden = !text;
  const room = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - room.width - 4))}px`;
  tip.style.top = `${y + 18 + room.height > innerHeight ? Math.max(4, y - room.height - 12) : y + 18}px`;
}
const hideTip = () => (tip.hidden = true);
addEventListener("keydown", (event) => event.key === "Escape" && hideTip());
