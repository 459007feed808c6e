// thorium.mjs BOOK…: what the parser that Thorium reads with finds in each book, as one JSON array.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const parser = 'r2-shared-js/dist/es8-es2017/src';
const { initGlobalConverters_GENERIC, initGlobalConverters_SHARED } = require(`${parser}/init-globals`);
const { EpubParsePromise } = require(`${parser}/parser/epub`);

initGlobalConverters_SHARED();
initGlobalConverters_GENERIC();

const words = (title) => (typeof title === 'string' ? title : Object.values(title ?? {})[0]);
const lines = (links, depth = 1) =>
  (links ?? []).flatMap((link) => [[depth, link.Title, link.Href], ...lines(link.Children, depth + 1)]);

const found = [];
for (const book of process.argv.slice(2)) {
  const publication = await EpubParsePromise(book);
  const said = publication.Metadata;
  found.push({
    title: words(said.Title),
    languages: said.Language,
    identifier: said.Identifier,
    authors: (said.Author ?? []).map((author) => words(author.Name)),
    texts: (publication.Spine ?? []).map((link) => link.Href),
    contents: lines(publication.TOC),
    landmarks: (publication.Landmarks ?? []).map((link) => link.Title),
    pages: (publication.PageList ?? []).map((link) => link.Title),
    modes: said.AccessMode ?? [],
    features: said.AccessibilityFeature ?? [],
    hazards: said.AccessibilityHazard ?? [],
  });
  publication.freeDestroy();
}
process.stdout.write(JSON.stringify(found));
