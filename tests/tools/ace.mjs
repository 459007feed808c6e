// ace.mjs REPORTS BOOK…: Ace on several books in one browser. What it says of each is written to REPORTS/NUMBER/report.json
// (numbers from 1), as Ace itself writes it; where there is none, Ace has broken off. A browser is named by
// PUPPETEER_EXECUTABLE_PATH.
import { join, resolve } from 'node:path';
import ace from '@daisy/ace-core';
import runner from '@daisy/ace-axe-runner-puppeteer';

const [reports, ...books] = process.argv.slice(2);
const oneBrowser = { ...runner, launch: async () => {}, close: async () => {} };

await runner.launch();
for (const [index, book] of books.entries()) {
  const outdir = join(resolve(reports), String(index + 1));
  try {
    await ace(resolve(book), { cwd: process.cwd(), outdir, silent: true, doNotReportMedia: true }, oneBrowser);
  } catch (fault) {
    console.error(`${book}: ${fault}`);
  }
}
await runner.close();
