// node parcel.mjs PAGE LIST: opens the page that checks a parcel from its file, and gives it each folder of a list.
//
// LIST is a file of JSON with the paths of folders. Of each it tells what the page answers, and of which files it says
// what; beside that, what the page asked the network for.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { open, tool, withBrowser } from "./browser.mjs";

tool(async ([file, list]) =>
  withBrowser(async (browser) => {
    const page = await open(browser, { width: 1280 });
    const asked = [];
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) asked.push(request.url());
    });
    await page.goto(pathToFileURL(path.resolve(file)).href, { waitUntil: "load" });
    const input = await page.$("#folder");
    const found = [];
    for (const folder of JSON.parse(fs.readFileSync(list, "utf8"))) {
      await page.evaluate(() => (document.getElementById("answer").textContent = ""));
      await input.uploadFile(folder);
      await page.waitForFunction(() => {
        const said = document.getElementById("answer").textContent;
        return said && !said.endsWith("…");
      });
      found.push(
        await page.evaluate(() => ({
          answer: document.getElementById("answer").textContent,
          files: [...document.querySelectorAll("#list tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent)),
          current: document.getElementById("current").textContent,
        })),
      );
    }
    return { found, asked };
  }),
);
