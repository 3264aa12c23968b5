/** Builds the pages, as a process of its own: the kiosk never loads the bundler. */
import process from 'node:process';
import { bundlePages } from './bundle.ts';

const [root, folder] = process.argv.slice(2);
if (!root || !folder) {
  console.error("usage: node kiosk/pages/build/main.ts PROJECT FOLDER\nThe project's pages go into the folder.");
  process.exit(2);
}
await bundlePages(root, folder);
