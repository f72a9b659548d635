/** How large the brush is: so many pixels of the image, or so many of the screen at every zoom. */

export type BrushUnit = "image" | "screen";

export interface BrushSize {
  readonly radius: number;
  readonly unit: BrushUnit;
}

export const INITIAL_BRUSH: BrushSize = { radius: 8, unit: "image" };
const LEAST: Readonly<Record<BrushUnit, number>> = { image: 0.5, screen: 2 };
const MOST = 200;
/** A stroke of more pixels than this would not be drawn within a frame. */
const MOST_IN_IMAGE = 600;

/** Half the width of a stroke in pixels of the image, at a zoom in screen pixels per pixel. */
export function radiusInImage({ radius, unit }: BrushSize, zoom: number): number {
  if (unit === "image") return radius;
  return Math.min(MOST_IN_IMAGE, Math.max(LEAST.image, radius / zoom));
}

/** A brush of another radius, in steps of half a pixel. */
export function withRadius({ unit }: BrushSize, radius: number): BrushSize {
  const rounded = Math.round(radius * 2) / 2;
  return { radius: Math.min(MOST, Math.max(LEAST[unit], rounded)), unit };
}

/** The brush larger (factor > 1) or smaller, by half a pixel at least. */
export function scaled(size: BrushSize, factor: number): BrushSize {
  const { radius } = size;
  const changed = radius * factor;
  return withRadius(
    size,
    factor > 1 ? Math.max(radius + 0.5, changed) : Math.min(radius - 0.5, changed),
  );
}

/** The brush in the other unit; at this zoom it looks the same. */
export function inUnit(size: BrushSize, unit: BrushUnit, zoom: number): BrushSize {
  if (unit === size.unit) return size;
  const radius = unit === "screen" ? size.radius * zoom : size.radius / zoom;
  return withRadius({ radius, unit }, radius);
}

/** Where the radius lies between the smallest and the largest brush, 0..1; small ones have room. */
export function partOfRange({ radius, unit }: BrushSize): number {
  return Math.log(radius / LEAST[unit]) / Math.log(MOST / LEAST[unit]);
}

export function atPartOfRange({ radius, unit }: BrushSize, part: number): BrushSize {
  return withRadius({ radius, unit }, LEAST[unit] * (MOST / LEAST[unit]) ** part);
}

/** A brush that was kept; null for anything else. */
export function brushFrom(value: unknown): BrushSize | null {
  if (typeof value !== "object" || value === null) return null;
  const { radius, unit } = value as Partial<Record<keyof BrushSize, unknown>>;
  if (typeof radius !== "number" || !Number.isFinite(radius)) return null;
  return unit === "image" || unit === "screen" ? withRadius({ radius, unit }, radius) : null;
}
