import { Link } from "@tanstack/react-router";
import { api, data } from "@/api/client";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Dialog, DialogEnd } from "@/components/ui/Dialog";
import { words } from "@/lib/format";
import { may } from "@/lib/session";
import { Lift } from "./Lift";
import { daysOf, discountOf, type Planned, reachOf } from "./planned";

interface Props {
  planned: Planned;
  onEdit: () => void;
  onCopy: () => void;
  onClose: () => void;
}

const SHOWN = 8;

/** What is planned, and of a promotion what it is expected to bring. */
export function Opened({ planned, onEdit, onCopy, onClose }: Props) {
  return (
    <Dialog title={planned.name} onClose={onClose}>
      <div className="grid gap-4">
        <dl>
          <DefinitionLine label="Days">{daysOf(planned)}</DefinitionLine>
          {planned.what === "promotion" ? (
            <DefinitionLine label="Discount">{discountOf(planned) ?? "None said"}</DefinitionLine>
          ) : (
            <DefinitionLine label="Kind">{words(planned.kind)}</DefinitionLine>
          )}
          <DefinitionLine label="For">{reachOf(planned)}</DefinitionLine>
        </dl>
        {planned.what === "promotion" && planned.skus.length > 1 && <Skus skus={planned.skus} />}
        {planned.what === "promotion" && <Lift id={planned.id} />}
        {may("planner") && (
          <DialogEnd>
            <Remove planned={planned} onDone={onClose} />
            <Button onClick={onCopy}>Copy</Button>
            <Button look="primary" onClick={onEdit}>
              Edit
            </Button>
          </DialogEnd>
        )}
      </div>
    </Dialog>
  );
}

function Skus({ skus }: { skus: readonly string[] }) {
  return (
    <ul aria-label="Its products" className="flex flex-wrap gap-x-3 gap-y-1 text-sec">
      {skus.slice(0, SHOWN).map((sku) => (
        <li key={sku}>
          <Link to="/products/$sku" params={{ sku }} className="underline-offset-2 hover:underline">
            {sku}
          </Link>
        </li>
      ))}
      {skus.length > SHOWN && <li className="text-ink-2">{`and ${skus.length - SHOWN} more`}</li>}
    </ul>
  );
}

function Remove({ planned, onDone }: { planned: Planned; onDone: () => void }) {
  const promotion = planned.what === "promotion";
  return (
    <ConfirmButton
      label="Delete"
      look="danger"
      title={`Delete ${planned.name}`}
      does={`Delete the ${planned.what}`}
      send={async () => {
        await (promotion
          ? data(
              api.DELETE("/api/promotions/{promotion_id}", {
                params: { path: { promotion_id: planned.id } },
              }),
            )
          : data(api.DELETE("/api/events/{event_id}", { params: { path: { event_id: planned.id } } })));
      }}
      stale={promotion ? ["promotions", "forecast/promotions"] : ["events"]}
      said={() => `${planned.name} is deleted.`}
      onDone={onDone}
    >
      {`${daysOf(planned)}, of ${reachOf(planned)}. The next forecast will not expect it${promotion ? ", nor learn from it if it has been" : ""}.`}
    </ConfirmButton>
  );
}
