/** Keeps the address of the page in step with what is shown. */
import { readUrlState, writeUrlState } from "../model/url_state.ts";
import { View, zoomLimits } from "../model/view.ts";
import type { Workspace } from "../tools/workspace.ts";

const WRITE_AFTER_MS = 250;

/** From now on until `left`, write every change of place into the address. */
export function keepPlaceInUrl(workspace: Workspace, left: AbortSignal): void {
  let timer = 0;
  left.addEventListener("abort", () => clearTimeout(timer));
  const write = () => {
    clearTimeout(timer);
    if (left.aborted) return;
    timer = window.setTimeout(() => writeNow(workspace), WRITE_AFTER_MS);
  };
  const { view, t, z, channels, selected } = workspace;
  view.listen(write);
  t.listen(write);
  z.listen(write);
  channels.listen(write);
  selected.listen(write);
}

/** Show what an address says after its question mark, or the whole image. */
export function showPlace(workspace: Workspace, search: string): void {
  const state = readUrlState(search, workspace.channels.value);
  const { height, width, view } = workspace;
  workspace.goToPlane(state.t ?? 0, state.z ?? 0);
  if (state.channels) workspace.channels.set(state.channels);
  const { size } = view.value;
  const fitted = View.fit(height, width, size);
  const [least, most] = zoomLimits(height, width, size);
  const zoom = Math.min(most, Math.max(least, state.zoom ?? fitted.zoom));
  const center =
    state.y === undefined || state.x === undefined ? fitted.center : ([state.y, state.x] as const);
  view.set(fitted.centeredOn(center, zoom).inside(height, width));
  workspace.select((state.labels ?? []).filter((label) => workspace.objectHere(label)));
}

function writeNow(workspace: Workspace): void {
  history.replaceState(history.state, "", addressHere(workspace));
}

/** The address that shows the same picture: place, zoom, channels, plane and selected cells. */
export function addressHere(workspace: Workspace): string {
  const { view, t, z, channels, selected } = workspace;
  const [y, x] = view.value.center;
  const query = writeUrlState({
    y,
    x,
    zoom: view.value.zoom,
    t: t.value,
    z: z.value,
    labels: selected.value,
    channels: channels.value,
  });
  return `${location.pathname}?${query}`;
}

/** Below this difference in zoom the whole image is shown. */
const WHOLE_WITHIN = 0.02;

/** The address of another image, at the same place unless the whole image is shown. */
export function addressAtPlace(address: string, workspace: Workspace): string {
  const { view, t, z, height, width } = workspace;
  const { center, zoom, size } = view.value;
  const whole = View.fit(height, width, size).zoom;
  const query = new URLSearchParams();
  if (Math.abs(zoom / whole - 1) > WHOLE_WITHIN) {
    query.set("at", center.map((value) => value.toFixed(1)).join());
    query.set("zoom", String(Number(zoom.toFixed(4))));
  }
  if (t.value > 0) query.set("t", String(t.value));
  if (z.value > 0) query.set("z", String(z.value));
  return query.size === 0 ? address : `${address}?${query}`;
}
