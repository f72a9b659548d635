import { count } from "./format.ts";
import { isTyping } from "./hotkeys.ts";

/**
 * Select many by mouse (box, Ctrl or Shift and click) and by keyboard (arrows, space, Ctrl+A,
 * Escape) in the elements of `[data-selectable]`, each with a checkbox named `images`.
 */
export function listenForSelection(): void {
  const list = document.querySelector<HTMLElement>("[data-selectable]");
  const bar = document.querySelector<HTMLElement>("#selection-bar");
  if (!list || !bar) return;
  let anchor: HTMLInputElement | null = null;

  const boxes = () => [...list.querySelectorAll<HTMLInputElement>("input[name=images]")];
  const chosen = () => boxes().filter((box) => box.checked);

  const show = () => {
    const selected = chosen();
    for (const box of boxes()) rowOf(box)?.classList.toggle("is-selected", box.checked);
    for (const row of list.querySelectorAll("tr")) {
      row.classList.toggle("on", row.classList.contains("is-selected"));
    }
    list.classList.toggle("is-selecting", selected.length > 0);
    bar.hidden = selected.length === 0;
    const words = document.querySelector("#selection-count");
    if (words) words.textContent = `${count(selected.length, "image")} selected`;
    followOne(selected);
  };

  const choose = (box: HTMLInputElement, isRange: boolean) => {
    const all = boxes();
    if (isRange && anchor && all.includes(anchor)) {
      const [from, to] = [all.indexOf(anchor), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, (to ?? 0) + 1)) one.checked = true;
    } else {
      box.checked = !box.checked;
      anchor = box;
    }
    show();
  };

  list.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const row = event.target.closest("[data-key]");
    const box = row?.querySelector<HTMLInputElement>("input[name=images]");
    if (!box) return;
    const isBox = event.target === box;
    if (!isBox && !event.shiftKey && !event.ctrlKey && !event.metaKey) return;
    if (!isBox) event.preventDefault();
    if (isBox && !event.shiftKey) {
      anchor = box;
      show();
      return;
    }
    if (isBox) box.checked = !box.checked;
    choose(box, event.shiftKey);
  });

  document.addEventListener("keydown", (event) => {
    if (isTyping(event)) return;
    if (event.key === "Escape") setAll(boxes(), false);
    else if ((event.ctrlKey || event.metaKey) && event.key === "a") setAll(boxes(), true);
    else if (event.key.startsWith("Arrow") && list.contains(document.activeElement)) {
      if (!step(list, event.key)) return;
    } else return;
    event.preventDefault();
    show();
  });

  document.querySelector("#select-all")?.addEventListener("click", () => {
    setAll(boxes(), true);
    show();
  });
  document.addEventListener("refreshed", show);
  show();
}

function setAll(boxes: HTMLInputElement[], isChosen: boolean): void {
  for (const box of boxes) box.checked = isChosen;
}

function rowOf(box: HTMLInputElement): Element | null {
  return box.closest("[data-key]");
}

/** Two links of the bar are about one image: the first that is selected. */
function followOne(selected: HTMLInputElement[]): void {
  const id = selected[0]?.value;
  const open = document.querySelector<HTMLAnchorElement>("#open-selected");
  const details = document.querySelector<HTMLAnchorElement>("#details-selected");
  if (!id || !open || !details) return;
  open.href = `/images/${id}`;
  details.href = `/images/${id}/details`;
  open.hidden = details.hidden = selected.length !== 1;
}

/** Move the focus to the neighbouring image; in a grid up and down go by rows. */
function step(list: HTMLElement, key: string): boolean {
  const items = [...list.querySelectorAll<HTMLElement>("[data-key]")];
  const here = items.findIndex((item) => item.contains(document.activeElement));
  const first = items[0];
  if (here < 0 || !first) return false;
  const top = first.offsetTop;
  const perRow = Math.max(
    1,
    items.findIndex((item) => item.offsetTop > top),
  );
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perRow, ArrowDown: perRow };
  const there = items[here + (steps[key as keyof typeof steps] ?? 0)];
  const isOnBox = document.activeElement instanceof HTMLInputElement;
  there?.querySelector<HTMLElement>(isOnBox ? "input[name=images]" : "a")?.focus();
  return true;
}
