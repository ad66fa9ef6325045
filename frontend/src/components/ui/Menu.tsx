import { lazy, Suspense, useState } from "react";
import type { MenuProps } from "./MenuParts";

/** What a menu is made of comes when one is pointed at, or has the focus: no first load waits for it. */
const load = () => import("./MenuParts");
const OpenedMenu = lazy(async () => ({ default: (await load()).OpenedMenu }));
export const MenuItem = lazy(async () => ({ default: (await load()).MenuItem }));
export const MenuCheck = lazy(async () => ({ default: (await load()).MenuCheck }));
export const MenuText = lazy(async () => ({ default: (await load()).MenuText }));
export const MenuLine = lazy(async () => ({ default: (await load()).MenuLine }));

/** A button that opens a list of acts or choices. */
export function Menu(props: MenuProps) {
  const [used, setUsed] = useState(false);
  const open = () => setUsed(true);
  const button = (
    <button
      type="button"
      title={props.label}
      disabled={props.disabled}
      className={props.className}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={load}
      onFocus={load}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key !== "ArrowDown") return;
        event.preventDefault();
        open();
      }}
    >
      <span className="sr-only">{props.label}</span>
      <span aria-hidden className="contents">
        {props.trigger}
      </span>
    </button>
  );
  return used ? (
    <Suspense fallback={button}>
      <OpenedMenu {...props} />
    </Suspense>
  ) : (
    button
  );
}
