import { once } from 'node:events';
import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { deploymentText } from '../pipeline/deployment.ts';
import { withTarget, type CommonFlags, type Session } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { parseWhole } from '../terminal/time.ts';
import type { consoleDocument } from './console-document.ts';
import { ConsoleServer } from './console-server.ts';
import { listenAt } from './listen-at.ts';
import { openBrowser } from './open-browser.ts';
import { strayText, verbAtFault } from './stray-errors.ts';
import { startCommand } from '../../shared/own-commands.ts';

interface ConsoleFlags extends CommonFlags {
  readonly port?: string;
  readonly open?: boolean;
  readonly readOnly?: boolean;
}

const HELP = `
Serves a page on this machine alone, at the address that is printed. The address holds a token of this start: whoever has it
may do what the page offers, and nobody else. What the page shows is what the verbs print with --json, and beside each action
stands the command that does the same. \`${startCommand()}\` serves the same page, beside the pipeline that it runs.

With --target aws nothing is asked of AWS again and again before you have seen what that costs, and said so.

  sluice console --open
  sluice console --target aws --profile ops --read-only
  sluice console --port 0                       takes a free port`;

export const CONSOLE_PORT = 4_567;

export function defineConsole(command: Command, session: Session): void {
  command
    .option('--port <n>', `loopback port of the page (default: ${CONSOLE_PORT}, or a free one)`)
    .option('--open', 'open it in the browser')
    .option('--read-only', 'offer nothing that changes something, and refuse it')
    .addHelpText('after', HELP);
  withTarget(command).action(async (flags: ConsoleFlags) => {
    const port = flags.port === undefined ? undefined : parseWhole(flags.port, '--port', 0, 65_535);
    await session.run(flags, async ({ pipeline, terminal, signal }) => {
      const readOnly = flags.readOnly === true;
      const server = new ConsoleServer({
        target: flags,
        readOnly,
        startCommand: 'npx sluice console',
        onTrouble: (text) => terminal.note(text),
      });
      const note = await listenAt(server, port ?? CONSOLE_PORT, {
        isChosen: port !== undefined,
        flag: '--port',
      });
      if (note !== undefined) terminal.note(note);
      const { url } = server;
      if (terminal.isJson) {
        terminal.document<DocumentOf<typeof consoleDocument>>({
          verb: 'console',
          target: pipeline.deployment,
          url,
          isReadOnly: readOnly,
        });
      } else {
        terminal.line(url);
      }
      if (flags.open === true) {
        const why = await openBrowser(url);
        if (why !== undefined) terminal.note(`no browser opens (${why}): open the address yourself`);
      }
      terminal.note(`the console of ${deploymentText(pipeline.deployment)}; Ctrl-C stops it`);
      process.on('uncaughtException', onStray);
      try {
        if (!signal.aborted) await once(signal, 'abort');
        await server.stop();
      } finally {
        process.off('uncaughtException', onStray);
      }
      return EXIT.done;
    });
  });
}

/** An error that nobody caught ends the console only where it is the console's own. */
function onStray(error: unknown): void {
  const verb = verbAtFault();
  process.stderr.write(`${strayText(verb ?? 'console', error)}\n`);
  if (verb === undefined) process.exit(EXIT.failed);
}
