/** The keys that go through the items of a menu, around at its ends (WAI-ARIA, menu pattern). */

/** Bring the focus to the item that the key asks for; false for every other key. */
export function stepThrough(items: readonly HTMLElement[], key: string): boolean {
  const now = items.indexOf(document.activeElement as HTMLElement);
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: (now + 1) % items.length,
    ArrowUp: (now - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const target = targets[key];
  if (target !== undefined) items[target]!.focus();
  return target !== undefined;
}
