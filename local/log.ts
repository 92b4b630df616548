/** One of the runtime's own lines, on stderr, beside those of the functions. */
export function log(message: string, details: Readonly<Record<string, unknown>>): void {
  console.error(JSON.stringify({ level: 'WARN', message, ...details }));
}
