// opds.mjs FEED…: what r2-opds-js reads in each feed, .json (OPDS 2.0) or .xml (OPDS 1.2), as one JSON array.
import fs from 'node:fs';
import { createRequire } from 'node:module';

console.log = () => {}; // the parser wishes for pictures, and says so where our answer goes

const require = createRequire(import.meta.url);
const es = 'dist/es8-es2017/src';
const { DOMParser } = require('@xmldom/xmldom');
const { initGlobalConverters_GENERIC } = require(`r2-shared-js/${es}/init-globals`);
const { initGlobalConverters_OPDS } = require(`r2-opds-js/${es}/opds/init-globals`);
const { convertOpds1ToOpds2 } = require(`r2-opds-js/${es}/opds/converter`);
const { OPDS } = require(`r2-opds-js/${es}/opds/opds1/opds`);
const { OPDSFeed } = require(`r2-opds-js/${es}/opds/opds2/opds2`);
const { TaJsonDeserialize } = require(`r2-lcp-js/${es}/serializable`);
const { XML } = require(`r2-utils-js/${es}/_utils/xml-js-mapper`);

initGlobalConverters_OPDS();
initGlobalConverters_GENERIC();

const words = (title) => (typeof title === 'string' ? title : Object.values(title ?? {})[0]);

/** A feed, by the end of its name. */
function read(path) {
  const said = fs.readFileSync(path, 'utf-8');
  if (path.endsWith('.json')) return TaJsonDeserialize(JSON.parse(said), OPDSFeed);
  return convertOpds1ToOpds2(XML.deserialize(new DOMParser().parseFromString(said, 'application/xml'), OPDS));
}

const found = process.argv.slice(2).map((path) => {
  const feed = read(path);
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
