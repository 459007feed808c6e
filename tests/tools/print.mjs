// node print.mjs FOLDER FILE…: prints web pages as the browser does, each to FOLDER/NUMBER.pdf (numbers from 1).
import path from "node:path";
import { pathToFileURL } from "node:url";
import { open, tool, withBrowser } from "./browser.mjs";

tool(([folder, ...files]) =>
  withBrowser(async (browser) => {
    const printed = [];
    for (const [index, file] of files.entries()) {
      const page = await open(browser, { width: 1280 });
      await page.goto(pathToFileURL(path.resolve(file)).href, { waitUntil: "load" });
      printed.push(path.join(folder, `${index + 1}.pdf`));
      await page.pdf({ path: printed[index], preferCSSPageSize: true });
      await page.close();
    }
    return printed;
  }),
);
