// A picture of a player's page, for documentation.
//
//   node picture.mjs CHROMIUM FOLDER-WITH-playwright-core PAGE.html STEP PICTURE.png [WIDTH [light|dark [ZOOM]]]
//
// With ZOOM it is of the heaps alone, after so many turns of zooming in; without it, of the whole page. A picture
// has at most 256 colours, which makes it a third as large.
import { deflateSync } from "zlib";
import { writeFileSync } from "fs";
import { createRequire } from "module";
import { resolve } from "path";
import { pathToFileURL } from "url";

// A part of a PNG file: its length, name, bytes and check sum.
function chunk(name, bytes) {
  const body = Buffer.concat([Buffer.from(name), bytes]), whole = Buffer.alloc(body.length + 8);
  let sum = ~0;
  for (const byte of body) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
  }
  whole.writeUInt32BE(bytes.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(~sum >>> 0, body.length + 4);
  return whole;
}

// A PNG of pixels, four bytes each, in the 256 colours that most of them have, or in those nearest to them.
function encode(width, height, pixels) {
  const count = new Map();
  const key = (i) => pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2];
  for (let i = 0; i < pixels.length; i += 4) {
    count.set(key(i), (count.get(key(i)) ?? 0) + 1);
  }
  const palette = [...count.keys()].sort((a, b) => count.get(b) - count.get(a) || a - b).slice(0, 256);
  const apart = (a, b) => [16, 8, 0].reduce((sum, s) => sum + ((a >> s & 255) - (b >> s & 255)) ** 2, 0);
  const nearest = new Map(palette.map((colour, i) => [colour, i]));
  const rows = Buffer.alloc(height * (width + 1)); // each begins with a byte that says: as it is
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = key((y * width + x) * 4);
      if (!nearest.has(colour)) {
        nearest.set(colour, palette.reduce((best, c, i) => apart(c, colour) < apart(palette[best], colour) ? i : best, 0));
      }
      rows[y * (width + 1) + 1 + x] = nearest.get(colour);
    }
  }
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 0, 0, 0]); // 8 bits a pixel, a number of the palette
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  const bytes = (colour) => [colour >> 16, colour >> 8 & 255, colour & 255];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("PLTE", Buffer.from(palette.flatMap(bytes))),
                        chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

// The same PNG in fewer colours; the browser itself decodes it.
async function recode(page, png) {
  const { width, height, text } = await page.evaluate(async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const bytes = context.getImageData(0, 0, image.width, image.height).data;
    let out = "";
    for (let i = 0; i < bytes.length; i += 8192) {
      out += String.fromCharCode(...bytes.subarray(i, i + 8192));
    }
    return { width: image.width, height: image.height, text: btoa(out) };
  }, `data:image/png;base64,${png.toString("base64")}`);
  return encode(width, height, Buffer.from(text, "base64"));
}

const [, , chromium, folder, file, step, picture, width = "1100", colorScheme = "light", zoom] = process.argv;
const playwright = createRequire(`${resolve(folder)}/node_modules/`)("playwright-core");
const browser = await playwright.chromium.launch({
  executablePath: chromium,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: { width: +width, height: zoom ? 2000 : 700 }, colorScheme });
await page.goto(`${pathToFileURL(file)}#step=${step}`);
for (let i = 0; i < +(zoom ?? 0); i++) {
  await page.locator("#zoomin").click();
}
if (zoom) { // what only stands there to be clicked, or so that nothing jumps from step to step
  await page.addStyleTag({ content: ".told { min-height: 0 } .panel { margin: 0 } details { display: none }" });
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement.blur());
}
const png = zoom ? await page.locator("#panels").screenshot() : await page.screenshot({ fullPage: true });
writeFileSync(picture, await recode(page, png));
await browser.close();
