// node print.mjs [--style SHEET] FOLDER FILE…: prints web pages as the browser does, each to FOLDER/NUMBER.pdf (numbers
// from 1); with a style sheet of the reader's, if there is one.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { about, open, tool, withBrowser } from "./browser.mjs";

async function print(browser, file, target, style) {
  const page = await open(browser, { width: 1280 });
  await page.goto(pathToFileURL(path.resolve(file)).href, { waitUntil: "load" });
  if (style) await page.addStyleTag({ content: style });
  await page.evaluate(() => Promise.all([...document.fonts].map((face) => face.load())).then(() => true));
  await page.pdf({ path: target, preferCSSPageSize: true });
  await page.close();
  return target;
}

tool((words) => {
  const style = words[0] === "--style" ? fs.readFileSync(words.splice(0, 2)[1], "utf8") : "";
  const [folder, ...files] = words;
  return withBrowser(async (browser) => {
    const printed = [];
    for (const [index, file] of files.entries()) {
      const target = path.join(folder, `${index + 1}.pdf`);
      printed.push(await about(file, () => print(browser, file, target, style)));
    }
    return printed;
  });
});
