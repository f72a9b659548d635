import { count, thin } from "../format.ts";
import { send } from "../send.ts";

export interface Recognized {
  n_files: number;
  n_images: number;
  n_without_well: number;
  n_read_otherwise: number;
}

/** Ask what the names of the files say, and offer it in the line that is there for it. */
export async function offerRecognized(dataset: string): Promise<void> {
  const line = document.querySelector<HTMLElement>("#recognized");
  const link = line?.querySelector("a");
  const words = line?.querySelector("span");
  if (!line || !link || !words) return;
  const found = (await send("GET", `/api/datasets/${dataset}/recognized`)) as Recognized;
  const offer = offerOf(found);
  line.hidden = offer === null;
  if (!offer) return;
  words.textContent = offer.sentence;
  link.textContent = offer.act;
  link.href = `/datasets/${dataset}/${offer.page}`;
}

/** What to say and where to go; null when the names say nothing new. */
export function offerOf(found: Recognized): { sentence: string; act: string; page: string } | null {
  if (found.n_images > 0) {
    const sentence = `By their names ${thin(found.n_files)} of these files are the planes of ${count(found.n_images, "image")}.`;
    return { sentence, act: "Look at them", page: "group" };
  }
  if (found.n_without_well > 0) {
    const sentence = `The names of ${count(found.n_without_well, "image")} say a well of a plate.`;
    return { sentence, act: "Look at the wells", page: "wells" };
  }
  if (found.n_read_otherwise === 0) return null;
  const sentence = `The channels of ${count(found.n_read_otherwise, "image")} are read unlike those of the others.`;
  return { sentence, act: "Say what they show", page: "channels" };
}
