/** An ellipse as a line, for what is drawn with outlines. */
import type { Point } from "./geometry.ts";

const N_POINTS = 64;

/** The ellipse in the box between two opposite corners. */
export function ellipseBetween([ay, ax]: Point, [by, bx]: Point): Point[] {
  const [y, x] = [(ay + by) / 2, (ax + bx) / 2];
  return Array.from({ length: N_POINTS }, (_, index): Point => {
    const angle = (2 * Math.PI * index) / N_POINTS;
    return [y + (Math.sin(angle) * (by - ay)) / 2, x + (Math.cos(angle) * (bx - ax)) / 2];
  });
}
