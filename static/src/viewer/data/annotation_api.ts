/** The annotation of an image: its edits, fresh labels and the verbs of the review. */
import type {
  AnnotationJson,
  EditJson,
  EditsPageJson,
  ImageJson,
  NewEditJson,
  ObjectRow,
} from "../model/contract.ts";
import { type Edit, editFromJson } from "../model/edit.ts";
import type { LabelRange } from "../model/label_pool.ts";
import type { SendResult } from "../model/outbox.ts";
import { getJson, HttpError, isSessionTrouble, postJson, Unreachable } from "./http.ts";

const SESSION_IS_OVER = "You are signed out.";

export function fetchImage(url: string): Promise<ImageJson> {
  return getJson<ImageJson>(url);
}

/** The annotation of the image; one is made when there is none yet, by people who may. */
export async function openAnnotation(image: ImageJson): Promise<AnnotationJson> {
  if (image.annotation) return fetchAnnotation(image.annotation);
  try {
    return await postJson<AnnotationJson>(`/api/images/${image.id}/annotation`, {});
  } catch (error) {
    if (error instanceof HttpError && error.status === 403) {
      return withoutAnnotation(image, error.message);
    }
    throw error;
  }
}

/** What a person sees who may look at an image that nobody has worked on: no cells, no verbs. */
function withoutAnnotation(image: ImageJson, reason: string): AnnotationJson {
  const { id, state, levels } = image;
  const can = { edit: false, submit: false, approve: false, send_back: false, reopen: false };
  return {
    ...{ id: "", image: id, state, version: 0, levels, can, reasons: { edit: reason } },
    ...{
      tile_url: null,
      base: null,
      comments: [],
      classes: [],
      me: { id: "", name: "You", color: "#4b5560" },
    },
    ...{ edits_url: "", labels_url: "", objects_url: "", socket_url: "" },
  };
}

export function fetchAnnotation(id: string): Promise<AnnotationJson> {
  return getJson<AnnotationJson>(`/api/annotations/${id}`);
}

export async function fetchObjects(annotation: AnnotationJson): Promise<ObjectRow[]> {
  if (annotation.id === "") return [];
  return (await getJson<{ objects: ObjectRow[] }>(annotation.objects_url)).objects;
}

/** Every edit of the log after `version`, in order. */
export async function fetchEdits(annotation: AnnotationJson, version: number): Promise<Edit[]> {
  const edits: Edit[] = [];
  if (annotation.id === "") return edits;
  let known = version;
  while (true) {
    const page = await getJson<EditsPageJson>(`${annotation.edits_url}?after=${known}`);
    edits.push(...page.edits.map(editFromJson));
    known = edits.at(-1)?.version ?? known;
    if (page.edits.length === 0 || known >= page.version) return edits;
  }
}

/** The known beginning of the log, and the rest of it as far as the annotation goes. */
export async function fetchEditsAfter(
  annotation: AnnotationJson,
  known: readonly Edit[],
): Promise<Edit[]> {
  const version = known.at(-1)?.version ?? 0;
  if (version >= annotation.version) return [...known];
  return [...known, ...(await fetchEdits(annotation, version))];
}

export async function sendEdit(annotation: AnnotationJson, edit: NewEditJson): Promise<SendResult> {
  try {
    const { version } = await postJson<{ version: number }>(annotation.edits_url, edit);
    return { kind: "accepted", version };
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): SendResult {
  if (error instanceof Unreachable) return { kind: "unreachable", detail: error.message };
  if (!(error instanceof HttpError)) throw error;
  if (isSessionTrouble(error)) return { kind: "unreachable", detail: SESSION_IS_OVER };
  // Too many requests or a server in trouble: the edit is fine, try again later.
  if (error.status === 429 || error.status >= 500) {
    return { kind: "unreachable", detail: error.message };
  }
  const detail = error.message;
  if (error.status === 409 && (error.code === "conflict" || error.code === "mismatch")) {
    return { kind: "conflict", detail, edits: (error.body.edits ?? []) as EditJson[] };
  }
  const isFinal = error.status === 403 || error.status === 404 || error.status === 409;
  return { kind: "refused", detail, isFinal, isOutdated: error.code === "replaced" };
}

/** Make a version the newest one; it comes back as an edit of the log. */
export function restoreVersion(
  annotation: AnnotationJson,
  wanted: { client_id: string; version: number; base_version: number },
): Promise<{ version: number }> {
  return postJson(`/api/annotations/${annotation.id}/restore`, wanted);
}

export function requestLabels(annotation: AnnotationJson, count: number): Promise<LabelRange> {
  return postJson<LabelRange>(annotation.labels_url, { count });
}

export type ReviewVerb =
  | { verb: "submit" }
  | { verb: "approve"; version: number }
  | { verb: "send_back"; comment: string }
  | { verb: "reopen"; reason: string };

/** Submit, approve, send back or reopen; gives the annotation as it is then. */
export function review(annotation: AnnotationJson, action: ReviewVerb): Promise<AnnotationJson> {
  const { verb, ...body } = action;
  return postJson<AnnotationJson>(`/api/annotations/${annotation.id}/${verb}`, body);
}
