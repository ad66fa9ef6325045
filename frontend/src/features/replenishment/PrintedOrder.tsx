import { createPortal } from "react-dom";
import type { Schemas } from "@/api/client";
import { count, day, money, units } from "@/lib/format";
import { t } from "@/lib/texts";
import { today } from "@/lib/workspace";

interface Props {
  order: Schemas["OrderOut"];
  supplier: string;
}

/** An order as its supplier gets it on paper or as PDF: nothing else of the page is printed. */
export function PrintedOrder({ order, supplier }: Props) {
  return createPortal(
    <article className="printed">
      <header>
        <h1>{t("Purchase order {0}", order.number)}</h1>
        <p>{day(today(), "always")}</p>
      </header>
      <p>
        {t("To {0} ({1}). Please deliver by {2}.", supplier, order.supplier, day(order.wanted_by, "always"))}
      </p>
      <table>
        <thead>
          <tr>
            {[
              "",
              t("Your code"),
              t("Our code"),
              t("Product"),
              t("Quantity"),
              t("Pack"),
              t("Unit cost"),
              t("Value"),
            ].map((head) => (
              <th key={head} scope="col">
                {head || <span className="sr-only">{t("Line")}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {order.lines.map((line, place) => (
            <tr key={`${line.sku} ${line.location}`}>
              <td>{count(place + 1)}</td>
              <td>{line.supplier_sku ?? ""}</td>
              <td>{line.sku}</td>
              <td>{line.name ?? ""}</td>
              <td>{units(line.quantity)}</td>
              <td>{units(line.multiple ?? 1)}</td>
              <td>{money(line.unit_cost, "exact")}</td>
              <td>{money(Number(line.quantity) * Number(line.unit_cost), "exact")}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={7}>
              {t("In all")}
            </th>
            <td>{money(order.total, "exact")}</td>
          </tr>
        </tfoot>
      </table>
      <p>{t("Please confirm the day of delivery.")}</p>
    </article>,
    document.body,
  );
}
