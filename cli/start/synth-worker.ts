// The process of WarmSynth: runs infra/app.ts whenever it is told to, each time as the sources are then.
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const project = pathToFileURL(`${process.cwd()}/`).href;
const bundler = `${project}infra/bundle.ts`;
let turn = 0;

// what the project wrote is loaded anew in each turn; the CDK and esbuild stay, and are warm, and so does bundle.ts, which
// knows what it has built
registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    if (!resolved.url.startsWith(project) || resolved.url.includes('/node_modules/')) return resolved;
    if (resolved.url === bundler) return resolved;
    return { ...resolved, url: `${resolved.url.replace(/\?.*$/, '')}?${turn}` };
  },
});

process.on('message', ({ directory }: { directory: string }) => {
  void synthesize(directory).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());
// a terminal's Ctrl-C is for npm start, which ends this process
process.on('SIGINT', () => {});

async function synthesize(directory: string): Promise<{ error?: string }> {
  turn++;
  process.env['CDK_OUTDIR'] = directory;
  try {
    await import(`${project}infra/app.ts`);
    return {};
  } catch (error) {
    return { error: textOf(error) };
  }
}

/** An error as Node prints it, with the project's own lines only: `infra/app.ts:30:5`. */
function textOf(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text
    .split('\n')
    .filter((line) => !/^ +at .*(node:|node_modules)/.test(line))
    .join('\n')
    .replaceAll(project, '')
    .replaceAll(/(\.m?[jt]s)\?\d+/g, '$1')
    .trim();
}
