import { moment } from "./format.ts";

/** Write every `<time>` in the reader's own zone and words; the exact time is the tooltip. */
export function writeTimes(root: ParentNode): void {
  const now = new Date();
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[datetime]")) {
    const time = new Date(element.dateTime);
    if (Number.isNaN(time.getTime())) continue;
    element.textContent = moment(time, now);
    element.title = time.toLocaleString("en-GB", { dateStyle: "full", timeStyle: "medium" });
  }
}
