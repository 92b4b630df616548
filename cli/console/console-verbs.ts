import { isJsonText } from '../explain/asked-events.ts';

/** Whether a value that the page sends is of the kind that a flag or a word takes. */
type Check = (value: string) => boolean;

/** A verb as the page may use it. */
export interface ConsoleVerb {
  /** Its flags, by name; a switch takes no value. */
  readonly flags: Readonly<Record<string, Check | 'switch'>>;
  /** What its words may be: keys, ids. @default it takes none */
  readonly words?: { readonly most: number; readonly check: Check };
  /** Whether it changes something, by the flags that are given. @default never */
  readonly changes?: (flags: ReadonlySet<string>) => boolean;
  /** It asks before it changes something: the page has asked, so that `--yes` is said. @default false */
  readonly asks?: boolean;
  /** Whether it takes letters in hand, by its flags and words: two of these at a time would not see all. @default never */
  readonly takesLetters?: (flags: ReadonlySet<string>, words: readonly string[]) => boolean;
}

const pattern =
  (shape: RegExp): Check =>
  (value) =>
    shape.test(value);
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value);

const text: Check = (value) => value.length <= 4_096;
const key: Check = (value) => value !== '' && value !== '-' && value.length <= 2_048;
/** A dash alone stands for what is read from a pipe. */
const name = pattern(/^(?!-$)[\w.-]{1,256}$/);
const id = pattern(/^[\w.~+/=-]{1,1024}$/);
const whole = pattern(/^\d{1,9}$/);
/** `10m`, `2026-11-20T19:02:11Z` */
const time = pattern(/^[\w:.+-]{1,40}$/);
const names = pattern(/^[\w,-]{1,256}$/);
/** A text that is no JSON would be taken for the name of a file. */
const json: Check = isJsonText;
const objectOrJson: Check = (value) => isJsonText(value) || /^s3:\/\/[^/]+\/./s.test(value);

const unlessRehearsed = (flags: ReadonlySet<string>): boolean => !flags.has('dry-run');

const always = (): boolean => true;

const LETTERS = { consumer: name, kind: oneOf('queue', 'rule'), reason: text, 'older-than': time };
const SWITCH: ConsoleVerb = {
  flags: { 'dry-run': 'switch' },
  words: { most: 1, check: name },
  changes: unlessRehearsed,
  asks: true,
};

/**
 * What the page may run, by the verb's words. None of these flags and words names a file, a target or a profile; verbs that
 * write into the project, start something or print secrets are not here.
 */
export const CONSOLE_VERBS: Readonly<Record<string, ConsoleVerb>> = {
  flow: { flags: { follow: 'switch', interval: time } },
  metrics: { flags: { window: time, since: time, until: time, consumer: name } },
  archive: { flags: { since: time, until: time, periods: whole } },
  ls: {
    flags: {
      limit: whole,
      status: names,
      after: text,
      newest: 'switch',
      outcomes: 'switch',
      since: time,
    },
    words: { most: 1, check: text },
    takesLetters: (flags) => flags.has('outcomes'),
  },
  status: {
    flags: {
      prefix: text,
      check: 'switch',
      since: time,
      'max-age': time,
      'version-id': id,
      'would-send': 'switch',
      limit: whole,
    },
    words: { most: 1, check: key },
    takesLetters: (_, words) => words.length > 0,
  },
  explain: {
    flags: {
      pattern: json,
      deleted: 'switch',
      reason: names,
      last: whole,
      since: time,
      consumer: name,
    },
    words: { most: 1, check: objectOrJson },
  },
  'test-pattern': {
    flags: { events: json, 'would-match': 'switch', consumer: name },
    words: { most: 1, check: json },
  },
  samples: { flags: { kind: names, sqs: 'switch' }, words: { most: 1, check: key } },
  logs: {
    flags: {
      consumer: name,
      since: time,
      until: time,
      filter: text,
      limit: whole,
      last: whole,
      follow: 'switch',
      all: 'switch',
    },
  },
  doctor: { flags: { all: 'switch' } },
  verify: {
    flags: {
      prefix: text,
      grace: time,
      limit: whole,
      repair: 'switch',
      'dry-run': 'switch',
      key: text,
      class: names,
    },
    changes: (flags) => flags.has('repair') && !flags.has('dry-run'),
    asks: true,
  },
  rm: {
    flags: { 'dry-run': 'switch' },
    words: { most: 1_000, check: key },
    changes: unlessRehearsed,
    asks: true,
  },
  'connect-bucket': {
    flags: { 'dry-run': 'switch', disconnect: 'switch' },
    changes: unlessRehearsed,
    asks: true,
  },
  pause: SWITCH,
  resume: SWITCH,
  'dead list': { flags: LETTERS, takesLetters: always },
  'dead show': { flags: LETTERS, words: { most: 1, check: id }, takesLetters: always },
  'dead purge': {
    flags: { ...LETTERS, 'message-id': id, count: whole, 'dry-run': 'switch' },
    changes: unlessRehearsed,
    takesLetters: always,
  },
  redrive: {
    flags: { ...LETTERS, 'message-id': id, limit: whole, 'dry-run': 'switch' },
    changes: unlessRehearsed,
    asks: true,
    takesLetters: always,
  },
  replay: {
    flags: {
      since: time,
      until: time,
      name,
      force: 'switch',
      'no-wait': 'switch',
      patience: time,
      consumer: name,
      'dry-run': 'switch',
    },
    changes: unlessRehearsed,
    asks: true,
  },
  'replay list': { flags: {} },
  'replay show': { flags: {}, words: { most: 1, check: name } },
  'replay cancel': {
    flags: { 'dry-run': 'switch' },
    words: { most: 1, check: name },
    changes: unlessRehearsed,
    asks: true,
  },
  backfill: {
    flags: {
      prefix: text,
      rate: whole,
      resume: 'switch',
      restart: 'switch',
      consumer: name,
      key: text,
      'dry-run': 'switch',
    },
    changes: unlessRehearsed,
    asks: true,
  },
};
