import { join, relative } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { build, type Plugin } from 'vite';
import { listSources, PAGES } from './sources.ts';

/** Every page by its folder. */
const ENTRIES = ['screen', 'till'] as const;

/** Bundles every page into a folder: hashed names, no inline script, a manifest that says which page needs what. */
export async function bundlePages(root: string, folder: string): Promise<void> {
  await build({
    configFile: false,
    root: join(root, PAGES),
    logLevel: 'warn',
    publicDir: false,
    plugins: [vue(), onlyKnownSources(root)],
    define: {
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      __VUE_I18N_FULL_INSTALL__: 'false',
      __VUE_I18N_LEGACY_API__: 'false',
      __INTLIFY_PROD_DEVTOOLS__: 'false',
    },
    build: {
      outDir: folder,
      emptyOutDir: false,
      manifest: 'manifest.json',
      target: 'chrome111',
      // A picture inside a style sheet would need `data:` in the policy; the polyfill would be an inline script.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: { input: ENTRIES.map((name) => join(root, PAGES, name, 'index.html')) },
    },
  });
}

/** A module whose change nobody would notice must not slip into a page: the stamp is made of the listed files only. */
function onlyKnownSources(root: string): Plugin {
  return {
    name: 'only-known-sources',
    buildEnd(error) {
      if (error) return;
      const known = new Set(listSources(root));
      const foreign = [...this.getModuleIds()]
        .filter((id) => id.startsWith(root) && !id.includes('node_modules'))
        .map((id) => relative(root, id.replace(/\?.*$/, '')))
        .filter((file) => !known.has(file));
      if (foreign.length > 0) this.error(`add to BESIDE in kiosk/pages/build/sources.ts: ${foreign.join(', ')}`);
    },
  };
}
