// What the page shows of each figure of `fitlab plot`: a function from a set (and its rows) to a view (chart.js).
"use strict";

const PARTS = [["rounding", "var(--rounding)"], ["metadata", "var(--metadata)"], ["slack", "var(--slack)"], ["holes", "var(--holes)"]];
const LIVE_KEY = { text: "live bytes", ink: "var(--live)", area: true };
const PART_KEY = PARTS.map(([text, ink]) => ({ text, ink, area: true })).reverse();

// Rows of one policy after the other: [label, rows].
function byPolicy(rows) {
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(row.label)) groups.set(row.label, []);
    groups.get(row.label).push(row);
  }
  return [...groups];
}

const policyKey = (rows) => distinct(rows, "label").map((label) => ({ text: label, ink: inkOf(label), dash: dashOf(label), policy: label }));
const line = (label, points, more) => ({ label, policy: label, ink: inkOf(label), dash: dashOf(label), points, ...more });

// A footprint beyond this many times the peak of live bytes is cut, as it would flatten the others.
const OFTEN = 3;

function footprint(set, rows) {
  const live = most(numbers(rows, "live_bytes")), peak = most(numbers(rows, "footprint_bytes"));
  const x = byteUnit(most(numbers(rows, "allocated_bytes"))), y = byteUnit(Math.min(peak, OFTEN * live));
  const measure = rows[0].measure ?? "footprint";
  const [, first] = byPolicy(rows)[0];
  return {
    title: `${measure[0].toUpperCase()}${measure.slice(1)} and live bytes over time`, broad: true, zoom: true, x: { kinds: ["linear", "log"] }, y: { kinds: ["linear", "log"] }, key: [LIVE_KEY, ...policyKey(rows)],
    draw: (chart) => drawLines(chart, {
      x: { label: `allocated bytes, ${x.name}` },
      y: { label: `${measure}, ${y.name}`, most: (OFTEN * live) / y.size, name: (value) => bytes(value * y.size) },
      area: { points: first.map((row) => [row.allocated_bytes / x.size, row.live_bytes / y.size]) },
      series: byPolicy(rows).map(([label, of]) => line(label, of.map((row) => [row.allocated_bytes / x.size, row.footprint_bytes / y.size]), { of })),
      text: (s, a, b, i) => `${s.label}: ${measure} ${bytes(s.of[i].footprint_bytes)}\nlive ${bytes(s.of[i].live_bytes)} at ${bytes(s.of[i].allocated_bytes)} allocated`,
    }),
  };
}

function waste(set, rows) {
  const x = byteUnit(most(numbers(rows, "allocated_bytes"))), live = most(numbers(rows, "live_bytes"));
  const over = rows.map((row) => row.footprint_bytes - row.live_bytes);
  const limit = Math.min(most(over), 2 * live), y = byteUnit(limit);
  const bands = PARTS.map(([name, ink]) => ({ text: name, ink }));
  return {
    title: "What footprints hold beside live bytes", broad: true, zoom: true, y: { kinds: ["linear"] }, key: PART_KEY,
    draw: (chart) => drawStacks(chart, {
      x: { label: `allocated bytes, ${x.name}` }, y: { label: `footprint \u2212 live, ${y.name}`, most: limit / y.size }, parts: bands,
      panels: byPolicy(rows).map(([policy, of]) => ({ policy, points: of.map((row) => [row.allocated_bytes / x.size, ...PARTS.map(([name]) => (row[`${name}_bytes`] ?? 0) / y.size)]) })),
      text: (policy, point) => `${policy} at ${bytes(point[0] * x.size)} allocated\n${PARTS.map(([name], i) => `${name} ${bytes(point[i + 1] * y.size)}`).reverse().join("\n")}`,
    }),
  };
}

function release(set, rows) {
  const x = byteUnit(most(numbers(rows, "allocated_bytes"))), y = byteUnit(most(numbers(rows, "resident_bytes")));
  return {
    title: "Resident bytes by rules of release", zoom: true, x: { kinds: ["linear"] }, y: { kinds: ["linear", "log"] },
    choices: { text: "Rule of release", options: distinct(rows, "release") }, key: [LIVE_KEY, ...policyKey(rows)],
    draw: (chart) => {
      const of = rows.filter((row) => row.release === chart.choice);
      return drawLines(chart, {
        x: { label: `allocated bytes, ${x.name}` }, y: { label: `resident, ${y.name}`, name: (value) => bytes(value * y.size) },
        area: { points: byPolicy(of)[0][1].map((row) => [row.allocated_bytes / x.size, row.live_bytes / y.size]) },
        series: byPolicy(of).map(([label, list]) => line(label, list.map((row) => [row.allocated_bytes / x.size, row.resident_bytes / y.size]))),
        text: (s, a, b) => `${s.label}: resident ${bytes(b * y.size)}\nat ${bytes(a * x.size)} allocated`,
      });
    },
  };
}

