/** `9.1 MB`: a power of a thousand. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const most = units.length - 1;
  let power = bytes < 1_000 ? 0 : Math.min(most, Math.floor(Math.log10(bytes) / 3));
  // 999,999 bytes are 1.0 MB, not 1000.0 kB
  if (power > 0 && power < most && (bytes / 1_000 ** power).toFixed(1) === '1000.0') power++;
  return `${power === 0 ? bytes : (bytes / 1_000 ** power).toFixed(1)} ${units[power]}`;
}

/** `350 ms`, `12 s`, `3 min`, `2.5 h`, `4 d`: as exact as one reads it. */
export function durationText(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 1) return `${Math.round(ms)} ms`;
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 5_970) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3_600).toFixed(1)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** `12,345` */
export const countText = (count: number): string => count.toLocaleString('en');

/** `1 event`, `2,000 events` */
export const plural = (count: number, noun: string): string =>
  `${countText(count)} ${count === 1 ? noun : `${noun}s`}`;
