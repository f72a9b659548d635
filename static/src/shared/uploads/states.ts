/** The way of one file: the first is the browser's alone, the others are the server's too. */
export type UploadState =
  | "waiting"
  | "sending"
  | "checking"
  | "converting"
  | "asking"
  | "partial"
  | "ready"
  | "failed"
  | "cancelled";

export const WORDS: Record<UploadState, string> = {
  waiting: "Waiting",
  sending: "Sending",
  checking: "Waiting to be read",
  converting: "Reading",
  asking: "Needs an answer",
  partial: "Waiting for its other files",
  ready: "Ready",
  failed: "Failed",
  cancelled: "Cancelled",
};

const KNOWN = new Set(Object.keys(WORDS));

/** The server's word, or "failed" when it is none that this page knows. */
export function stateOf(word: unknown): UploadState {
  return typeof word === "string" && KNOWN.has(word) ? (word as UploadState) : "failed";
}

export interface Way {
  state: UploadState;
  /** 0..1 within the state: bytes while sending, reading while converting. */
  progress: number;
}

/** How far a file is on its whole way, 0..1: sending is the first half, reading the second. */
export function fractionOf({ state, progress }: Way): number {
  if (state === "sending") return progress / 2;
  if (state === "checking") return 0.5;
  if (state === "converting") return 0.5 + progress / 2;
  if (waitsForPerson(state)) return 0.5;
  return state === "waiting" ? 0 : 1;
}

/** Is there nothing more to wait for? */
export function isAtEnd(state: UploadState): boolean {
  return state === "ready" || state === "failed" || state === "cancelled";
}

/** Does it go on only once somebody has done something? */
export function waitsForPerson(state: UploadState): boolean {
  return state === "asking" || state === "partial";
}

export interface Overall {
  nDone: number;
  nFailed: number;
  nTotal: number;
  fraction: number;
  /** Null before there is something to measure. */
  secondsLeft: number | null;
}

const LEAST_FRACTION = 0.02;

/** All files together; the time left follows from how long the part that is done took. */
export function overallOf(ways: readonly Way[], secondsSinceStart: number): Overall {
  const counted = ways.filter((way) => way.state !== "cancelled");
  const sum = counted.reduce((total, way) => total + fractionOf(way), 0);
  const fraction = counted.length ? sum / counted.length : 0;
  const canTell = fraction >= LEAST_FRACTION && fraction < 1;
  return {
    nDone: counted.filter((way) => way.state === "ready").length,
    nFailed: counted.filter((way) => way.state === "failed").length,
    nTotal: counted.length,
    fraction,
    secondsLeft: canTell ? (secondsSinceStart * (1 - fraction)) / fraction : null,
  };
}
