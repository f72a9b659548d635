/** The colours of the tokens, as numbers for the shaders. */
import { rgbOf } from "../model/channels.ts";
import { N_LABEL_COLORS } from "../model/label_color.ts";
import type { Palette } from "../render/display.ts";

export function paletteOf(element: HTMLElement): Palette {
  const style = getComputedStyle(element);
  const color = (token: string) => rgbOf(style.getPropertyValue(token).trim());
  const labels = Array.from({ length: N_LABEL_COLORS }, (_, index) =>
    color(`--label-${index + 1}`),
  );
  return { labels };
}
