const THIN_SPACE = "\u202f";

/** 41208 as 41 208, with a thin space. */
export function thin(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** "1 image", "3 images". */
export function count(value: number, noun: string): string {
  return `${thin(value)} ${value === 1 ? noun : `${noun}s`}`;
}

/** Bytes in the unit that reads best. */
export function byteSize(bytes: number): string {
  let value = bytes;
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (value < 1000) return `${value.toFixed(unit === "B" || unit === "kB" ? 0 : 1)} ${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(2)} TB`;
}

/** A duration as a person would say it. */
export function about(seconds: number): string {
  if (seconds < 55) return `${Math.max(5, 5 * Math.ceil(seconds / 5))} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A progress in per cent that says 100 only when it is done. */
export function percent(fraction: number): string {
  return `${Math.floor(100 * Math.min(1, Math.max(0, fraction)))}${THIN_SPACE}%`;
}

/** A time in the reader's zone: "today 14:05", "Friday 09:10", "3 Nov", "3 Nov 2024". */
export function moment(time: Date, now: Date): string {
  const clock = time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const days = Math.round((startOfDay(now) - startOfDay(time)) / 86_400_000);
  if (days === 0) return `today ${clock}`;
  if (days === 1) return `yesterday ${clock}`;
  if (days > 1 && days < 7)
    return `${time.toLocaleDateString("en-GB", { weekday: "long" })} ${clock}`;
  const day = time.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return time.getFullYear() === now.getFullYear() ? day : `${day} ${time.getFullYear()}`;
}

function startOfDay(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}
