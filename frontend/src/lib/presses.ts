/** One press does one thing, of what stood there when it began. */

const layerOf = (target: EventTarget | null) => (target as Element | null)?.closest?.("dialog") ?? null;

/**
 * A double click is of where its first click was: what a dialog opens over or leaves bare under the pointer gets none
 * of it. A key that is held down presses a button once. So nobody confirms what stood there too short to be read.
 */
export function guardPresses(page: Document): void {
  let began: Element | null = null;
  const keepOut = (event: MouseEvent) => {
    if (event.type === "mousedown" && event.detail <= 1) began = layerOf(event.target);
    if (event.detail <= 1 || layerOf(event.target) === began) return;
    event.preventDefault(); // nor does it take the focus from where the dialog put it
    event.stopImmediatePropagation();
  };
  for (const kind of ["mousedown", "click"] as const) page.addEventListener(kind, keepOut, true);
  page.addEventListener(
    "keydown",
    (event) => {
      if (event.repeat && event.key === "Enter" && (event.target as Element).closest("button, summary"))
        event.preventDefault();
    },
    true,
  );
}
