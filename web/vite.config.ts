import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { checkCatalogues } from "./catalogues.ts";
import { PHONE_WORKER, listPhoneFiles } from "./phone_files.ts";

const NODE = process.env["SARGAS_NODE"] ?? "http://127.0.0.1:8710";

export default defineConfig({
  base: "./",
  logLevel: "warn",
  plugins: [svelte(), checkCatalogues("src/language"), checkCatalogues("src/language/views"), checkCatalogues("src/report/language"), listPhoneFiles()],
  worker: { format: "es" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: { index: "index.html", report: "report/index.html", worker: "src/report/worker.ts" },
      output: {
        entryFileNames: ({ facadeModuleId }) =>
          facadeModuleId?.endsWith("src/report/worker.ts") ? PHONE_WORKER : "assets/[name]-[hash].js",
      },
    },
  },
  server: {
    proxy: {
      "/api": NODE,
      "/basemap": NODE,
      "/enter": NODE,
      "/stream": { target: NODE, ws: true },
    },
  },
});
