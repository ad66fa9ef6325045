import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PAGES, pageAt, placesFor } from "./pages";

/** The paths that the router knows, as its generated file has them. */
const ROUTES = [...readFileSync("src/routeTree.gen.ts", "utf8").matchAll(/fullPath: '([^']+)'/g)].map(
  ([, path]) => (path ?? "").replace(/(.)\/$/, "$1"),
);
const all = () => true;

describe("the list of pages", () => {
  it("has every page that can be gone to, and no other", () => {
    const gone = ROUTES.filter((path) => !path.includes("$") && !["/login", "/register"].includes(path));
    expect([...new Set(gone)].sort()).toEqual(PAGES.map((page) => page.path).sort());
    expect(PAGES.filter((page) => !page.icon)).toEqual([]);
  });

  it("names the page of an address, and of what lies below it", () => {
    expect(pageAt("/products/LAP001")?.title).toBe("Products");
    expect(pageAt("/")?.title).toBe("Today");
    expect(pageAt("/nowhere")).toBeUndefined();
  });

  it("is found by any word, its parts too, and only by who may see it", () => {
    expect(placesFor("dead letters", all).map((place) => place.path)).toEqual(["/pipeline"]);
    expect(placesFor("replen supp", all)).toEqual([
      { path: "/replenishment", view: "suppliers", label: "Replenishment: Suppliers" },
    ]);
    expect(placesFor("keys", (role) => role !== "admin")).toEqual([]);
    expect(placesFor("", all)).toHaveLength(PAGES.length);
  });
});