// One measure against another one, a line a policy.
const lines = (title, xName, xLabel, yName, yLabel, more) => (set, rows) => ({
  title, zoom: true, x: { kinds: more?.x ?? ["linear"] }, y: { kinds: more?.y ?? ["linear"] }, key: policyKey(rows),
  draw: (chart) => drawLines(chart, {
    x: { label: xLabel, format: more?.xFormat, ticks: more?.xTicks, from: more?.from ? least(numbers(rows, xName)) : undefined }, y: { label: yLabel, name: number }, steps: more?.steps,
    series: byPolicy(rows).map(([label, of]) => {
      const known = of.filter((row) => row[xName] !== null && row[yName] !== null);
      return line(label, known.map((row) => [row[xName], row[yName]]), more?.band && { low: known.map((row) => row[more.band[0]]), high: known.map((row) => row[more.band[1]]) });
    }),
    text: (s, a, b) => `${s.label}: ${number(b)} ${yLabel}\nat ${xLabel} ${more?.xFormat ? more.xFormat(a) : number(a)}`,
  }),
});

function overhead(set, rows) {
  const ends = rows.map((row) => PARTS.reduce((sum, [name]) => sum + (row[`${name}_pct`] ?? 0), row.live_at_peak_pct)).sort((a, b) => a - b);
  const limit = most([1, ...numbers(rows, "bound_pct"), ...ends.filter((end) => end <= 8 * Math.max(1, ends[ends.length >> 1]))]);
  const items = [];
  for (const row of rows) {
    let at = row.live_at_peak_pct ?? 0;
    for (const [name, ink] of PARTS) {
      const to = at + (row[`${name}_pct`] ?? 0);
      items.push({ row: row.label, kind: "bar", from: at, to, ink, text: `${row.label}: ${name} ${percent(row[`${name}_pct`])}` });
      at = to;
    }
    if (at > limit * 1.03) items.push({ row: row.label, kind: "note", text: `to ${number(at)}` });
  }
  return {
    title: "What the peak footprint holds beside live bytes", x: { kinds: ["linear"] }, key: [...PART_KEY.slice().reverse(), { text: "lower bound", ink: "var(--bound)" }],
    draw: (chart) => drawRows(chart, { rows: distinct(rows, "label"), items, lines: [{ x: rows[0].bound_pct, ink: "var(--bound)" }, { x: 0, ink: "var(--faint)" }],
      x: { label: "percent of the peak of live bytes", from: Math.min(0, ...numbers(rows, "live_at_peak_pct")), to: limit * 1.05 } }),
  };
}

// Footprints over what is live where threads act, of the workload that is chosen.
function blowUp(set, rows) {
  return {
    title: "Footprint over live bytes where threads act", x: { kinds: ["linear", "log"] },
    choices: { text: "Workload", options: distinct(rows, "workload") }, key: [{ text: "sum of the threads' own peaks", ink: "var(--bound)" }],
    draw: (chart) => {
      const of = rows.filter((row) => row.workload === chart.choice);
      const limit = Math.max(of[0].private, Math.min(most(numbers(of, "most")), 8 * Math.max(1, ...numbers(of, "ratio").sort((a, b) => a - b).slice(0, (of.length + 2) >> 1))));
      return drawRows(chart, {
        rows: distinct(of, "label"), lines: [{ x: 1, ink: "var(--faint)" }, { x: of[0].private, ink: "var(--bound)" }],
        x: { label: "peak footprint over the peak of live bytes", from: 0.97, to: limit * 1.06 },
        items: of.flatMap((row) => [
          { row: row.label, kind: "dot", x: row.ratio, low: row.least, high: row.most, ink: inkOf(row.label),
            text: `${row.label} on ${row.workload}: ${number(row.ratio)} times what is live${row.most > row.least ? `\nfrom ${number(row.least)} to ${number(row.most)} over orders or seeds` : ""}\nheaps of their own cannot be below ${number(row.private)}` },
          ...(row.ratio > limit * 1.06 ? [{ row: row.label, kind: "note", text: `to ${number(row.ratio)}` }] : [])]),
      });
    },
  };
}

