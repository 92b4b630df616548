import { pascalCase } from '../../shared/pascal-case.ts';
import { changesToAdd } from '../add/consumer-files.ts';
import { newConsumer } from '../add/new-consumer.ts';

export interface NewApp {
  /** `shop-uploads`: the name of its package, and in PascalCase that of its stack. */
  readonly name: string;
  /** Where npm installs Sluice from: `0.2.0`, or `file:/tmp/sluice.tgz` */
  readonly source: string;
  /** Package → version, of what stands beside it. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Installed beside Sluice, in the versions that it was tried with: what handlers and entries import by themselves. */
const PEERS = ['@aws-sdk/client-s3', 'aws-cdk-lib', 'constructs'];
const TOOLS = ['@types/node', 'aws-cdk', 'typescript', 'vitest'];

/** The consumer that shows how one is made; as `sluice add consumer` writes it. */
const EXAMPLE = newConsumer('inbox-sizes', { prefix: ['inbox/'], reads: 'nothing' });

/** The files of a small app that uses the package: path → text. */
export function appFiles(app: NewApp): ReadonlyMap<string, string> {
  const files = new Map([
    ['package.json', packageJson(app)],
    [
      'cdk.json',
      `${JSON.stringify({ app: 'node infra/app.ts', context: { stage: 'dev' } }, undefined, 2)}\n`,
    ],
    ['tsconfig.json', TSCONFIG],
    ['.gitignore', 'node_modules/\ncdk.out/\n.sluice/\n'],
    ['README.md', readme(app)],
    ['infra/app.ts', appTs(app)],
    ['infra/consumers.ts', CONSUMERS],
  ]);
  const shape = { layout: 'app', hasRoleFiles: false } as const;
  for (const { file, after = '' } of changesToAdd(files, EXAMPLE, shape)) files.set(file, after);
  return files;
}

function packageJson({ name, source, versions }: NewApp): string {
  const of = (names: readonly string[]) => Object.fromEntries(names.map((each) => [each, versions[each]]));
  const fields = {
    name,
    private: true,
    type: 'module',
    engines: { node: '>=24' },
    scripts: { start: 'sluice start', synth: 'cdk synth -q', test: 'tsc --noEmit && vitest run' },
    dependencies: { '@sluice-pipeline/sluice': source, ...of(PEERS) },
    devDependencies: of(TOOLS),
    // npm asks before it lets a dependency's install script run: Sluice needs these two
    allowScripts: { esbuild: true, 'classic-level': true },
  };
  return `${JSON.stringify(fields, undefined, 2)}\n`;
}

/** Node strips the types, so that there is nothing to build. */
const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2024",
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noEmit": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "allowImportingTsExtensions": true,
    "noUncheckedIndexedAccess": true,
    "exactOptionalPropertyTypes": true,
    "skipLibCheck": true
  },
  "include": ["infra", "functions", "test"]
}
`;

const appTs = ({ name }: NewApp): string => `import { App } from 'aws-cdk-lib';
import {
  PipelineStack,
  stackPropsFromContext,
  stageFromContext,
  whatIfLines,
} from '@sluice-pipeline/sluice';
import { consumers } from './consumers.ts';

const app = new App();
const stage = stageFromContext(app.node);
const stack = stackPropsFromContext(app.node, stage, '${pascalCase(name)}');
new PipelineStack(app, stack.stackName, { ...stack, stage, consumers });
const { stacksRecursively } = app.synth();
for (const line of whatIfLines(app.node.tryGetContext('whatIf'), stacksRecursively)) {
  process.stderr.write(\`\${line}\\n\`);
}
`;

const CONSUMERS = `import { csvRowCounter, metadataWriter, type ConsumerEntry } from '@sluice-pipeline/sluice';

/** The consumers of the pipeline, in the order in which everything shows them. */
export const consumers: readonly ConsumerEntry[] = [
  metadataWriter,
  csvRowCounter,
  // further ones, by name
];
`;

const readme = ({ name }: NewApp): string => `# ${name}

Objects that are uploaded to a bucket reach the consumers that want them, by the package \`@sluice-pipeline/sluice\`.

| consumer | hears of | keeps |
|---|---|---|
| \`metadata-writer\` | every object, created or deleted | one row each |
| \`csv-row-counter\` | objects under csv/, created or deleted | one row for each CSV |

\`\`\`
npm test                         # types and tests
npx sluice start                 # the pipeline on this machine; then, in another terminal:
npx sluice put FILE inbox/ --wait
npx sluice add consumer NAME --prefix images/
npx cdk deploy                   # to AWS; -c stage=prod for another stage
\`\`\`
`;
