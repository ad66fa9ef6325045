import { describe, expect, it } from "vitest";
import { parseEvents } from "./stream";

describe("server-sent events", () => {
  const text =
    'retry: 2000\n: welcome\n\nid: a-1\nevent: sale\ndata: {"sku":"A"}\n\n: ping\n\nid: a-2\nevent: invalidate\ndata: {"keys":["sales"]}\n\n';

  it("reads whole events and skips comments", () => {
    expect(parseEvents(text)).toEqual({
      events: [
        { id: "a-1", event: "sale", data: '{"sku":"A"}' },
        { id: "a-2", event: "invalidate", data: '{"keys":["sales"]}' },
      ],
      rest: "",
    });
  });

  it("gives the same events wherever the network cuts the text", () => {
    for (let cut = 0; cut <= text.length; cut += 1) {
      const first = parseEvents(text.slice(0, cut));
      const second = parseEvents(first.rest + text.slice(cut));
      expect([...first.events, ...second.events]).toEqual(parseEvents(text).events);
    }
  });
});
