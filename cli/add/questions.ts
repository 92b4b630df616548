import type { Terminal } from '../terminal/terminal.ts';
import type { ConsumerFlags } from './new-consumer.ts';

interface Question {
  readonly text: string;
  /** Whether the flags leave it open. */
  readonly isOpen: (flags: ConsumerFlags) => boolean;
  /** What the answer means; an empty one leaves it to the default. */
  readonly meaning: (answer: string) => ConsumerFlags;
}

const isFunction = ({ target = 'function' }: ConsumerFlags): boolean => target === 'function';
const words = (answer: string): readonly string[] => answer.split(/\s+/);

const QUESTIONS: readonly Question[] = [
  {
    text: 'Its keys begin with (images/; several with spaces between them; empty: every object)',
    isOpen: ({ prefix }) => prefix === undefined,
    meaning: (answer) => ({ prefix: words(answer) }),
  },
  {
    text: 'and end with (.png; several with spaces between them; empty: any name)',
    isOpen: ({ suffix }) => suffix === undefined,
    meaning: (answer) => ({ suffix: words(answer) }),
  },
  {
    text: 'Its target: function, queue, bus:ARN or state-machine:ARN [function]',
    isOpen: ({ target }) => target === undefined,
    meaning: (answer) => ({ target: answer }),
  },
  {
    text: 'It keeps: rows, objects or nothing [rows]',
    isOpen: (flags) => isFunction(flags) && flags.keeps === undefined,
    meaning: (answer) => ({ keeps: answer }),
  },
  {
    // one with rows hears both, one with objects the first
    text: 'It hears of objects created, deleted or both [created]',
    isOpen: (flags) =>
      (!isFunction(flags) || flags.keeps === 'nothing') &&
      flags.created === undefined &&
      flags.deleted === undefined,
    meaning: (answer) => ({
      created: ['created', 'both'].includes(answer),
      deleted: ['deleted', 'both'].includes(answer),
    }),
  },
  {
    text: 'It reads: object, or nothing but the event [object]',
    isOpen: (flags) => isFunction(flags) && flags.reads === undefined && flags.deleted !== true,
    meaning: (answer) => ({ reads: answer }),
  },
  {
    text: 'It is quick (seconds, small), slow (minutes, one object at a time) or batch (many events at once) [slow where it reads]',
    isOpen: (flags) => isFunction(flags) && flags.kind === undefined,
    meaning: (answer) => ({ kind: answer }),
  },
];

/** The flags with an answer for each thing that they leave open, where there is somebody to ask. */
export async function answered(
  flags: ConsumerFlags,
  terminal: Pick<Terminal, 'canAsk' | 'ask'>,
): Promise<ConsumerFlags> {
  let known = flags;
  if (!terminal.canAsk) return known;
  for (const { text, isOpen, meaning } of QUESTIONS) {
    if (!isOpen(known)) continue;
    const answer = (await terminal.ask(`${text}: `, 'say it by a flag')).trim();
    if (answer !== '') known = { ...known, ...meaning(answer) };
  }
  return known;
}
