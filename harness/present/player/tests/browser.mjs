// The player in a real browser: slides, plays, steps back to the same picture, explains what is pointed at,
// fits narrow and wide windows in light and dark, says nothing on the console, loads nothing.
//
//   node browser.mjs CHROMIUM FOLDER-WITH-playwright-core SMALL.html LATE.html LARGE.html TINY.html [SHOTS]
//
// SMALL has two policies whose results differ and a free list; LATE is the same
// from step 9 on; LARGE has some hundred steps from 1000 on; TINY is a heap of 30 bytes far below its bookkeeping.
import { createRequire } from "module";
import { strict as assert } from "assert";
import { resolve } from "path";
import { pathToFileURL } from "url";

const [, , chromium, folder, small, late, large, tiny, shots] = process.argv;
const playwright = createRequire(`${resolve(folder)}/node_modules/`)("playwright-core");
const browser = await playwright.chromium.launch({
  executablePath: chromium,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const said = [];

async function open(file, hash = "", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (m) => said.push(m.text()));
  page.on("pageerror", (e) => said.push(e.message));
  page.on("request", (r) => r.url().startsWith("file:") || said.push(`loads ${r.url()}`));
  await page.goto(pathToFileURL(file) + hash);
  return page;
}

const where = (page) => page.locator("#where").innerText();
const picture = (page) => page.locator("#panels").innerHTML();
const step = async (page) => +/step (\d+) of/.exec(await where(page))[1];

async function stepsAndSlides() {
  const page = await open(small);
  assert.equal(await step(page), 0);
  assert.ok(await page.locator("#back").isDisabled());
  const pictures = [];
  const last = +(await page.locator("#slider").getAttribute("max"));
  for (let i = 0; i < last; i++) {
    pictures.push(await picture(page));
    await page.keyboard.press("ArrowRight");
    assert.equal(await step(page), i + 1);
  }
  assert.ok(new Set(pictures).size > last / 2, "the pictures do not change");
  assert.ok(await page.locator("#forward").isDisabled());
  for (let i = last - 1; i >= 0; i--) {
    await page.keyboard.press("ArrowLeft");
    assert.equal(await picture(page), pictures[i], `step ${i} looks different on the way back`);
  }
  await page.locator("#slider").fill("3");
  assert.equal(await step(page), 3);
  assert.equal(await picture(page), pictures[3]);
  assert.match(page.url(), /#step=3$/);
  assert.equal(await page.locator("#list [aria-current]").count(), 1);
  assert.match(await page.locator("#list [aria-current]").innerText(), /^3/);
  await page.locator("#list li").nth(1).click();
  assert.equal(await step(page), 1);
  await page.locator(".chart svg").first().click({ position: { x: 300, y: 40 } });
  assert.ok(await step(page) > 1);
  await page.context().close();
}

async function plays() {
  const page = await open(small);
  await page.locator("#speed").selectOption("40");
  await page.locator("#play").click();
  await page.waitForFunction(() => document.getElementById("forward").disabled, null, { timeout: 10000 });
  assert.equal(await page.locator("#play").getAttribute("aria-label"), "Play");
  await page.locator("#first").click();
  await page.locator("h1").click();
  await page.locator("#event").selectOption("split");
  await page.locator("#seek").click();
  assert.match(await page.locator(".told").first().innerText(), /split/);
  await page.context().close();
}

async function explains() {
  const page = await open(small, "#step=7");
  assert.equal(await step(page), 7);
  const tip = page.locator("#tip");
  for (const [kind, text] of [["payload", /block \w+: \d+ bytes asked for/], ["header", /header, \d+ bytes at \d+/],
                              ["free", /hole of \d+ bytes at \d+/], ["link", /(next|previous), 8 bytes at \d+: (holds|leads)/]]) {
    await page.locator(`#panels .range.${kind}`).first().hover();
    assert.match(await tip.innerText(), text);
  }
  await page.mouse.move(2, 2);
  assert.ok(await tip.isHidden());
  await page.locator("#bar0-svg").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.ok(await tip.isVisible());
  assert.ok((await page.locator("#live").innerText()).length > 10);
  assert.equal(await step(page), 7, "arrow keys on the heap do not step");
  assert.match(await page.locator(".chain").first().innerText(), /free list[\s\S]*at \d+[\s\S]*end/);
  assert.ok(await page.locator("#bar0-svg .arrow").count() > 0);
  assert.match(await page.locator(".differs").nth(1).innerText(), /differs/);
  await page.locator("summary").first().click();
  assert.ok(await page.locator("table tr").count() > 3);
  // each control has a name for screen readers
  for (const control of await page.locator("button, input, select, [tabindex]").all()) {
    const name = await control.evaluate((e) => e.getAttribute("aria-label") || e.closest("label, section")?.innerText || e.innerText);
    assert.ok(name && name.trim(), await control.evaluate((e) => e.outerHTML.slice(0, 80)));
  }
  await page.context().close();
}

// What changes brought a page to is what another page begins with: spans, lists and their heads.
async function addsUp() {
  const seen = [];
  for (const file of [small, late]) {
    const page = await open(file, "#step=9");
    assert.equal(await step(page), 9);
    const free = await page.locator(".chains").allInnerTexts();
    const arrows = await page.locator("#panels .arrow").count();
    await page.locator("summary").nth(0).click();
    await page.locator("summary").nth(1).click();
    seen.push([free, arrows, await page.locator("table").allInnerTexts()]);
    await page.context().close();
  }
  assert.deepEqual(seen[0], seen[1]);
}

async function fits() {
  for (const [file, hash] of [[small, "#step=7"], [large, "#step=1100"]]) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open(file, hash, { colorScheme });
      const seen = new Set();
      for (const width of [360, 800, 1280, 2560]) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(50);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${file}: ${wide} pixels wide in a window of ${width}`);
        seen.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
        if (shots) {
          await page.screenshot({ path: `${shots}/${file.replace(/.*\/|\.html/g, "")}-${colorScheme}-${width}.png`, fullPage: true });
        }
      }
      assert.deepEqual([...seen], [colorScheme === "dark" ? "rgb(18, 22, 27)" : "rgb(255, 255, 255)"]);
      await page.context().close();
    }
  }
}

// A heap of 30 bytes has most of the width, though the address space up to its bookkeeping is much larger.
async function showsTheHeapAndNotWhatFollows() {
  const page = await open(tiny, "#step=6");
  const bar = await page.locator("#bar0-svg").boundingBox();
  const block = await page.locator("#bar0-svg .range.payload").boundingBox();
  assert.ok(block.width > bar.width / 5 && block.width < bar.width / 3, `${block.width} of ${bar.width} pixels`);
  assert.deepEqual(await page.locator("#bar0-svg text").allTextContents().then((all) => all.filter((t) => /hole|\/\//.test(t))),
                   ["hole 10", "hole 10", "absent //", "data //"]);
  await page.locator("#bar0-svg .range.absent").hover();
  assert.match(await page.locator("#tip").innerText(), /not taken from the system, drawn shorter/);
  await page.locator("#bar0-svg .range.free").first().hover();
  assert.match(await page.locator("#tip").innerText(), /free, 10 bytes at 0; next on the list: the hole of 10 bytes at 20/);
  await page.context().close();
}

async function printsAndLinks() {
  const page = await open(large, "#step=1100");
  assert.equal(await step(page), 1100);
  await page.evaluate(() => { location.hash = "#step=1050"; });
  await page.waitForFunction(() => /step 1050 /.test(document.getElementById("where").textContent));
  const straight = await picture(page);
  const other = await open(large, "#step=1200");
  await other.evaluate(() => { location.hash = "#step=1050"; });
  await other.waitForFunction(() => /step 1050 /.test(document.getElementById("where").textContent));
  assert.equal(await picture(other), straight, "step 1050 depends on the way there");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("#slider").isHidden());
  assert.ok(await page.locator(".panel").first().isVisible());
  await page.context().close();
  await other.context().close();
}

try {
  for (const part of [stepsAndSlides, plays, explains, addsUp, fits, showsTheHeapAndNotWhatFollows, printsAndLinks]) {
    await part();
  }
  assert.deepEqual(said, [], "the console says something, or something is loaded");
} finally {
  await browser.close();
}
