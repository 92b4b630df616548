import { describe, expect, test } from 'vitest';
import { allowedCommand } from '../../../cli/console/allowed-command.ts';
import { previewArgs, startArgs } from '../../../cli/console/page/archive/replay-request.ts';
import { metricsArgs, windowIn } from '../../../cli/console/page/charts/chart-window.ts';
import { filtersIn, flagsOf } from '../../../cli/console/page/letters/shown-letters.ts';
import {
  explainArgs,
  listArgs as oneArgs,
  removeArgs,
  sendAgainArgs,
  statusArgs,
} from '../../../cli/console/page/object/object-question.ts';
import { listArgs, questionIn } from '../../../cli/console/page/objects/objects-question.ts';
import { withFlags } from '../../../cli/console/page/parts/arguments.ts';
import { repairArgs } from '../../../cli/console/page/verify/shown-findings.ts';

/** Keys, prefixes, reasons: texts that others choose. */
const TEXTS = ['csv/a.csv', '--', '-', '--yes', '--dry-run', '--limit=1', 'a b', '=', '\u202e', '__proto__'];
const BUCKET = 'a-bucket';

const lettersLike = (text: string): readonly string[] =>
  flagsOf(filtersIn(new URLSearchParams({ reason: text })));
const objectsLike = (text: string, hasOutcomes: boolean): readonly string[] =>
  listArgs(questionIn(new URLSearchParams({ prefix: text })), BUCKET, {
    after: text,
    limit: 200,
    hasOutcomes,
  });

/** Each with the argument that the text must come to, as the server hands it to the verb. */
const READS: Readonly<Record<string, (text: string) => readonly [args: readonly string[], holds: string]>> = {
  objects: (text) => [objectsLike(text, true), `--after=${text}`],
  'objects that are taken': (text) => [objectsLike(text, false), `s3://${BUCKET}/${text}`],
  'an object': (text) => [statusArgs({ key: text, version: undefined }, BUCKET), `s3://${BUCKET}/${text}`],
  'an object in a list': (text) => [oneArgs(text, BUCKET), `s3://${BUCKET}/${text}`],
  'why an object is wanted': (text) => [
    explainArgs({ key: text, version: undefined }, BUCKET, undefined),
    `s3://${BUCKET}/${text}`,
  ],
};
const CHANGES: typeof READS = {
  'remove an object': (text) => [removeArgs(text, BUCKET), `s3://${BUCKET}/${text}`],
  'send an object again': (text) => [sendAgainArgs(text, 'csv-row-counter'), `--key=${text}`],
  'redrive letters': (text) => [['redrive', ...lettersLike(text)], `--reason=${text}`],
  'purge letters': (text) => [['dead', 'purge', ...lettersLike(text)], `--reason=${text}`],
  'repair what differs': (text) => [
    repairArgs({ keys: [text], classes: ['missing'], prefix: text }),
    `--key=${text}`,
  ],
};

describe('what the page asks is taken by the server as it is meant', () => {
  const cases = (of: typeof READS) =>
    Object.entries(of).flatMap(([what, make]) => TEXTS.map((text) => [what, text, ...make(text)] as const));

  test.each(cases(READS))('%s, of the text %j', (_, __, args, holds) => {
    const { args: flags, words } = allowedCommand(args, true);

    expect([...flags, ...words]).toContain(holds);
  });

  test.each(cases(CHANGES))('%s, whose plan changes nothing, of the text %j', (_, __, args, holds) => {
    const plan = allowedCommand(withFlags(args, '--dry-run'), true);
    const { args: flags, words } = allowedCommand(args, false);

    expect(plan.args).toContain('--dry-run');
    expect([...plan.args, ...plan.words]).toContain(holds);
    expect([...flags, ...words]).toContain(holds);
    expect(() => allowedCommand(args, true)).toThrow('this console only looks');
  });

  test('a replay with its preview, and charts of a time', () => {
    const request = {
      window: { fromMs: 0, toMs: 60_000 },
      consumers: ['csv-row-counter'],
      name: 'a-replay',
      isForced: true,
    };
    const charts = new URLSearchParams({ since: '2026-11-20T07:00Z', until: '2h' });

    expect(allowedCommand(startArgs(request), false).args).toContain('--name=a-replay');
    expect(allowedCommand(previewArgs(request), true).args).toContain('--dry-run');
    expect(allowedCommand(metricsArgs(windowIn(charts)), true).args).toContain('--until=2h');
  });
});
