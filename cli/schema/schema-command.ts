import type { Command } from 'commander';
import type { TSchema } from 'typebox';
import { usageError } from '../cli-error.ts';
import { DOCUMENTS } from './documents.ts';
import type { Session } from '../session.ts';

const HELP = `
A document has a verb and schemaVersion 1. A later version of sluice may add properties; what is renamed or removed raises
schemaVersion.

  sluice schema                               which documents there are
  sluice schema ls > ls.schema.json
  sluice schema dead list`;

export function defineSchema(command: Command, session: Session): void {
  command
    .argument('[verb...]', 'the verb that prints the document: ls, or dead list')
    .addHelpText('after', HELP)
    .action((words: readonly string[]) => {
      const terminal = session.terminal({});
      const verb = words.join(' ');
      const schema = DOCUMENTS.find((one) => verbOf(one) === verb);
      if (schema !== undefined) {
        terminal.line(JSON.stringify(schema, null, 2));
      } else if (verb === '') {
        terminal.rows(
          [
            { heading: 'verb', kind: 'name' },
            { heading: 'document', kind: 'text' },
          ],
          DOCUMENTS.map((schema) => [verbOf(schema), descriptionOf(schema)]),
        );
      } else {
        throw usageError(
          `no verb prints a document ${JSON.stringify(verb)}`,
          `one of ${DOCUMENTS.map(verbOf).join(', ')}`,
        );
      }
    });
}

const verbOf = ({ properties }: (typeof DOCUMENTS)[number]): string => properties.verb.const;

const descriptionOf = ({ description = '' }: TSchema & { readonly description?: string }): string =>
  description;
