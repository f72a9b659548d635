import { DetailedError, Upload } from "tus-js-client";
import { csrfToken } from "../csrf.ts";
import { sentenceOf } from "../send.ts";
import { CheckedParts, DAMAGED } from "./checked_parts.ts";

const ENDPOINT = "/api/uploads";
const PART_BYTES = 8 * 2 ** 20;
const LOST = "The connection was lost. What arrived is kept; it goes on when you are online again.";
const RETRY_AFTER_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];

export interface Hearing {
  /** The server knows the file under this id now. */
  onStart(uploadId: string): void;
  onProgress(fraction: number): void;
  onSent(): void;
  /** `isLost`: nobody answered, so it may go on later; else the server refused. */
  onFail(sentence: string, isLost: boolean): void;
}

/** Send one file to a dataset; what the server has already is not sent again. */
export async function sendFile(file: File, dataset: string, hearing: Hearing): Promise<Upload> {
  const upload = new Upload(file, {
    endpoint: ENDPOINT,
    chunkSize: PART_BYTES,
    retryDelays: RETRY_AFTER_MS,
    httpStack: new CheckedParts(),
    onShouldRetry: (error) => isWorthRetrying(error as DetailedError),
    metadata: { filename: file.name, dataset },
    headers: { "X-CSRFToken": csrfToken() },
    removeFingerprintOnSuccess: true,
    fingerprint: async () => fingerprintOf(file, dataset),
    onUploadUrlAvailable: () => hearing.onStart(idOf(upload.url)),
    onProgress: (sent, total) => hearing.onProgress(total ? sent / total : 1),
    onSuccess: () => hearing.onSent(),
    onError: (error) => {
      const answer = error instanceof DetailedError ? error.originalResponse : null;
      if (answer) hearing.onFail(sentenceOf(answer.getBody(), answer.getStatus()), false);
      else hearing.onFail(LOST, true);
    },
  });
  const [previous] = await upload.findPreviousUploads();
  if (previous) upload.resumeFromPreviousUpload(previous);
  upload.start();
  return upload;
}

/** What the server refuses stays refused, but for a part that another try may bring whole. */
function isWorthRetrying({ originalResponse }: DetailedError): boolean {
  const status = originalResponse?.getStatus() ?? 0;
  const isRefused = status >= 400 && status < 500 && ![409, 423, DAMAGED].includes(status);
  return navigator.onLine && !isRefused;
}

/** The same file in the same dataset: name, folder, size and time of the last change. */
export function fingerprintOf(file: File, dataset: string): string {
  const parts = [dataset, file.webkitRelativePath, file.name, file.size, file.lastModified];
  return `coverslip:${parts.join(":")}`;
}

function idOf(url: string | null): string {
  return url?.replace(/\/+$/, "").split("/").pop() ?? "";
}