const THREAD_INKS = ["#999999", "#0072B2", "#E69F00", "#D55E00", "#56B4E9", "#009E73", "#CC79A7", "#555555"]; // as in plots/style.gp
const paleOf = (ink) => `#${[1, 3, 5].map((at) => Math.round(255 - 0.4 * (255 - parseInt(ink.slice(at, at + 2), 16))).toString(16).padStart(2, "0")).join("")}`;

// Whose the footprint is: two bands a thread, what it has in blocks and what is free where it had the last ones.
function threadFootprint(set, rows) {
  const x = byteUnit(most(numbers(rows, "allocated_bytes"))), peak = most(rows.map((row) => row.below_bytes + row.used_bytes + row.free_bytes));
  const y = byteUnit(peak);
  const threads = distinct(rows, "thread").map((name) => ({ name, ink: THREAD_INKS[rows.find((row) => row.thread === name).ink] }));
  const panelOf = ([policy, of]) => {
    const times = new Map();
    for (const row of of) {
      if (!times.has(row.event)) times.set(row.event, [row.allocated_bytes / x.size, ...threads.flatMap(() => [0, 0])]);
      const at = 1 + 2 * threads.findIndex(({ name }) => name === row.thread);
      times.get(row.event).splice(at, 2, row.used_bytes / y.size, row.free_bytes / y.size);
    }
    return { policy, points: [...times.values()] };
  };
  return {
    title: "Whose the footprint is", broad: true, zoom: true, y: { kinds: ["linear"] }, key: threads.map(({ name, ink }) => ({ text: name, ink, area: true })),
    draw: (chart) => drawStacks(chart, {
      x: { label: `allocated bytes, ${x.name}` }, y: { label: `footprint, ${y.name}` },
      parts: threads.flatMap(({ name, ink }) => [{ text: name, ink }, { text: `${name}, free`, ink: paleOf(ink) }]),
      panels: byPolicy(rows).map(panelOf),
      text: (policy, point) => `${policy} at ${bytes(point[0] * x.size)} allocated\n${threads.map(({ name }, i) => `${name} ${bytes(point[2 * i + 1] * y.size)}, free ${bytes(point[2 * i + 2] * y.size)}`).reverse().join("\n")}`,
    }),
  };
}

function ratios(set, rows) {
  const workloads = distinct(rows, "workload");
  const low = (row) => row.ratio_low ?? row.ratio, high = (row) => row.ratio_high ?? row.ratio;
  const noise = [least([1, ...numbers(rows, "aa_low")]), most([1, ...numbers(rows, "aa_high")])];
  const of = (chart) => rows.filter((row) => chart.choice === "all workloads" || row.workload === chart.choice);
  return {
    title: `Time over that of ${rows[0].baseline}`, x: { kinds: ["log", "linear"] }, choices: { text: "Workload", options: ["all workloads", ...workloads] },
    draw: (chart) => {
      const now = of(chart), n = distinct(now, "workload");
      return drawRows(chart, {
        rows: distinct(now, "label"), rowHeight: Math.max(22, 6 + 4 * n.length), lines: [{ x: 1, ink: "var(--faint)" }],
        bands: [{ from: noise[0], to: noise[1], text: "differences in here are noise, by the A/A comparison" }],
        x: { label: `time over that of ${rows[0].baseline}; what lies in the band is noise`, from: least([noise[0], ...now.map(low)]) / 1.05, to: most([noise[1], ...now.map(high)]) * 1.05 },
        items: now.map((row) => ({ row: row.label, kind: "dot", x: row.ratio, low: low(row), high: high(row), ink: inkOf(row.label), offset: n.length > 1 ? (2 * n.indexOf(row.workload)) / (n.length - 1) - 1 : 0,
          text: `${row.label} on ${row.workload}: ${number(row.ratio)} of ${row.baseline}${row.ratio_low === null ? "" : `\n95 % ${number(row.ratio_low)} to ${number(row.ratio_high)}`}` })),
      });
    },
  };
}

const QUANTILES = [[0.5, "median", "dot"], [0.9, "90 %", "square"], [0.99, "99 %", "up"], [0.999, "99.9 %", "diamond"], [0.9999, "99.99 %", "down"]];

