import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const gateway = process.env.ALMANAC_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [tanstackRouter({ target: "react", autoCodeSplitting: true }), react(), tailwindcss()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  // The gateway's CSP allows no data: scripts or fonts, so nothing is inlined.
  build: { target: "es2022", assetsInlineLimit: 0 },
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
