import { DocumentReader } from './document-reader.ts';
import { refuseToken, token } from './session.ts';

/** What a verb has said, and how it ended. */
export interface Called<Document> {
  /** Absent when it failed before it had one. */
  readonly document: Document | undefined;
  /** As the command line's: 0 done, 3 nothing matched, 4 partly done, 5 unhealthy … */
  readonly exitCode: number;
  /** What it printed beside the document. */
  readonly notes: readonly string[];
  /** Why it failed. */
  readonly trouble: Trouble | undefined;
}

/** What was wrong, and what to do. */
export interface Trouble {
  readonly message: string;
  readonly nextStep?: string | undefined;
}

export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total: number | null;
}

export interface CallOptions {
  /** Aborted, the verb ends as with Ctrl-C. */
  readonly signal?: AbortSignal | undefined;
  readonly onNote?: (text: string) => void;
  readonly onProgress?: (progress: Progress) => void;
}

/** A line of the server's answer. */
type Line =
  | { readonly type: 'data' | 'note'; readonly text: string }
  | ({ readonly type: 'progress' } & Progress)
  | { readonly type: 'end'; readonly exitCode: number; readonly error?: Trouble };

/** The server has refused, or does not answer. */
export class ServerError extends Error implements Trouble {
  override readonly name = 'ServerError';
  readonly nextStep: string | undefined;
  readonly status: number | undefined;

  constructor({ message, nextStep }: Trouble, status?: number, cause?: unknown) {
    super(message, { cause });
    this.nextStep = nextStep;
    this.status = status;
  }
}

/**
 * Runs a verb: `call<StatusDocument>(['status'])`. It may be repeated as the verb may.
 *
 * @throws ServerError when it was not run; a verb that fails says so in `trouble`
 */
export async function call<Document>(
  args: readonly string[],
  options: CallOptions = {},
): Promise<Called<Document>> {
  const response = await ask('/api/verb', { json: { args }, signal: options.signal });
  return await called<Document>(linesOf(response), options);
}

/** Runs a verb that prints a document a line, again and again: `['flow', '--follow']`. @throws ServerError */
export async function* follow<Document>(
  args: readonly string[],
  { signal }: Pick<CallOptions, 'signal'> = {},
): AsyncGenerator<Document, Called<never>> {
  const response = await ask('/api/verb', { json: { args }, signal });
  let text = '';
  const notes: string[] = [];
  for await (const line of linesOf(response)) {
    if (line.type === 'note') notes.push(line.text);
    if (line.type === 'end') return { document: undefined, notes, ...endOf(line) };
    if (line.type !== 'data') continue;
    const documents = (text + line.text).split('\n');
    text = documents.pop() ?? '';
    for (const document of documents) if (document.trim() !== '') yield JSON.parse(document) as Document;
  }
  throw brokenOff();
}

/** Uploads a file as the object of this key, as `sluice put - KEY`. @param onSent bytes so far */
export async function upload<Document>(
  key: string,
  file: Blob,
  { signal, onSent }: { readonly signal?: AbortSignal; readonly onSent?: (bytes: number) => void } = {},
): Promise<Called<Document>> {
  // fetch tells nothing of how much was sent
  const request = new XMLHttpRequest();
  const answered = new Promise<string>((resolve, reject) => {
    request.upload.addEventListener('progress', ({ loaded }) => onSent?.(loaded));
    request.addEventListener('load', () => {
      if (request.status === 200) resolve(request.responseText);
      else reject(refusedAs(request.responseText, request.status));
    });
    request.addEventListener('error', (event) => reject(unreachable(event)));
    request.addEventListener('abort', () => reject(new DOMException('the upload was stopped', 'AbortError')));
  });
  request.open('POST', `/api/upload?key=${encodeURIComponent(key)}`);
  request.setRequestHeader('content-type', 'application/octet-stream');
  request.setRequestHeader('x-sluice-token', token.value ?? '');
  signal?.addEventListener('abort', () => request.abort(), { once: true });
  request.send(file);
  const text = await answered;
  return await called<Document>(parsedLines(text), {});
}

/** The bytes of an object's version. @throws ServerError */
export async function download(key: string, versionId?: string): Promise<Blob> {
  const json = { key, ...(versionId !== undefined && { versionId }) };
  return await (await ask('/api/download', { json })).blob();
}

/** @throws ServerError */
export async function askSession<Session>(): Promise<Session> {
  return (await (await ask('/api/session', { json: {} })).json()) as Session;
}

async function ask(
  path: string,
  { json, signal }: { readonly json: unknown; readonly signal?: AbortSignal | undefined },
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sluice-token': token.value ?? '' },
      body: JSON.stringify(json),
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw unreachable(error);
  }
  if (!response.ok) throw refusedAs(await response.text(), response.status);
  return response;
}

async function called<Document>(
  lines: AsyncIterable<Line> | Iterable<Line>,
  { onNote, onProgress }: CallOptions,
): Promise<Called<Document>> {
  const reader = new DocumentReader();
  const notes: string[] = [];
  for await (const line of lines) {
    switch (line.type) {
      case 'data':
        reader.push(line.text);
        break;
      case 'note':
        notes.push(line.text);
        onNote?.(line.text);
        break;
      case 'progress':
        onProgress?.(line);
        break;
      case 'end':
        return { document: reader.end() as Document | undefined, notes, ...endOf(line) };
    }
  }
  throw brokenOff();
}

const endOf = ({ exitCode, error }: Extract<Line, { type: 'end' }>) => ({ exitCode, trouble: error });

async function* linesOf({ body }: Response): AsyncGenerator<Line> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      yield* parsedLines(lines.join('\n'));
    }
    yield* parsedLines(rest);
  } finally {
    // whoever has seen enough ends the verb too
    await reader.cancel().catch(() => undefined);
  }
}

const parsedLines = (text: string): Line[] =>
  text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line) as Line]));

function refusedAs(text: string, status: number): ServerError {
  if (status === 401) refuseToken();
  try {
    return new ServerError(JSON.parse(text) as Trouble, status);
  } catch (cause) {
    return new ServerError({ message: `the console's server answered ${status}` }, status, cause);
  }
}

const unreachable = (cause: unknown): ServerError =>
  new ServerError(
    {
      message: 'the console’s server does not answer',
      nextStep: 'start it again, and open the URL that it prints',
    },
    undefined,
    cause,
  );

const brokenOff = (): ServerError =>
  new ServerError({
    message: 'the answer broke off',
    nextStep: 'is the server still running? then ask again',
  });
