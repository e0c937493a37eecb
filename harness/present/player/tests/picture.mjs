// A picture of a player's page, for documentation.
//
//   node picture.mjs CHROMIUM FOLDER-WITH-playwright-core PAGE.html STEP PICTURE.png [WIDTH [light|dark]]
import { createRequire } from "module";
import { resolve } from "path";
import { pathToFileURL } from "url";

const [, , chromium, folder, file, step, picture, width = "1100", colorScheme = "light"] = process.argv;
const playwright = createRequire(`${resolve(folder)}/node_modules/`)("playwright-core");
const browser = await playwright.chromium.launch({
  executablePath: chromium,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: { width: +width, height: 700 }, colorScheme });
await page.goto(`${pathToFileURL(file)}#step=${step}`);
await page.screenshot({ path: picture, fullPage: true });
await browser.close();
