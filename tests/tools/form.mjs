// node form.mjs ADDRESS WORD LINK…: clicks on a word of a web page that is shown live, and on each link of that page.
//
// It tells the line of the text field at which each opened.
import { open, tool, withBrowser } from "./browser.mjs";

async function shown(page) {
  await page.waitForFunction(() => document.querySelector("#place").href && document.querySelector("#remarks a"));
}

/** Click on a word in the frame. */
async function click(page, word) {
  const frame = await (await page.$("#frame")).contentFrame();
  const [block] = await frame.$$(`xpath/.//p[contains(., "${word}")]`);
  const { x, y } = await block.boundingBox();
  await page.mouse.click(x + 5, y + 8);
}

/** The line at which the caret stands. */
async function line(page) {
  await page.waitForFunction(() => document.activeElement?.matches("#text, #text-field") && document.readyState === "complete");
  return page.evaluate(() => {
    const { activeElement } = document;
    if (activeElement.id === "text") return activeElement.value.slice(activeElement.value.lastIndexOf("\n", activeElement.selectionStart - 1) + 1).split("\n")[0];
    return getSelection().anchorNode.parentElement.closest(".cm-line").textContent;
  });
}

tool(async ([address, word, ...links]) =>
  withBrowser(async (browser) => {
    const page = await open(browser, { width: 1280 });
    await page.goto(address, { waitUntil: "load" });
    const here = page.url();
    const found = [];
    for (const link of ["", ...links]) {
      await page.goto(here, { waitUntil: "load" });
      await shown(page);
      if (link) await page.click(link);
      else await click(page, word);
      await page.waitForFunction(() => location.pathname.startsWith("/edit/"));
      found.push(await line(page));
    }
    return found;
  }),
);