function latency(set, rows) {
  const known = rows.filter((row) => QUANTILES.some(([q]) => Math.abs(row.quantile - q) < 1e-9));
  const name = (row) => QUANTILES.find(([q]) => Math.abs(row.quantile - q) < 1e-9);
  const quantum = most([0, ...numbers(rows, "quantum_ns")]);
  const at = (row) => Math.max(quantum, row.upper_ns);
  return {
    title: "Time of single operations", x: { kinds: ["log"] }, choices: { text: "Operation", options: distinct(rows, "kind") },
    draw: (chart) => {
      const of = known.filter((row) => row.kind === chart.choice);
      const spans = byPolicy(of).map(([label, list]) => ({ row: label, kind: "span", from: Math.max(quantum, least(numbers(list, "null_ns"))), to: most(numbers(list, "null_ns")), ink: "var(--pale)", thick: 16 }));
      return drawRows(chart, {
        rows: distinct(of, "label"), bands: [{ from: quantum / 1.6, to: quantum, text: "below one step of the clock" }],
        x: { label: "time of an operation; median, 90, 99, 99.9 and 99.99 %, over bump's (broad line)", from: Math.max(0.1, Math.min(quantum || Infinity, least(of.map(at))) / 1.6), to: most(of.map(at)) * 1.5, format: duration },
        items: [...spans.filter((s) => s.to > s.from), ...of.map((row) => ({ row: row.label, kind: "dot", x: at(row), shape: name(row)[2], ink: inkOf(row.label), hollow: row.above_null === 0,
          text: `${row.label}, ${row.kind}: ${name(row)[1]} within ${duration(row.upper_ns)}${row.null_ns === null ? "" : `\nbump ${duration(row.null_ns)}`}${row.above_null === 0 ? ", so it says nothing of the policy" : ""}` }))],
      });
    },
  };
}

function pareto(set, rows) {
  const known = rows.filter((row) => row.time > 0 && row.overhead_pct !== null);
  const floor = numbers(known, "floor").sort((a, b) => a - b)[numbers(known, "floor").length >> 1];
  const lowest = Math.min(floor || Infinity, least(known.map((row) => row.least ?? row.time)));
  return {
    title: `Memory against time, ${rows[0].workload}`, zoom: true, x: { kinds: ["log", "linear"] }, y: { kinds: ["log1p", "linear"] },
    draw: (chart) => drawScatter(chart, {
      x: { label: rows[0].time_of, least: lowest / 1.2, most: most(known.map((row) => row.most ?? row.time)) * 1.3 },
      y: { label: "overhead of memory, percent", most: most(numbers(known, "overhead_pct")) * 1.4 + 0.5 }, floor,
      points: known.map((row) => ({ policy: row.label, x: row.time, y: row.overhead_pct, low: row.least ?? row.time, high: row.most ?? row.time, front: row.front === 1,
        text: `${row.label}${row.front === 1 ? ", on the front" : ""}\n${percent(row.overhead_pct)} ${rows[0].measure.replace(", percent", "")}\n${number(row.time)} (${number(row.least)} to ${number(row.most)}) ${rows[0].time_of}` })),
    }),
  };
}

function front(set, rows) {
  return {
    title: `The smallest pool against accesses, ${rows[0].workload}`, zoom: true, x: { kinds: ["linear", "log"] }, y: { kinds: ["log1p", "linear"] },
    draw: (chart) => drawScatter(chart, {
      x: { label: "accesses of an operation, mean", least: least(numbers(rows, "accesses")) / 1.1, most: most(numbers(rows, "accesses")) * 1.1 },
      y: { label: "smallest pool over peak live bytes, percent", most: most(numbers(rows, "pool_pct")) * 1.2 + 0.5 },
      points: rows.map((row) => ({ policy: row.label, x: row.accesses, y: row.pool_pct, low: row.accesses, high: row.accesses, front: row.front === 1,
        text: `${row.label}${row.front === 1 ? ", on the front" : ""}\n${percent(row.pool_pct)} over the peak of live bytes\n${number(row.accesses)} accesses an operation, at most ${number(row.most_accesses)}` })),
    }),
  };
}

function heatmap(set, rows) {
  const top = Math.min(300, most([1, ...numbers(rows, "over_pct")]));
  return {
    title: "Memory of every policy on every workload", broad: true,
    draw: (chart) => drawGrid(chart, { rows: distinct(rows, "label"), columns: distinct(rows, "workload"), most: top,
      cells: rows.map((row) => ({ row: row.label, column: row.workload, value: row.over_pct, status: row.status,
        text: `${row.label} on ${row.workload}: ${row.over_pct === null ? row.status : percent(row.over_pct)}\n${row.measure}` })) }),
  };
}

