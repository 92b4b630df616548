import { describe, expect, test } from 'vitest';
import { newConsumer, type ConsumerFlags } from '../../../cli/add/new-consumer.ts';
import { answered } from '../../../cli/add/questions.ts';

/** What is asked of somebody who answers so, and what becomes of the flags. */
async function asked(flags: ConsumerFlags, answers: readonly string[], { canAsk = true } = {}) {
  const questions: string[] = [];
  const ask = (question: string) => {
    const answer = answers[questions.length];
    questions.push(question);
    if (answer === undefined) throw new Error(`nobody answers ${question}`);
    return Promise.resolve(answer);
  };
  const known = await answered(flags, { canAsk, ask });
  return { known, questions };
}

describe('what the flags leave open', () => {
  test('is asked on a terminal, and an empty answer leaves it to the default', async () => {
    const { known } = await asked({}, ['images/ scans/', '', '', 'objects', '', 'slow']);

    expect(known).toEqual({ prefix: ['images/', 'scans/'], keeps: 'objects', kind: 'slow' });
    expect(newConsumer('one', known)).toMatchObject({ hears: 'created', reads: 'object' });
  });

  test('is not asked of a target that is no function beyond what it hears', async () => {
    const { known, questions } = await asked({ prefix: ['a/'] }, ['', 'queue', 'both']);

    expect(known).toEqual({ prefix: ['a/'], target: 'queue', created: true, deleted: true });
    expect(questions).toHaveLength(3);
  });

  test('is not asked when it was said, or when there is nobody to ask', async () => {
    const all = {
      prefix: ['a/'],
      suffix: ['.b'],
      target: 'function',
      keeps: 'rows',
      reads: 'object',
      kind: 'slow',
    };

    expect(await asked(all, [])).toEqual({ known: all, questions: [] });
    expect(await asked({}, [], { canAsk: false })).toEqual({ known: {}, questions: [] });
  });
});
