/** Ask the server which cells a click, a stroke or a box means. */
import type { Box, Point } from "../model/geometry.ts";
import { postJson } from "./http.ts";

/** A row of pixels of a cell: y, first x, end x. */
export type Row = readonly [y: number, start: number, stop: number];

export interface Question {
  readonly t: number;
  readonly z: number;
  /** Points that belong to the cell, and points that do not. */
  readonly added?: readonly Point[];
  readonly removed?: readonly Point[];
  /** A stroke through the cell, which joins what lies under it. */
  readonly scribble?: readonly Point[];
  readonly box?: Box;
  /** A place where clicks are to be expected: finds nothing, makes them fast. */
  readonly look?: Point;
}

interface PromptAnswerJson {
  readonly cells: readonly (readonly Row[])[];
  readonly took_ms: number;
}

/** The rows of every cell that is meant; empty where nothing looks like a cell. */
export async function askForCells(
  imageId: string,
  question: Question,
): Promise<readonly (readonly Row[])[]> {
  return (await postJson<PromptAnswerJson>(`/api/images/${imageId}/prompts`, question)).cells;
}
