import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/**
 * Beside each text, the same as Brotli packs it, a sixth less to load than gzip, and as gzip does. The gateway and nginx
 * send them as they are.
 */
const packed: Plugin = {
  name: "packed",
  apply: "build",
  // Once all is written: what the bundle holds before is still changed.
  writeBundle({ dir = "dist" }, bundle) {
    for (const name of Object.keys(bundle)) {
      if (!/\.(js|css|json)$/.test(name)) continue;
      const file = join(dir, name);
      const text = readFileSync(file);
      writeFileSync(`${file}.br`, brotliCompressSync(text));
      writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
    }
  },
};

/**
 * The letters are asked for with the page, not once its styles were read: no line moves when they come. So is the
 * dashboard, with all that it imports, which waits for its language only.
 */
const ahead: Plugin = {
  name: "ahead",
  transformIndexHtml: {
    order: "post",
    handler: (_, { bundle = {} }) => {
      const files = Object.values(bundle);
      const chunks = files.flatMap((file) => (file.type === "chunk" ? [file] : []));
      const dashboard = chunks.find(({ name }) => name === "dashboard");
      const modules = dashboard ? [dashboard.fileName, ...dashboard.imports] : [];
      const letters = files.filter(({ fileName }) => /inter-latin-wght-normal-.*\.woff2$/.test(fileName));
      const link = (href: string, attrs: Record<string, string>) => ({
        tag: "link",
        attrs: { ...attrs, href: `/${href}`, crossorigin: "" },
        injectTo: "head" as const,
      });
      return [
        ...modules.map((name) => link(name, { rel: "modulepreload" })),
        ...letters.map(({ fileName }) => link(fileName, { rel: "preload", as: "font", type: "font/woff2" })),
      ];
    },
  },
};

/** What every page needs, in two files instead of forty: each file costs a request and its headers. */
const GROUPS = [
  // Read before the rest, which names its texts when it is read.
  { name: "texts", test: /src\/lib\/(ahead|texts|stored)\.ts|vite\/preload-helper/, priority: 2 },
  {
    name: "vendor",
    test: /node_modules\/(react|react-dom|scheduler|clsx|openapi-fetch|use-sync-external-store|@tanstack\/[^/]+)\//,
  },
  {
    name: "base",
    test: /src\/(api\/(?!forms)|lib\/(?!days|texts|stored|glossary)|components\/(ui\/(?!MenuParts|Day|Dialog|Confirm|Explained)|charts\/Spark|table\/(?!SavedViews))|features\/(imports\/kinds|product\/past))|lucide-react/,
    minShareCount: 3,
  },
];

const gateway = process.env.ALMANAC_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [
    tanstackRouter({ target: "react", autoCodeSplitting: true }),
    react(),
    tailwindcss(),
    ahead,
    packed,
  ],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  // The gateway's CSP allows no data: scripts or fonts, so nothing is inlined.
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
  },
  server: { proxy: { "/api": gateway } },
  test: {
    restoreMocks: true,
    env: { TZ: "UTC", DEBUG_PRINT_LIMIT: "0" },
    // Rules need no browser: only what touches the page pays for one.
    projects: [
      { extends: true, test: { name: "rules", environment: "node", include: ["src/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "screens",
          environment: "jsdom",
          include: ["src/**/*.test.tsx"],
          setupFiles: ["./src/test/setup.ts"],
        },
      },
    ],
  },
});
