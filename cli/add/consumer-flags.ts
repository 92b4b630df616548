import { Command } from 'commander';
import { shellWord } from '../terminal/shell-word.ts';
import { collect } from '../session.ts';
import type { ConsumerFlags, NewConsumer } from './new-consumer.ts';
import { newConsumer } from './new-consumer.ts';

/** The flags that say what a consumer is to do. */
export function withConsumerFlags(command: Command): Command {
  return command
    .option('--prefix <text>', 'its keys begin so; may be repeated (default: every object)', collect)
    .option('--suffix <text>', 'and end so, in any case; may be repeated', collect)
    .option('--created', 'it hears of objects that are created')
    .option('--deleted', 'it hears of objects that are deleted')
    .option('--reads <what>', 'what it reads: object, or nothing but the event (default: object)')
    .option(
      '--keeps <what>',
      'rows in a table of its own, objects in the output bucket, or nothing (default: rows)',
    )
    .option(
      '--kind <kind>',
      'quick, slow or batch, which gives times and sizes (default: slow where it reads)',
    )
    .option('--target <target>', 'function, queue, bus:ARN or state-machine:ARN (default: function)');
}

/** What its entry begins with, so that `sluice remove consumer` knows what was written. */
const MARK = '// sluice add consumer ';

/** The command that adds this very consumer, all flags said: the line above its entry. */
export function commandLine({ name, prefixes, suffixes, hears, target, ...work }: NewConsumer): string {
  const words = [
    ...prefixes.flatMap((prefix) => ['--prefix', prefix]),
    ...suffixes.flatMap((suffix) => ['--suffix', suffix]),
    ...(hears === 'both' ? ['--created', '--deleted'] : [`--${hears}`]),
    ...(target.kind === 'function'
      ? ['--reads', work.reads, '--keeps', work.keeps, '--kind', work.kind]
      : ['--target', 'arn' in target ? `${target.kind}:${target.arn}` : target.kind]),
  ];
  return [`${MARK}${name}`, ...words.map(shellWord)].join(' ');
}

/** The consumer that the line says which stands in its entry; undefined for an entry that was written by hand. */
export function madeBy(entry: string): NewConsumer | undefined {
  const line = entry.split('\n').find((each) => each.startsWith(MARK));
  const [name, ...args] = shellWords(line?.slice(MARK.length) ?? '');
  if (name === undefined) return undefined;
  const command = withConsumerFlags(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  try {
    return newConsumer(name, command.parse(args, { from: 'user' }).opts<ConsumerFlags>());
  } catch {
    // edited, or of another version: it counts as written by hand
    return undefined;
  }
}

/** The words that `shellWord` has written: `--prefix 'it'\''s/'` */
function shellWords(line: string): readonly string[] {
  return (line.match(/(?:'[^']*'|\\'|[^\s'])+/g) ?? []).map((word) =>
    word.replaceAll(/'([^']*)'|\\(')/g, (_, inside?: string, quote?: string) => inside ?? quote ?? ''),
  );
}
