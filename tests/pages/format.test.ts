import { describe, expect, it } from "vitest";
import { about, byteSize, count, moment, percent, thin } from "../../static/src/shared/format.ts";

describe("how values are shown", () => {
  it("gives numbers thin spaces", () => {
    expect(thin(41208)).toBe("41\u202f208");
    expect(thin(999)).toBe("999");
  });

  it("makes counts agree with their noun", () => {
    expect(count(1, "file")).toBe("1 file");
    expect(count(0, "file")).toBe("0 files");
  });

  it("says a duration as a person would", () => {
    expect(about(0)).toBe("5 s");
    expect(about(41)).toBe("45 s");
    expect(about(61)).toBe("2 min");
    expect(about(3541)).toBe("1 h 00 min");
  });

  it("shows bytes in the unit that reads best", () => {
    expect(byteSize(12)).toBe("12 B");
    expect(byteSize(6_900_000)).toBe("6.9 MB");
  });

  it("says all only when all is done", () => {
    expect(percent(0.999)).toBe("99\u202f%");
    expect(percent(1)).toBe("100\u202f%");
    expect(percent(-1)).toBe("0\u202f%");
  });

  it("names the day as near as it is", () => {
    const now = new Date(2026, 10, 22, 9, 30);
    expect(moment(new Date(2026, 10, 22, 0, 5), now)).toBe("today 00:05");
    expect(moment(new Date(2026, 10, 21, 23, 59), now)).toBe("yesterday 23:59");
    expect(moment(new Date(2026, 10, 20, 14, 0), now)).toBe("Friday 14:00");
    expect(moment(new Date(2026, 9, 3), now)).toBe("3 Oct");
    expect(moment(new Date(2024, 9, 3), now)).toBe("3 Oct 2024");
  });
});
