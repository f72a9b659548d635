/** Small helpers to build elements; styles and texts never go through HTML strings. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type Child = Node | string | null;

const SVG = "http://www.w3.org/2000/svg";
const ICONS_URL = "/static/icons.svg";

/** An element with attributes (true: present, false or undefined: absent) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function svgEl(tag: string, attributes: Attributes = {}, ...children: Node[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/** A drawing of the sprite; says nothing to a screen reader, the element around it does. */
export function icon(name: string): SVGElement {
  const use = svgEl("use", { href: `${ICONS_URL}#${name}` });
  return svgEl("svg", { class: "i", viewBox: "0 0 24 24", "aria-hidden": "true" }, use);
}

export function kbd(key: string): HTMLElement {
  return el("kbd", { "aria-hidden": "true" }, key);
}

export function button(
  attributes: Attributes,
  onClick: () => void,
  ...children: readonly Child[]
): HTMLButtonElement {
  const element = el("button", { type: "button", ...attributes }, ...children);
  element.addEventListener("click", onClick);
  return element;
}

/** A number with thin spaces between thousands. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word.length > 0);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return letters.map((word) => word?.[0]?.toUpperCase() ?? "").join("") || "?";
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
}
