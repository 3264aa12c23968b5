/** Builds the pages into the folder that is named, as a process of its own: the kiosk never loads the bundler. */
import { dirname } from 'node:path';
import process from 'node:process';
import { bundlePages } from './bundle.ts';

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node kiosk/pages/build/main.ts FOLDER');
  process.exit(2);
}
await bundlePages(dirname(dirname(dirname(import.meta.dirname))), folder);
