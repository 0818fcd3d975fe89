/** Figures and times as text. Times are the exchange's, with date and zone; minus signs are real ones. */

export const ZONE = "America/New_York";
const NONE = "–";
const MINUS = "\u2212";

type Maybe = number | null | undefined;

interface FormatOptions {
  /** with a plus where it is positive */
  isSigned?: boolean;
  digits?: number;
}

const figures = new Map<string, Intl.NumberFormat>();

function figure(value: number, digits: number, isSigned: boolean): string {
  const key = `${digits} ${isSigned}`;
  let format = figures.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat("en-US", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      signDisplay: isSigned ? "exceptZero" : "negative",
    });
    figures.set(key, format);
  }
  return format.format(value).replace("-", MINUS);
}

/** Dollars: `$1,234.50`, `−$3.00`. */
export function money(value: Maybe, { isSigned = false, digits = 2 }: FormatOptions = {}): string {
  if (value === null || value === undefined) return NONE;
  const text = figure(value, digits, isSigned);
  return /^[+\u2212]/.test(text) ? `${text.slice(0, 1)}$${text.slice(1)}` : `$${text}`;
}

export function percent(value: Maybe, { isSigned = false, digits = 1 }: FormatOptions = {}): string {
  return value === null || value === undefined ? NONE : `${figure(value, digits, isSigned)} %`;
}

export function quantity(value: Maybe, { isSigned = false, digits = 0 }: FormatOptions = {}): string {
  return value === null || value === undefined ? NONE : figure(value, digits, isSigned);
}

type When = string | number | Date | null | undefined;

const dates = new Map<string, Intl.DateTimeFormat>();

function dated(options: Intl.DateTimeFormatOptions, at: Date): string {
  const key = JSON.stringify(options);
  let format = dates.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, hourCycle: "h23", ...options });
    dates.set(key, format);
  }
  return format.format(at);
}

export const DAY = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
export const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;

/** The exchange's date: `2026-02-13`. */
export function day(at: When): string {
  return at === null || at === undefined ? NONE : dated(DAY, new Date(at));
}

/** The exchange's time of day: `09:30:01`. Beside a date only. */
export function clock(at: When): string {
  return at === null || at === undefined ? NONE : dated(CLOCK, new Date(at));
}

/** Date and time with the zone: `2026-02-13 09:30:01 EST`. */
export function when(at: When): string {
  if (at === null || at === undefined) return NONE;
  const zone = zoneOf(new Date(at));
  return `${day(at)} ${clock(at)} ${zone}`;
}

function zoneOf(at: Date): string {
  const key = "zone";
  let format = dates.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", { timeZone: ZONE, timeZoneName: "short" });
    dates.set(key, format);
  }
  return format.formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? "";
}

/** A length of time: `45 s`, `12 min`, `3 h 05 min`, `2 d 4 h`. */
export function duration(seconds: Maybe): string {
  if (seconds === null || seconds === undefined) return NONE;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86_400) return `${Math.floor(whole / 3_600)} h ${String(Math.floor((whole % 3_600) / 60)).padStart(2, "0")} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3_600)} h`;
}

/** A name of the API in words: `buy_to_open` is `buy to open`; a date in it stays one. */
export function words(name: string | null | undefined): string {
  return name === null || name === undefined ? NONE : name.replaceAll(/_|-(?!\d)/g, " ");
}
