import { Link } from "@tanstack/react-router";
import { api, data } from "@/api/client";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button, buttonLook } from "@/components/ui/controls";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Dialog, DialogEnd } from "@/components/ui/Dialog";
import { units, words } from "@/lib/format";
import { kindOf } from "@/lib/promotionKinds";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { Lift } from "./Lift";
import { moved } from "./month";
import { daysOf, discountOf, type Planned, type Promotion, reachOf } from "./planned";

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
          <DefinitionLine label={t("Days")}>{daysOf(planned)}</DefinitionLine>
          {planned.what === "promotion" ? (
            <>
              <DefinitionLine label={t("Kind")}>{kindOf(planned) ?? t("None said")}</DefinitionLine>
              <DefinitionLine label={t("Discount")}>{discountOf(planned) ?? t("None said")}</DefinitionLine>
              {planned.planned_quantity != null && (
                <DefinitionLine label={t("Planned quantity")}>
                  {units(planned.planned_quantity)}
                </DefinitionLine>
              )}
            </>
          ) : (
            <DefinitionLine label={t("Kind")}>{words(planned.kind)}</DefinitionLine>
          )}
          <DefinitionLine label={t("For")}>{reachOf(planned)}</DefinitionLine>
        </dl>
        {planned.what === "promotion" && planned.skus.length > 1 && <Skus skus={planned.skus} />}
        {planned.what === "promotion" && <Lift id={planned.id} />}
        {may("planner") && (
          <DialogEnd>
            <Remove planned={planned} onDone={onClose} />
            {planned.what === "promotion" && planned.skus.length > 0 && (
              <Link to="/what-if" search={supposed(planned)} className={buttonLook()}>
                {t("What if")}
              </Link>
            )}
            <Button onClick={onCopy}>{t("Copy")}</Button>
            <Button look="primary" onClick={onEdit}>
              {t("Edit")}
            </Button>
          </DialogEnd>
        )}
      </div>
    </Dialog>
  );
}

/** The same again a week later: what was planned is in what is expected already. */
function supposed(planned: Promotion) {
  const { name, starts, ends, skus, locations, discount, kind } = moved(planned, 7);
  return {
    skus,
    name,
    starts,
    ends,
    ...(kind !== undefined && kind !== "other" && { kind }),
    ...(locations.length > 0 && { locations }),
    ...(discount != null && { discount: String(Number(discount)) }),
  };
}

function Skus({ skus }: { skus: readonly string[] }) {
  return (
    <ul aria-label={t("Its products")} className="flex flex-wrap gap-x-3 gap-y-1 text-sec">
      {skus.slice(0, SHOWN).map((sku) => (
        <li key={sku}>
          <Link to="/products/$sku" params={{ sku }} className="underline-offset-2 hover:underline">
            {sku}
          </Link>
        </li>
      ))}
      {skus.length > SHOWN && <li className="text-ink-2">{t("and {0} more", skus.length - SHOWN)}</li>}
    </ul>
  );
}

function Remove({ planned, onDone }: { planned: Planned; onDone: () => void }) {
  const promotion = planned.what === "promotion";
  return (
    <ConfirmButton
      label={t("Delete")}
      look="danger"
      title={t("Delete {0}", planned.name)}
      does={promotion ? t("Delete the promotion") : t("Delete the event")}
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
      said={() => t("{0} is deleted.", planned.name)}
      onDone={onDone}
    >
      {promotion
        ? t(
            "{0}, of {1}. The next forecast will not expect it, nor learn from it if it has been.",
            daysOf(planned),
            reachOf(planned),
          )
        : t("{0}, of {1}. The next forecast will not expect it.", daysOf(planned), reachOf(planned))}
    </ConfirmButton>
  );
}
