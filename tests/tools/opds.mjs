// opds.mjs FEED…: what r2-opds-js reads in each feed of OPDS 2.0, as one JSON array.
import fs from 'node:fs';
import { createRequire } from 'node:module';

console.log = () => {}; // the parser wishes for pictures, and says so where our answer goes

const require = createRequire(import.meta.url);
const es = 'dist/es8-es2017/src';
const { initGlobalConverters_GENERIC } = require(`r2-shared-js/${es}/init-globals`);
const { initGlobalConverters_OPDS } = require(`r2-opds-js/${es}/opds/init-globals`);
const { OPDSFeed } = require(`r2-opds-js/${es}/opds/opds2/opds2`);
const { TaJsonDeserialize } = require(`r2-lcp-js/${es}/serializable`);

initGlobalConverters_OPDS();
initGlobalConverters_GENERIC();

const words = (title) => (typeof title === 'string' ? title : Object.values(title ?? {})[0]);

const found = process.argv.slice(2).map((path) => {
  const feed = TaJsonDeserialize(JSON.parse(fs.readFileSync(path, 'utf-8')), OPDSFeed);
  return {
    title: words(feed.Metadata.Title),
    publications: (feed.Publications ?? []).map(({ Metadata, Links }) => ({
      title: words(Metadata.Title),
      files: (Links ?? [])
        .filter((link) => (link.Rel ?? []).some((rel) => rel.startsWith('http://opds-spec.org/acquisition')))
        .map((link) => [link.Href, link.TypeLink]),
    })),
  };
});
process.stdout.write(JSON.stringify(found));
