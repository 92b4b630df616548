import type { Command } from 'commander';
import { nearestWord } from '../../shared/nearest-word.ts';
import { SYNTH_COMMAND } from '../../shared/own-commands.ts';
import { BUS_SAMPLE_KINDS, type BusSampleKind } from '../../shared/object-event/sample-kinds.ts';
import { consumersDiagram } from '../../shared/routes/consumers-diagram.ts';
import { pipelineIn, routeTable, type KeyRoutes } from '../../shared/routes/routes-in.ts';
import type { RoutedTemplate } from '../../shared/routes/template-text.ts';
import { usageError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Session } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { parseWhole } from '../terminal/time.ts';
import { readStack } from './assembly-template.ts';
import type { routesDocument } from './routes-document.ts';

interface RoutesFlags {
  readonly assembly: string;
  readonly stack?: string;
  readonly pipeline?: string;
  readonly deleted?: boolean;
  readonly kind?: string;
  readonly size: string;
  readonly diagram?: boolean;
  readonly json?: boolean;
}

const HELP = `
What the synthesized template would do with an upload of each key: nothing has to run, or to be there. ✔ the consumer wants it,
– it is matched, and skipped by its name, · it is not matched.

Exit code: 0 when a consumer wants one of the keys, 3 when none does.

  ${SYNTH_COMMAND} && sluice routes csv/a.csv images/b.png
  sluice routes csv/a.csv --deleted
  sluice routes csv/a.csv --assembly cdk.out --stack Sluice-prod --json
  sluice routes --diagram                      a Mermaid flowchart of the consumers`;

export function defineRoutes(command: Command, session: Session): void {
  command
    .argument('[keys...]', 'of objects, there or not')
    .option('--assembly <dir>', 'folder of the synthesized template', 'cdk.out')
    .option('--stack <name>', 'its stack (default: the only one with a pipeline)')
    .option('--pipeline <id>', 'which of its pipelines (default: the only one, or Default)')
    .option('--deleted', 'as if the objects were deleted')
    .option('--kind <kind>', 'what happens to them, as sluice samples names it (default: put)')
    .option('--size <bytes>', 'of each object', '5')
    .option('--diagram', 'print a Mermaid flowchart of the consumers')
    .option('--json', 'one JSON document on stdout, as sluice schema describes it')
    .addHelpText('after', HELP)
    .action(async (keys: readonly string[], flags: RoutesFlags) => {
      if (keys.length === 0 && flags.diagram !== true) {
        throw usageError('there is no key to route', 'name some: sluice routes csv/a.csv, or say --diagram');
      }
      const options = { kind: kindOf(flags), size: parseWhole(flags.size, '--size', 0, 5e13) };
      const { name, template } = await readStack(flags.assembly, flags.stack);
      const pipeline = pipelineOf(template, flags.pipeline);
      const terminal = session.terminal(flags);
      if (flags.diagram === true) {
        terminal.line(consumersDiagram(pipeline).trimEnd());
        return;
      }
      const routes = routeTable(pipeline, keys, options);
      if (terminal.isJson) {
        terminal.document<DocumentOf<typeof routesDocument>>({
          verb: 'routes',
          stack: name,
          pipeline: pipeline.id,
          routes,
        });
      } else printRoutes(terminal, routes);
      const isWanted = routes.some(({ consumers }) => consumers.some(({ verdict }) => verdict === 'wanted'));
      session.exitCode = isWanted ? EXIT.done : EXIT.nothingMatched;
    });
}

function kindOf({ kind, deleted = false }: RoutesFlags): BusSampleKind {
  if (kind === undefined) return deleted ? 'marker' : 'put';
  if (deleted) throw usageError('--deleted is --kind marker', 'leave one of them out');
  const known = BUS_SAMPLE_KINDS.find((one) => one === kind);
  if (known !== undefined) return known;
  const meant = nearestWord(kind, BUS_SAMPLE_KINDS);
  throw usageError(
    `--kind ${JSON.stringify(kind)} is no kind of event that a rule sees`,
    meant === undefined ? `one of ${BUS_SAMPLE_KINDS.join(', ')}` : `did you mean ${meant}?`,
  );
}

function pipelineOf(template: RoutedTemplate, id: string | undefined) {
  try {
    return pipelineIn(template, id);
  } catch (cause) {
    throw usageError((cause as Error).message, 'name it with --pipeline');
  }
}

const SIGNS = { wanted: '✔', skipped: '–', 'not-matched': '·' } as const;

/** A tick for each consumer on a terminal; elsewhere a line for each pair. */
function printRoutes(terminal: Terminal, routes: readonly KeyRoutes[]): void {
  if (!terminal.isTable) {
    terminal.rows(
      ['key', 'consumer', 'verdict', 'why'].map((heading) => ({ heading, kind: 'text' as const })),
      routes.flatMap(({ key, consumers }) =>
        consumers.map(({ consumer, verdict, why = '' }) => [key, consumer, verdict, why]),
      ),
    );
    return;
  }
  terminal.rows(
    [
      { heading: 'key', kind: 'key' },
      ...(routes[0]?.consumers ?? []).map(({ consumer }) => ({ heading: consumer, kind: 'tick' as const })),
      { heading: 'skipped', kind: 'below' },
    ],
    routes.map(({ key, consumers }) => [
      key,
      ...consumers.map(({ verdict }) => SIGNS[verdict]),
      consumers
        .flatMap(({ consumer, why }) => (why === undefined ? [] : [`${consumer} skips it: ${why}`]))
        .join('; '),
    ]),
  );
}
