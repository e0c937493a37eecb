// The page of a report in a real browser: sorts, filters, defines, answers, toggles, zooms, exports, prints, fits
// narrow and wide windows in light and dark, passes an audit of accessibility, says nothing on the console.
//
//   node browser.mjs CHROMIUM FOLDER-WITH-node_modules RESULTS [SHOTS]
//
// RESULTS has report.html; FITLAB is the program, for a command that the page gives.
import { createRequire } from "module";
import { strict as assert } from "assert";
import { execFileSync } from "child_process";
import { existsSync, readFileSync, statSync } from "fs";
import { resolve } from "path";
import { pathToFileURL } from "url";

const [, , chromium, folder, results, shots] = process.argv;
const modules = `${resolve(folder)}/node_modules/`;
const playwright = createRequire(modules)("playwright-core");
const browser = await playwright.chromium.launch({
  executablePath: chromium,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const said = [];

async function open(options = {}, hash = "") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.on("console", (m) => said.push(m.text()));
  page.on("pageerror", (e) => said.push(e.message));
  page.on("request", (r) => /^(file|data|blob):/.test(r.url()) || said.push(`loads ${r.url()}`));
  await page.goto(pathToFileURL(`${results}/report.html`) + hash);
  return page;
}

const column = (page, table, n) => page.locator(`#${table} tbody tr:visible > :nth-child(${n})`).allInnerTexts();
const ascending = (list) => list.every((value, i) => !i || +value >= +list[i - 1]);
const details = (page) => page.locator("#details section:visible");

async function sorts() {
  const page = await open();
  const head = page.locator("#fragmentation thead th").nth(1);
  await head.locator("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  const numbers = (await column(page, "fragmentation", 2)).filter((text) => /^\d/.test(text));
  assert.ok(numbers.length >= 4 && ascending(numbers), `not in order: ${numbers}`);
  await head.locator("button").press("Enter");
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  assert.ok(ascending((await column(page, "fragmentation", 2)).filter((text) => /^\d/.test(text)).reverse()));
  // A definition where the pointer or the keyboard is.
  await head.hover();
  assert.match(await page.locator("#tip").innerText(), /peak footprint over peak live bytes/);
  await page.mouse.move(2, 2);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  assert.ok(await page.locator("#tip").isVisible());
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#tip").isHidden());
  await page.context().close();
}

async function filters() {
  const page = await open();
  const lines = () => page.locator("#each figure[id^=figure-footprint] svg[role=img] path[data-policy]").count();
  const [rows, drawn] = [(await column(page, "fragmentation", 1)).length, await lines()];
  await page.locator("#chooser summary").first().click();
  await page.locator("#chooser input[type=search]").first().fill("tlsf");
  await page.locator("#chooser input[type=checkbox]:visible").first().uncheck();
  assert.equal((await column(page, "fragmentation", 1)).length, rows - 1);
  assert.ok((await lines()) < drawn, "a hidden policy is still drawn");
  await page.keyboard.press("Escape");
  const heads = await page.locator("#fragmentation thead th:visible").count();
  await page.locator("#chooser summary").nth(1).click();
  await page.locator("#chooser details[open] input[type=checkbox]").first().uncheck();
  assert.equal(await page.locator("#fragmentation thead th:visible").count(), heads - 1);
  await page.context().close();
}

// A cell leads to its figures and to the command that makes it again; and that gives the same row.
async function makesACellAgain() {
  const page = await open();
  const row = page.locator("#fragmentation tbody tr", { hasText: "buddy region=grow" });
  const shown = await row.locator("td").first().innerText();
  await row.locator("td").first().click();
  const command = (await page.locator("tr.more code").allInnerTexts()).find((text) => text.includes("--pass memory"));
  assert.match(command, /^fitlab run -p buddy -w uniform\S+ --pass memory/);
  execFileSync("bash", ["-c", `${command.replace("fitlab", '"$FITLAB"')} -o again >again.txt 2>&1`]);
  const cells = (text) => text.replace(/"[^"]*"/g, "quoted").split(",");
  const [head, again] = readFileSync("again/summary.csv", "utf8").split("\n").map(cells);
  const value = +again[head.indexOf("jw4_pct")];
  assert.ok(Math.abs(value - +shown) <= Math.abs(value) * 0.01 + 0.01, `again it is ${value}, not ${shown}`);
  await page.locator("tr.more a").first().click();
  assert.ok(await page.locator("#each figure").first().isVisible());
  await page.context().close();
}

async function warns() {
  const page = await open();
  assert.match(await page.locator("#opening .alarm").innerText(), /cells? did not end well/);
  assert.ok(await page.locator("#fragmentation td.failed", { hasText: "oom" }).count() > 0, "no cell says oom");
  assert.equal(await page.locator("#opening p:not(.alarm)").count(), 3);
  await page.context().close();
}

async function answers() {
  const page = await open();
  const chart = page.locator("#each figure[id^=figure-footprint]");
  const plot = chart.locator(".plot");
  await plot.scrollIntoViewIfNeeded();
  await plot.focus();
  await page.keyboard.press("ArrowRight");
  const first = await chart.locator(".readout").innerText();
  assert.match(first, /: footprint .* live .* at /);
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await chart.locator(".readout").innerText(), first);
  await page.keyboard.press("ArrowDown");
  assert.notEqual((await chart.locator(".readout").innerText()).split(":")[0], first.split(":")[0], "down is not another policy");
  // By the pointer, where the keyboard found a value.
  const ring = await chart.locator("svg[role=img] > circle").boundingBox();
  await page.mouse.move(ring.x + ring.width / 2, ring.y + ring.height / 2);
  assert.match(await page.locator("#tip").innerText(), /footprint/);
  assert.ok(await page.locator("body.some-marked").count());
  const strong = await page.locator(".marked").evaluateAll((list) => new Set(list.map((e) => e.getAttribute("data-policy"))).size);
  assert.equal(strong, 1, "not one policy stands out");
  // A logarithmic axis, and a span of x.
  const path = () => chart.locator("svg[role=img] path[data-policy]").first().getAttribute("d");
  const linear = await path();
  await chart.getByRole("button", { name: "log y" }).click();
  assert.notEqual(await path(), linear, "log y changes nothing");
  await chart.getByRole("button", { name: "log y" }).click();
  assert.equal(await path(), linear);
  const box = await plot.boundingBox();
  await page.mouse.move(box.x + 150, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + 400, box.y + 100, { steps: 4 });
  await page.mouse.up();
  assert.notEqual(await path(), linear, "a span of x does not zoom");
  await plot.focus();
  await page.keyboard.press("0");
  assert.equal(await path(), linear);
  await page.context().close();
}

async function exports() {
  const page = await open();
  const chart = page.locator("#each figure[id^=figure-footprint]");
  const got = {};
  for (const [name, begin] of [["SVG", "<svg"], ["PNG", "\u0089PNG"], ["CSV", "label,style"]]) {
    const download = page.waitForEvent("download");
    await chart.getByRole("button", { name: new RegExp(`^Save as ${name}`) }).click();
    got[name] = readFileSync(await (await download).path(), name === "PNG" ? "latin1" : "utf8");
    assert.ok(got[name].startsWith(begin), `${name} begins with ${got[name].slice(0, 20)}`);
  }
  assert.ok(!got.SVG.includes("var("), "the SVG has colours that only the page knows");
  // The numbers are those that gnuplot would draw.
  execFileSync(process.env.FITLAB, ["plot", results, "-f", "footprint", "--format", "svg", "-o", "drawn"]);
  const slug = (await chart.getAttribute("id")).replace("figure-", "");
  const digits = (text) => text.replace(/\d+\.\d+(e[+-]?\d+)?/g, (n) => String(+(+n).toPrecision(6))).replaceAll('"', "");
  assert.equal(digits(got.CSV), digits(readFileSync(`drawn/${slug}.csv`, "utf8")));
  await page.context().close();
}

async function chooses() {
  const page = await open();
  const before = await page.locator("#each figure").first().getAttribute("id");
  await page.locator("#workload").selectOption({ index: 1 });
  assert.notEqual(await page.locator("#each figure").first().getAttribute("id"), before);
  assert.equal(await details(page).count(), 1);
  const id = await page.locator("#each figure").nth(1).getAttribute("id");
  await page.context().close();
  const other = await open({}, `#${encodeURIComponent(id)}`);
  assert.ok(await other.locator(`[id="${id}"]`).isVisible(), "a link to a figure does not lead to it");
  await other.context().close();
}

// Without scripts the tables are all there; with them, nothing on the page is cut on paper.
async function readsWithoutScriptsAndPrints() {
  const plain = await open({ javaScriptEnabled: false });
  assert.ok(await plain.locator("#fragmentation td").first().isVisible());
  assert.equal(await details(plain).count(), 2);
  await plain.context().close();
  const page = await open({ viewport: { width: 718, height: 1000 } }); // the width of A4 between its margins
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("resize")));
  const cut = await page.locator("table:visible").evaluateAll((tables) => tables.filter((t) => t.getBoundingClientRect().right > innerWidth + 1).map((t) => t.closest("section")?.id));
  assert.deepEqual(cut, [], "tables are cut on paper");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const wide = await page.locator(".plot svg").evaluateAll((list) => list.filter((one) => one.getBoundingClientRect().right > innerWidth).length);
  assert.equal(wide, 0, "charts are cut on paper");
  assert.ok(await page.locator(".tools").first().isHidden());
  const pdf = shots ? `${shots}/report.pdf` : "report.pdf";
  await page.pdf({ path: pdf, format: "A4", printBackground: true });
  assert.ok(statSync(pdf).size > 20000);
  await page.context().close();
}

