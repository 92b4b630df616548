import { describe, expect, test } from 'vitest';
import type { lsDocument } from '../../../cli/objects/ls-document.ts';
import type { rmDocument } from '../../../cli/objects/rm-document.ts';
import type { DocumentOf } from '../../../cli/terminal/document.ts';
import { Terminal } from '../../../cli/terminal/terminal.ts';
import { fakeStreams } from '../../support/fake-streams.ts';

type Rm = DocumentOf<typeof rmDocument>;
type Ls = DocumentOf<typeof lsDocument>;

const target = { kind: 'local', account: '0', region: 'eu-west-1', stack: 'Sluice-dev' } as const;

function terminalOf(streams: ReturnType<typeof fakeStreams>): Terminal {
  return new Terminal({ ...streams, json: true, yes: false, signal: new AbortController().signal });
}

async function* none(): AsyncGenerator<never> {}

describe('a document', () => {
  test('has the schema’s version first', () => {
    const streams = fakeStreams();

    terminalOf(streams).document<Rm>({ verb: 'rm', target, dryRun: true, bucket: 'b', objects: [] });

    expect(streams.out()).toBe(
      `{"schemaVersion":1,"verb":"rm","target":${JSON.stringify(target)},"dryRun":true,"bucket":"b","objects":[]}\n`,
    );
  });

  test('does not compile with a field missing, renamed or of another type', () => {
    const terminal = terminalOf(fakeStreams());
    // @ts-expect-error: `bucket` is missing
    terminal.document<Rm>({ verb: 'rm', target, dryRun: true, objects: [] });
    // @ts-expect-error: `isDryRun` is `dryRun`
    terminal.document<Rm>({ verb: 'rm', target, isDryRun: true, bucket: 'b', objects: [] });
    // @ts-expect-error: an object's consumers are names
    terminal.document<Rm>({ verb: 'rm', target, dryRun: true, bucket: 'b', objects: [{ key: 'a' }] });
    // @ts-expect-error: without a schema nothing but the verb is known
    terminal.document({ verb: 'rm', target });

    expect(terminal.isJson).toBe(true);
  });

  test('whose list is written while it comes does not compile without its tail', async () => {
    const streams = fakeStreams();
    const terminal = terminalOf(streams);
    const head = { verb: 'ls', target, bucket: 'b', prefix: '' } as const;
    // @ts-expect-error: `isTruncated` is missing
    await terminal.listDocument<Ls, 'objects', 'isTruncated'>(head, 'objects', none(), () => ({}));
    // @ts-expect-error: `isTruncated` is neither in the head nor in the tail
    await terminal.listDocument<Ls, 'objects', never>(head, 'objects', none(), () => ({}));
    await terminal.listDocument<Ls, 'objects', 'isTruncated'>(head, 'objects', none(), () => ({
      isTruncated: false,
    }));

    expect(streams.out().trimEnd().split('\n').at(-1)).toContain('"isTruncated":false,"isComplete":true}');
  });
});
