/** The options of a choice: those without a group at the top, the others under the name of theirs. */
import { el } from "./dom.ts";

interface Choosable {
  readonly id: string;
  readonly group?: string;
}

export function groupedOptions<T extends Choosable>(
  choices: readonly T[],
  textOf: (choice: T) => string,
): HTMLElement[] {
  const option = (choice: T) => el("option", { value: choice.id }, textOf(choice));
  const names = [...new Set(choices.flatMap(({ group }) => group ?? []))];
  return [
    ...choices.filter(({ group }) => group === undefined).map(option),
    ...names.map((label) => {
      const members = choices.filter(({ group }) => group === label);
      return el("optgroup", { label }, ...members.map(option));
    }),
  ];
}
