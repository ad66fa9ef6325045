import { useState } from "react";
import { Button } from "@/components/ui/controls";
import { Badge, Card, CardHead, Empty, Table } from "@/components/ui/states";
import { clock, count, units, words } from "@/lib/format";
import { useSaleEvents } from "@/lib/stream";

const SHOWN = 14;

export function LiveEvents() {
  const events = useSaleEvents();
  const [paused, setPaused] = useState<typeof events | null>(null);
  const list = (paused ?? events).slice(0, SHOWN);
  const more = (paused ?? events).reduce((sum, event) => sum + event.more, 0);
  return (
    <Card>
      <CardHead title="Sales as they arrive" note="newest first">
        <Button aria-pressed={paused !== null} onClick={() => setPaused(paused ? null : events)}>
          {paused ? "Go on" : "Pause"}
        </Button>
      </CardHead>
      {list.length === 0 ? (
        <Empty title="Nothing since you opened this page">New sales show here within a second.</Empty>
      ) : (
        <Table
          label="Sales as they arrive"
          head={
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Product</th>
              <th scope="col">Location</th>
              <th scope="col" className="text-right">
                Quantity
              </th>
              <th scope="col">Result</th>
            </tr>
          }
        >
          {list.map((event) => (
            <tr key={event.id}>
              <td className="text-ink-3">{clock(event.at)}</td>
              <td>{event.sku}</td>
              <td>{event.location}</td>
              <td className="text-right">{units(event.quantity)}</td>
              <td>
                <Badge tone={event.rejected ? "bad" : "good"}>
                  {event.rejected ? "Rejected" : words(event.kind ?? "recorded")}
                </Badge>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {more > 0 && <p className="px-4 py-2 text-sec text-ink-3">{count(more)} more were too fast to show.</p>}
    </Card>
  );
}
