// The page: charts in their places, and what is chosen to be shown.
"use strict";

const charts = DATA.sets.flatMap(viewsOf).map((view) => new Chart(view));
const across = document.getElementById("across"), each = document.getElementById("each"), details = document.getElementById("details");

// --- what is shown ----------------------------------------------------------------------------------

// A menu of names that can be shown or not, with a field to filter them.
function chooser(title, set, names, swatch) {
  const summary = el("summary", {});
  const boxes = names.map((name) => el("input", { type: "checkbox", id: `${title}-${name}`, checked: true, onchange: (event) => {
    if (event.currentTarget.checked) set.add(name); else set.delete(name);
    changed("shown");
  } }));
  const items = names.map((name, i) => el("div", { class: "item", "data-policy": swatch ? name : null }, boxes[i], swatch ? swatch(name) : null, el("label", { for: `${title}-${name}` }, name),
    swatch ? el("button", { type: "button", "aria-label": `${name} stands out`, onclick: () => pin(name) }, "\u2605") : null));
  const all = (on) => el("button", { type: "button", onclick: () => {
    names.forEach((name, i) => {
      if (items[i].hidden) return;
      boxes[i].checked = on;
      if (on) set.add(name); else set.delete(name);
    });
    changed("shown");
  } }, on ? "show these" : "hide these");
  const filter = el("input", { type: "search", placeholder: "filter", "aria-label": `Filter ${title}`, oninput: (event) => {
    const wanted = event.currentTarget.value.toLowerCase();
    items.forEach((item, i) => (item.hidden = !names[i].toLowerCase().includes(wanted)));
    items.forEach((item) => (item.style.display = item.hidden ? "none" : ""));
  } });
  const count = () => (summary.textContent = `${title}: ${set.size} of ${names.length}`);
  whenChanged(count);
  count();
  return el("details", {}, summary, el("div", { class: "list" }, filter, " ", all(true), " ", all(false), ...items));
}

function swatch(label) {
  return svg("svg", { class: "swatch", viewBox: "0 0 26 12", "aria-hidden": "true" }, svg("line", { x1: 0, x2: 26, y1: 6, y2: 6, stroke: inkOf(label), "stroke-width": 3, "stroke-dasharray": dashOf(label) }));
}

function fillChooser() {
  const pinned = el("button", { type: "button", hidden: true, onclick: () => pin(shown.pinned) });
  whenChanged(() => {
    pinned.hidden = !shown.pinned;
    pinned.textContent = `${shown.pinned} stands out \u2715`;
  });
  const menus = [chooser("Policies", shown.policies, DATA.policies.map(({ label }) => label), swatch),
    chooser("Workloads", shown.workloads, DATA.workloads.map(({ label }) => label), null)];
  document.addEventListener("pointerdown", (event) => menus.forEach((menu) => menu.contains(event.target) || (menu.open = false)));
  document.addEventListener("keydown", (event) => event.key === "Escape" && menus.forEach((menu) => (menu.open = false)));
  const section = document.getElementById("chooser");
  section.append(el("div", { class: "bar" }, ...menus, pinned));
  section.hidden = false;
}

// --- one workload -----------------------------------------------------------------------------------

const menu = el("select", { id: "workload", onchange: (event) => chooseWorkload(event.currentTarget.value) }, ...DATA.workloads.map(({ label }) => el("option", {}, label)));

function chooseWorkload(label) {
  shown.workload = label;
  menu.value = label;
  document.getElementById("workloads").textContent = `One workload: ${label}`;
  const { slug } = DATA.workloads.find((workload) => workload.label === label);
  each.replaceChildren(...charts.filter((chart) => chart.view.workload === label).map((chart) => chart.element));
  charts.filter((chart) => chart.view.workload === label).forEach((chart) => chart.draw());
  for (const section of details.querySelectorAll("section.detail")) section.hidden = section.id !== `detail-${slug}`;
}

// A link to a figure of another workload chooses that workload first.
function follow() {
  const chart = charts.find((one) => `#${one.element.id}` === decodeURIComponent(location.hash));
  if (chart?.view.workload) chooseWorkload(chart.view.workload);
  chart?.element.scrollIntoView();
}

const visible = () => charts.filter((chart) => chart.element.isConnected);

function begin() {
  document.querySelectorAll("section.table").forEach(tableOf);
  fillChooser();
  document.getElementById("which").append(el("p", {}, el("label", { for: "workload" }, "Workload: "), menu));
  const common = charts.filter((chart) => !chart.view.workload);
  across.append(...common.map((chart) => chart.element));
  common.forEach((chart) => chart.draw());
  chooseWorkload(shown.workload);
  const failures = document.getElementById("failures");
  if (failures) {
    const n = failures.querySelectorAll("tbody tr").length;
    document.getElementById("opening").append(el("p", { class: "alarm" }, `${n} cell${n === 1 ? "" : "s"} did not end well: `, el("a", { href: "#failures" }, "see which and why")));
  }
  whenChanged((what) => what === "shown" && visible().forEach((chart) => chart.draw()));
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) visible().forEach((chart) => chart.draw());
    width = innerWidth;
  });
  // Charts are drawn again for the paper, not made smaller.
  for (const [event, paper] of [["beforeprint", PAPER], ["afterprint", 0]]) {
    addEventListener(event, () => {
      Chart.paper = paper;
      visible().forEach((chart) => chart.draw());
    });
  }
  addEventListener("hashchange", follow);
  follow();
}

begin();
