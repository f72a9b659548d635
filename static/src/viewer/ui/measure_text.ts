/** A measured value as text. */
import { grouped } from "./dom.ts";

/** Three digits that count, thousands apart, with the unit. */
export function measureText(value: number, unit: string): string {
  return `${numberText(value)}${unit === "" ? "" : `\u00a0${unit}`}`;
}

function numberText(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return grouped(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
