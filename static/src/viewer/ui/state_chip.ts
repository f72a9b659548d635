/** The state of an image as icon and word. */
import type { ImageState } from "../model/contract.ts";
import { el, icon } from "./dom.ts";

interface StateLook {
  readonly word: string;
  readonly icon: string;
  readonly tone: string;
}

export const STATE_LOOKS: Readonly<Record<ImageState, StateLook>> = {
  uploaded: { word: "New", icon: "uploaded", tone: "" },
  segmented: { word: "Segmented", icon: "segmented", tone: "info" },
  corrected: { word: "Correcting", icon: "pencil", tone: "info" },
  in_review: { word: "In review", icon: "eye", tone: "warn" },
  sent_back: { word: "Sent back", icon: "send_back", tone: "bad" },
  approved: { word: "Approved", icon: "approve", tone: "good" },
};

export function stateChip(state: ImageState): HTMLElement {
  const look = STATE_LOOKS[state];
  return el("span", { class: `chip ${look.tone}` }, icon(look.icon), look.word);
}
