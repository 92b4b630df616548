import type { Pipeline } from '../../cli/pipeline/pipeline.ts';
import type { Scope } from '../../cli/session.ts';
import { Terminal } from '../../cli/terminal/terminal.ts';
import { fakeStreams } from './fake-streams.ts';

export interface ScopeOptions {
  readonly json?: boolean;
  readonly signal?: AbortSignal;
  /** Of a terminal. @default pipes, which get a line for each row, its cells parted by tabs */
  readonly columns?: number;
}

/** What a verb works with, and what it has printed. */
export function scopeOf(
  pipeline: Pipeline,
  { json = false, signal = new AbortController().signal, columns }: ScopeOptions = {},
): Scope & { readonly out: () => string; readonly err: () => string } {
  const streams = fakeStreams(columns);
  const terminal = new Terminal({ ...streams, signal, json, yes: false });
  return { pipeline, terminal, signal, out: streams.out, err: streams.err };
}
