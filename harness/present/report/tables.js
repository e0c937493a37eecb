// Tables that are in the page already: sort, filter, definitions, and what stands behind a cell.
"use strict";

// --- what is said of a head -------------------------------------------------------------------------

function define(head, button) {
  const text = head.dataset.definition;
  if (!text) return;
  const show = () => {
    const box = button.getBoundingClientRect();
    showTip(text, box.left, box.bottom);
  };
  button.setAttribute("aria-description", text);
  head.addEventListener("mouseenter", show);
  head.addEventListener("mouseleave", hideTip);
  button.addEventListener("focus", show);
  button.addEventListener("blur", hideTip);
}

// --- order ------------------------------------------------------------------------------------------

// A number, a range such as 2-4 by its beginning, or NaN.
const valueOf = (cell) => (/^[-+\d.]/.test(cell.textContent) ? parseFloat(cell.textContent) : NaN);

function sortBy(table, index, head) {
  const up = head.getAttribute("aria-sort") !== "ascending";
  table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  closeMore(table);
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row, order) => ({ row, order, value: valueOf(row.cells[index]), text: row.cells[index].textContent }));
  const sign = up ? 1 : -1;
  rows.sort((a, b) => {
    const [x, y] = [Number.isNaN(a.value), Number.isNaN(b.value)];
    if (x && y) return !a.text !== !b.text ? (a.text ? -1 : 1) : sign * a.text.localeCompare(b.text);
    return x || y ? x - y : sign * (a.value - b.value) || a.order - b.order; // what is unknown comes last
  });
  body.append(...rows.map(({ row }) => row));
}

// --- what stands behind a row and a cell ------------------------------------------------------------

const closeMore = (table) => table.querySelectorAll("tr.more").forEach((row) => row.remove());

// The commands that make the cells of a policy on a workload again, one a pass.
function commands(policy, workload) {
  return DATA.passes.map(({ options }) =>
    `fitlab run -p ${quoted(policy.spec)} -w ${quoted(workload.spec)}${policy.region === "grow" ? "" : ` --region ${policy.region}`} ${options}`);
}

function figureLinks(workload) {
  const list = charts.filter((chart) => chart.view.workload === workload.label).map((chart) => chart.view.name);
  const go = (event) => {
    event.preventDefault();
    chooseWorkload(workload.label);
    document.getElementById(event.currentTarget.hash.slice(1))?.scrollIntoView({ behavior: "smooth" });
  };
  return list.flatMap((name, i) => [i ? ", " : "", el("a", { href: `#figure-${name}`, onclick: go }, name)]);
}

function aboutCell(policy, workload) {
  const links = figureLinks(workload);
  return el("div", {}, el("p", {}, el("strong", {}, `${policy.label} on ${workload.label}`), links.length ? ". Figures: " : "", ...links),
    el("p", {}, "The same cell again:"), el("ul", {}, ...commands(policy, workload).map((command) => el("li", {}, el("code", {}, command)))));
}

// Below its row: the policy on one workload, or on one after the other.
function openMore(row, policy, workloads, chosen) {
  const table = row.closest("table");
  const open = row.nextElementSibling?.classList.contains("more") && row.nextElementSibling.dataset.workload === (chosen?.label ?? "");
  closeMore(table);
  table.querySelectorAll("td.chosen").forEach((cell) => cell.classList.remove("chosen"));
  if (open) return;
  const about = el("div", {});
  const show = (workload) => about.replaceChildren(aboutCell(policy, workload));
  const menu = workloads.length > 1 && el("select", { "aria-label": `A workload of ${policy.label}`, onchange: (event) => show(workloads[event.currentTarget.selectedIndex]) },
    ...workloads.map((workload) => el("option", { selected: workload === chosen }, workload.label)));
  show(chosen ?? workloads[0]);
  row.after(el("tr", { class: "more", "data-workload": chosen?.label ?? "" },
    el("td", { colspan: row.cells.length }, el("div", { class: "inside" }, menu || null, el("button", { type: "button", onclick: () => pin(policy.label) }, "let it stand out"), about))));
}

function linkRows(table, heads) {
  const of = heads.map((head) => DATA.workloads.find((workload) => workload.label === head.dataset.workload));
  const workloads = [...new Set(of.filter(Boolean))];
  for (const row of table.tBodies[0].rows) {
    const policy = DATA.policies.find(({ label }) => label === row.cells[0].textContent);
    if (!policy) continue;
    row.dataset.policy = policy.label;
    const list = workloads.length ? workloads : DATA.workloads;
    const name = el("button", { type: "button", class: "name", "aria-label": `${policy.label}: figures and commands`, onclick: () => openMore(row, policy, list, null) }, policy.label);
    row.cells[0].replaceChildren(name);
    row.addEventListener("mouseenter", () => mark(policy.label));
    row.addEventListener("mouseleave", () => mark(null));
    [...row.cells].slice(1).forEach((cell, i) => {
      if (!of[i + 1]) return;
      cell.addEventListener("click", () => {
        openMore(row, policy, list, of[i + 1]);
        cell.classList.add("chosen");
      });
    });
  }
}

// --- what is shown ----------------------------------------------------------------------------------

function filterTable(table, heads) {
  const hidden = heads.map((head) => head.dataset.workload && !head.closest("section").classList.contains("detail") && !shown.workloads.has(head.dataset.workload));
  const policyAt = heads.findIndex((head) => head.textContent === "policy"), workloadAt = heads.findIndex((head) => head.textContent === "workload");
  heads.forEach((head, i) => (head.hidden = hidden[i]));
  for (const row of table.tBodies[0].rows) {
    if (row.classList.contains("more")) continue;
    const name = row.cells[policyAt]?.textContent, workload = row.cells[workloadAt]?.textContent;
    row.hidden = (place.has(name) && !shown.policies.has(name)) || (workloadAt > 0 && DATA.workloads.some((w) => w.label === workload) && !shown.workloads.has(workload));
    [...row.cells].forEach((cell, i) => (cell.hidden = hidden[i]));
  }
}

function tableOf(section) {
  const table = section.querySelector("table"), heads = [...table.querySelectorAll("thead th")];
  heads.forEach((head, i) => {
    const text = head.textContent;
    const button = el("button", { type: "button", onclick: () => sortBy(table, i, head) }, text);
    head.replaceChildren(button);
    define(head, button);
  });
  if (section.dataset.rows === "policies") linkRows(table, heads);
  whenChanged((what) => {
    if (what === "shown") {
      closeMore(table);
      filterTable(table, heads);
    }
  });
}
