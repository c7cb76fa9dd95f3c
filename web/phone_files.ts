// A Vite plugin: tells the phone page's service worker which files that page is made of, under a name of their content.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin, Rollup } from "vite";

/** Its name never changes: browsers look for a newer one under it. */
export const PHONE_WORKER = "report/worker.js";
const PAGE = "report/index.html";
const BESIDE = ["report/manifest.webmanifest", "report/icon-192.png", "icon.svg"];

export function listPhoneFiles(): Plugin {
  return {
    name: "sargas-phone-files",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const worker = bundle[PHONE_WORKER];
      const page = Object.values(bundle).find(
        (made) => made.type === "chunk" && made.isEntry && made.facadeModuleId?.endsWith(`/${PAGE}`),
      );
      if (worker?.type !== "chunk" || page?.type !== "chunk") return this.error("expected the phone page and its worker");
      if (worker.imports.length) return this.error("expected a worker in one file: some browsers take no other");
      const files = ["report/", ...filesOf(page, bundle), ...BESIDE].map((name) => `/${name}`);
      const digest = createHash("sha256").update(files.join()).update(readFileSync(PAGE));
      for (const name of BESIDE) digest.update(readFileSync(`public/${name}`));
      const listed = JSON.stringify({ version: digest.digest("hex").slice(0, 16), files });
      const code = worker.code.replace(/(["'`])__PHONE_FILES__\1/, () => JSON.stringify(listed));
      if (code === worker.code) return this.error("expected a place for the list of files in the worker");
      worker.code = code;
    },
  };
}

/** Lists the scripts and styles that a page loads, each once. */
function filesOf(page: Rollup.OutputChunk, bundle: Rollup.OutputBundle): string[] {
  const found = new Set<string>();
  const walk = (chunk: Rollup.OutputChunk): void => {
    if (found.has(chunk.fileName)) return;
    found.add(chunk.fileName);
    for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
    for (const name of chunk.imports) {
      const next = bundle[name];
      if (next?.type === "chunk") walk(next);
    }
  };
  walk(page);
  return [...found];
}
