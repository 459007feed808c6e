// copied.mjs PDF…: the text of each page of each file as pdf.js copies it, as one JSON array of arrays.
import { readFileSync } from 'node:fs';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

// pdf.js begins anew with everything that is laid over a page, and puts nothing between it and what stood before: a piece
// that stands on another line, or far from the last, is parted from it here.
const apart = (last, { transform: [, , , , x, y], height }) => {
  const size = Math.max(last.height, height, 1);
  const end = last.transform[4] + last.width;
  return Math.abs(y - last.transform[5]) > size || x > end + 2 * size || x < last.transform[4] - size;
};

const found = [];
for (const file of process.argv.slice(2)) {
  const pdf = await getDocument({ data: new Uint8Array(readFileSync(file)), verbosity: 0 }).promise;
  const pages = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    let [said, last] = ['', null];
    for (const item of items) {
      if (last && !last.hasEOL && item.str.trim() && apart(last, item)) said += '\n';
      said += item.str + (item.hasEOL ? '\n' : '');
      if (item.str.trim() || item.hasEOL) last = item;
    }
    pages.push(said);
  }
  found.push(pages);
  await pdf.loadingTask.destroy();
}
process.stdout.write(JSON.stringify(found));
