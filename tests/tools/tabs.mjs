// node tabs.mjs ADDRESS FILE BEFORE AFTER: opens the live page in ten tabs, all of them seen, and saves FILE with other words.
//
// It tells in how many milliseconds each tab opened, and in how many tabs a picture of a page was exchanged.
import { readFileSync, writeFileSync } from "node:fs";
import { open, tool, withBrowser } from "./browser.mjs";

const TABS = 10;
const picture = () => document.querySelector("#pages img")?.dataset.name;

tool(async ([address, file, before, after]) =>
  withBrowser(async (browser) => {
    const [tabs, opened, shown] = [[], [], []];
    for (let number = 0; number < TABS; number += 1) {
      const page = await open(browser, { width: 800, type: "window" });
      const start = performance.now();
      await page.goto(number ? tabs[0].url() : address, { waitUntil: "load", timeout: 60000 });
      opened.push(Math.round(performance.now() - start));
      await page.waitForFunction(picture);
      shown.push(await page.evaluate(picture));
      tabs.push(page);
    }
    writeFileSync(file, readFileSync(file, "utf8").replace(before, after));
    const waits = tabs.map((page, number) => page.waitForFunction((had) => document.querySelector("#pages img").dataset.name !== had, { polling: 100 }, shown[number]));
    const exchanged = (await Promise.all(waits)).length;
    return { opened, exchanged };
  }),
);
