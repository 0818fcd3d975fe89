import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { compression } from "vite-plugin-compression2";
import { defineConfig } from "vitest/config";

/** A running platform, for `npm run dev`: the address that `make run` prints. */
const platform = process.env.TAPESTREAM_API ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/app/",
  plugins: [react(), compression({ algorithms: ["gzip", "brotliCompress"], threshold: 1024 })],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { checks: { bundlerTimings: false, pluginTimings: false } },
  },
  server: {
    // everything that is not the page is the API
    proxy: { "^/(?!app(/|$))": { target: platform, changeOrigin: true } },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