function worstCase(set, rows) {
  const bounds = byPolicy(rows).map(([label, of]) => [label, least(numbers(of, "bound_ratio").filter((b) => b > 0))]).filter(([, bound]) => bound < Infinity);
  return {
    title: "Typical, worst and bound", x: { kinds: ["log", "linear"] }, key: [{ text: "bound", ink: "var(--bound)" }],
    draw: (chart) => drawRows(chart, { rows: distinct(rows, "label"), x: { label: "peak footprint / peak live bytes (\u25cf recorded, \u25b2 generated, \u00d7 bound)", from: 0.97, to: most([...numbers(rows, "ratio"), ...bounds.map(([, bound]) => bound)]) * 1.1 },
      items: [...bounds.map(([label, bound]) => ({ row: label, kind: "dot", shape: "cross", x: bound, ink: "var(--bound)", text: `${label}: no workload of this kind exceeds ${number(bound)}` })),
        ...rows.filter((row) => row.ratio !== null).map((row) => ({ row: row.label, kind: "dot", x: row.ratio, ink: inkOf(row.label), shape: row.origin === "trace" ? "dot" : "up", hollow: row.origin !== "trace", text: `${row.label} on ${row.workload}: ${number(row.ratio)}` }))] }),
  };
}

function structure(set, rows) {
  const models = distinct(rows, "model");
  return {
    title: "Recorded programs beside models of them", x: { kinds: ["log1p", "linear"] }, choices: { text: "Program", options: distinct(rows, "program") },
    draw: (chart) => {
      const of = rows.filter((row) => row.program === chart.choice && row.jw4_policy_pct !== null);
      return drawRows(chart, { rows: distinct(of, "label"), rowHeight: 12 + 8 * models.length, x: { label: "fragmentation by placement alone, percent", from: 0, to: most([20, ...numbers(of, "jw4_policy_pct")]) * 1.2 },
        items: of.map((row) => ({ row: row.label, kind: "dot", x: Math.max(0, row.jw4_policy_pct), low: row.least_pct ?? row.jw4_policy_pct, high: row.most_pct ?? row.jw4_policy_pct, ink: inkOf(row.label), shape: SHAPE_NAMES[models.indexOf(row.model) % 6], offset: (2 * models.indexOf(row.model)) / Math.max(1, models.length - 1) - 1,
          text: `${row.label}, ${row.model}: ${percent(row.jw4_policy_pct)}` })) });
    },
  };
}

const VIEWS = {
  heatmap, "worst-case": worstCase, overhead, "blow-up": blowUp, pareto, front, structure, footprint, waste, "thread-footprint": threadFootprint, release, ratios, latency,
  fragmentation: null, // the same lines as footprint's
  ageing: lines("Fragmentation against the age of a heap", "round", "rounds of the program", "median_pct", "percent", { band: ["least_pct", "most_pct"] }),
  "hole-sizes": lines("How many holes of each size", "size_bytes", "size of a hole", "holes", "holes", { x: ["log"], y: ["log1p", "linear"], xFormat: bytes, xTicks: byteTicks, steps: true }),
  unusable: lines("Free memory that blocks of one size cannot use", "size_bytes", "size of the blocks wanted", "unusable_pct", "percent of free bytes", { x: ["log"], xFormat: bytes, xTicks: byteTicks }),
  failure: lines("Requests refused in a region of fixed size", "region_pct", "region, percent of the peak of live bytes", "failed_requests_pct", "percent of requests", { x: ["linear", "log"], y: ["linear", "log1p"], steps: true, from: true }),
  cost: lines("Probes of a request as holes grow in number", "holes_count", "holes", "probes_per_request", "probes", { x: ["log", "linear"], y: ["log", "linear"] }),
};

// The views of a set: more than one where it has a panel a workload.
function viewsOf(set) {
  const make = VIEWS[set.figure];
  if (!make) return [];
  const rows = rowsOf(set);
  const panels = set.figure === "overhead" ? distinct(rows, "workload").map((name) => [name, rows.filter((row) => row.workload === name)]) : [[workloadOf(set), rows]];
  return panels.map(([workload, of]) => {
    const view = make(set, of);
    const known = DATA.workloads.find((w) => w.label === workload);
    const name = set.figure + (known ? `-${known.slug}` : set.subject ? `-${set.subject}` : "");
    return { ...view, set, name, workload: known?.label ?? null, caption: set.caption, label: `Chart: ${view.title}${known ? ` of ${known.label}` : ""}. ${set.caption}` };
  });
}

// The workload that a set is of, if it is of one.
const workloadOf = (set) => DATA.workloads.find((workload) => workload.slug === set.subject)?.label ?? null;
