/** Where a console answers, and what it takes to be heard there. */
export interface ConsoleAddress {
  /** `http://127.0.0.1:4567` */
  readonly origin: string;
  readonly token: string;
}

/** Out of lines that hold the address. @throws Error where none does */
export function consoleOf(lines: readonly string[]): ConsoleAddress {
  const [, origin = '', token = ''] =
    lines
      .map((line) => /(http:\/\/127\.0\.0\.1:\d+)\/#token=([\w-]+)/.exec(line))
      .find((found) => found !== null) ?? [];
  if (token === '') throw new Error(`no address of a console in:\n${lines.join('\n')}`);
  return { origin, token };
}

/** Asks as the console's own page does. @param headers more of them, or others */
export async function callConsole(
  origin: string,
  token: string,
  path: string,
  body: unknown,
  { headers, signal }: { readonly headers?: Record<string, string>; readonly signal?: AbortSignal } = {},
): Promise<Response> {
  return await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { origin, 'x-sluice-token': token, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  });
}