async function fits() {
  for (const colorScheme of ["light", "dark"]) {
    const page = await open({ colorScheme });
    for (const width of [360, 768, 1280, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(100);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${wide} pixels wide in a window of ${width}`);
      if (shots) await page.screenshot({ path: `${shots}/report-${colorScheme}-${width}.png`, fullPage: true });
    }
    await page.context().close();
  }
}

async function isAccessible() {
  const axe = `${modules}axe-core/axe.min.js`;
  if (!existsSync(axe)) {
    console.log("browser.mjs: no axe-core: accessibility was not audited");
    return;
  }
  for (const colorScheme of ["light", "dark"]) {
    const page = await open({ colorScheme });
    await page.locator("#fragmentation tbody td").first().click();
    await page.addScriptTag({ path: axe });
    const found = await page.evaluate(() => axe.run());
    assert.deepEqual(found.violations.map((v) => `${colorScheme} ${v.id}: ${v.nodes.length} x ${v.nodes[0].html.slice(0, 120)} ${v.nodes[0].failureSummary}`), []);
    await page.context().close();
  }
}

try {
  for (const part of [sorts, filters, makesACellAgain, warns, answers, exports, chooses, readsWithoutScriptsAndPrints, fits, isAccessible]) {
    try {
      await part();
    } catch (error) {
      error.message = `${part.name}: ${error.message}`;
      throw error;
    }
  }
  assert.deepEqual(said, [], "the console says something, or something is loaded");
} finally {
  await browser.close();
}
