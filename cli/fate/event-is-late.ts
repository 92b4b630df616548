/** An object's event may be on its way for so long. */
export const EVENT_IS_LATE_MS = 300_000;
