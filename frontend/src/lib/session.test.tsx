import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => vi.resetModules());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const url = (path: string) => new URL(path, location.origin).href;
const user = {
  id: "1",
  username: "ada",
  email: null,
  role: "planner",
  status: "active",
  created_at: "",
  last_login_at: null,
};

function refreshing(expiresIn = 600) {
  let calls = 0;
  server.use(
    http.post(url("/api/auth/refresh"), () => {
      calls += 1;
      return HttpResponse.json({
        access_token: `token-${calls}`,
        token_type: "Bearer",
        expires_in: expiresIn,
        user,
      });
    }),
  );
  return () => calls;
}

describe("the session", () => {
  it("refreshes once for all requests that need a token at the same time", async () => {
    const calls = refreshing();
    const { token, may } = await import("./session");
    expect(await Promise.all([token(), token(), token()])).toEqual(["token-1", "token-1", "token-1"]);
    expect(calls()).toBe(1);
    expect([may("planner"), may("operator")]).toEqual([true, false]);
  });

  it("takes the renewal that was asked for ahead, once", async () => {
    const calls = refreshing();
    server.use(http.get(url("/api/config"), () => HttpResponse.json({ currency: "EUR" })));
    (await import("./ahead")).begin();
    const { authorised, refresh, token } = await import("./session");
    expect(await token()).toBe("token-1");
    const config = await authorised(new Request(url("/api/config")));
    expect([await config.json(), calls()]).toEqual([{ currency: "EUR" }, 1]);
    expect([await refresh(), calls()]).toEqual(["token-2", 2]);
  });

  it("asks anew where nothing answered ahead", async () => {
    server.use(http.post(url("/api/auth/refresh"), () => HttpResponse.error()));
    server.use(http.get(url("/api/config"), () => HttpResponse.error()));
    (await import("./ahead")).begin();
    await new Promise((resolve) => setTimeout(resolve, 20));
    refreshing();
    const { token } = await import("./session");
    expect(await token()).toBe("token-1");
  });

  it("renews a token before it expires", async () => {
    const calls = refreshing(10);
    const { token } = await import("./session");
    await token();
    expect(await token()).toBe("token-2");
    expect(calls()).toBe(2);
  });

  it("sends a refused request once more with a new token, body included", async () => {
    refreshing();
    const seen: (string | null)[] = [];
    server.use(
      http.post(url("/api/sales"), async ({ request }) => {
        seen.push(`${request.headers.get("authorization")} ${await request.text()}`);
        return seen.length === 1
          ? new HttpResponse(null, { status: 401 })
          : HttpResponse.json({}, { status: 201 });
      }),
    );
    const { authorised } = await import("./session");
    const answer = await authorised(new Request(url("/api/sales"), { method: "POST", body: "one" }));
    expect(answer.status).toBe(201);
    expect(seen).toEqual(["Bearer token-1 one", "Bearer token-2 one"]);
  });

  it("ends when the cookie is refused, and keeps who was in and what they may", async () => {
    refreshing(10);
    const { token, current, may } = await import("./session");
    await token();
    server.use(http.post(url("/api/auth/refresh"), () => new HttpResponse(null, { status: 401 })));
    expect(await token()).toBeNull();
    expect(current()).toEqual({ state: "ended", user });
    expect(may("planner")).toBe(true);
  });

  it("is over for somebody who was not in when the cookie is refused", async () => {
    server.use(http.post(url("/api/auth/refresh"), () => new HttpResponse(null, { status: 401 })));
    const { token, current } = await import("./session");
    expect(await token()).toBeNull();
    expect(current()).toEqual({ state: "out" });
  });

  it("ends in every tab when it is ended in one", async () => {
    refreshing();
    server.use(http.post(url("/api/auth/logout"), () => new HttpResponse(null, { status: 204 })));
    const other = await import("./session");
    await other.token();
    vi.resetModules();
    const here = await import("./session");
    await here.token();
    await here.signOut();
    await vi.waitFor(() => expect(other.current()).toEqual({ state: "out" }));
    expect(other.may("viewer")).toBe(false);
  });
});
