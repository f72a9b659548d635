/** The regions that are set aside: each can be shown, and measured again, without the mouse. */
import { boxAround } from "../model/geometry.ts";
import type { Region } from "../model/marks.ts";
import type { Editor } from "../tools/editor.ts";
import { button, el, icon } from "./dom.ts";

export function regionsSection(editor: Editor): HTMLElement {
  const { workspace } = editor;
  const list = el("ul", { class: "regions" });
  const element = el("section", { class: "sec" }, el("h2", {}, "Ignored regions"), list);
  let known: Region[] = [];
  const show = () => {
    const regions = [...workspace.document.objects.facts.regions];
    const isSame =
      known.length === regions.length && regions.every(([, region], at) => known[at] === region);
    if (isSame && regions.length > 0) return;
    known = regions.map(([, region]) => region);
    element.hidden = regions.length === 0;
    list.replaceChildren(
      ...regions.map(([id, region], index) => row(editor, id, region, index + 1)),
    );
  };
  workspace.document.objects.revision.listen(show);
  show();
  return element;
}

function row(editor: Editor, id: string, region: Region, number: number): HTMLElement {
  const { workspace } = editor;
  const place = [
    workspace.nFrames > 1 ? `frame ${region.t + 1}` : "",
    workspace.nSlices > 1 ? `slice ${region.z + 1}` : "",
  ].filter((text) => text !== "");
  const name = [`Region ${number}`, ...place].join(" · ");
  const remove = button(
    { class: "icon-btn", "aria-label": `Measure ${name} again`, title: "Measure again" },
    () => editor.marking.stopIgnoring(id),
    icon("close"),
  );
  const show = button({ class: "link" }, () => showRegion(editor, region), name);
  return el("li", {}, icon("ignore"), show, remove);
}

function showRegion({ workspace, glide }: Editor, { t, z, points }: Region): void {
  workspace.goToPlane(t, z);
  const [y0, x0, y1, x1] = boxAround(points, 0);
  const { size } = workspace.view.value;
  const fitting = 0.6 * Math.min(size.height / (y1 - y0), size.width / (x1 - x0));
  glide.to([(y0 + y1 - 1) / 2, (x0 + x1 - 1) / 2], Math.min(6, fitting));
}
