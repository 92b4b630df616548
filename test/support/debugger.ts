import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { waitFor } from './wait-for.ts';

interface Script {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapURL?: string;
}

interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** A place in the sources, as a person names it. */
interface SourceLine {
  /** Its path on this machine. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A debugger as VS Code has one: it speaks to Node's inspector, and translates places by the source map. */
export class Debugger implements Disposable {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (answer: Record<string, unknown>) => void>();
  readonly #scripts: Script[] = [];
  #paused: Location | undefined;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as never));
  }

  static async attach(url: string): Promise<Debugger> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error(`no inspector answers at ${url}`)));
    });
    const attached = new Debugger(socket);
    await attached.#call('Debugger.enable');
    return attached;
  }

  get isConnected(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** @returns where it was set, by the source map */
  async breakAt(place: SourceLine): Promise<SourceLine> {
    const script = await this.#bundle();
    const generated = this.#generated(script, place);
    const { locations } = (await this.#call('Debugger.setBreakpointByUrl', {
      url: script.url,
      ...generated,
    })) as { locations: Location[] };
    if (locations[0] === undefined) throw new Error(`no breakpoint at ${JSON.stringify(generated)}`);
    return this.#source(script, locations[0]);
  }

  /** Resolves when a breakpoint is hit. */
  async paused(): Promise<SourceLine> {
    await waitFor(() => this.#paused !== undefined, 'a breakpoint to be hit', 60_000);
    return this.#source(await this.#bundle(), this.#paused!);
  }

  async resume(): Promise<void> {
    this.#paused = undefined;
    await this.#call('Debugger.resume');
  }

  /** The function's module, once it is loaded. */
  async #bundle(): Promise<Script> {
    const found = () => this.#scripts.find(({ url }) => url.endsWith('/index.mjs'));
    await waitFor(() => found() !== undefined, 'the bundle to be loaded');
    return found()!;
  }

  #map({ url, sourceMapURL = '' }: Script): SourceMap {
    const file = fileURLToPath(new URL(sourceMapURL, url));
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as never);
  }

  #source(script: Script, { lineNumber, columnNumber }: Location): SourceLine {
    const map = this.#map(script);
    const entry = map.findEntry(lineNumber, columnNumber);
    if (!('originalSource' in entry)) throw new Error(`no source at ${lineNumber}:${columnNumber}`);
    return { file: fileOf(script, map, entry.originalSource), line: entry.originalLine + 1 };
  }

  /** The first generated place of a line of a source. */
  #generated(script: Script, { file, line }: SourceLine): Omit<Location, 'scriptId'> {
    const map = this.#map(script);
    const lines = readFileSync(fileURLToPath(script.url), 'utf8').split('\n');
    for (const [lineNumber, text] of lines.entries()) {
      for (let columnNumber = 0; columnNumber < text.length; columnNumber++) {
        const entry = map.findEntry(lineNumber, columnNumber);
        if (!('originalSource' in entry) || entry.originalLine + 1 !== line) continue;
        if (fileOf(script, map, entry.originalSource) === file) return { lineNumber, columnNumber };
      }
    }
    throw new Error(`the source map of ${script.url} names no ${file}:${line}`);
  }

  async #call(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#lastId;
    const answered = new Promise<Record<string, unknown>>((resolve) => {
      this.#answers.set(id, resolve);
    });
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await answered;
  }

  #hear({
    id,
    result,
    method,
    params,
  }: {
    id?: number;
    result: never;
    method?: string;
    params: never;
  }): void {
    if (id !== undefined) this.#answers.get(id)?.(result);
    if (method === 'Debugger.scriptParsed') this.#scripts.push(params);
    if (method === 'Debugger.paused') {
      const { callFrames } = params as { callFrames: { location: Location }[] };
      this.#paused = callFrames[0]?.location;
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

/** A source is named from the map's own folder, behind the root that the map says. @see https://tc39.es/ecma426/ */
const fileOf = ({ url }: Script, { payload }: SourceMap, source: string): string =>
  fileURLToPath(new URL((payload.sourceRoot ?? '') + source, url));
