import { useEffect, useState } from 'preact/hooks';
import { EXIT } from '../../../exit-code.ts';
import { PageHead } from '../page-head.tsx';
import { Button } from '../parts/button.tsx';
import { CommandLine } from '../parts/command-line.tsx';
import { Field } from '../parts/field.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Key } from '../parts/shown.tsx';
import { Empty, Said, Trouble } from '../parts/trouble.tsx';
import { query, setFilters } from '../route.ts';
import { FindingsSection } from './findings-section.tsx';
import { ToLetters, Verdict } from './verdict.tsx';
import { stopVerifying, verify, verifyArgs, verifyRun, type VerifyRun } from './verify-run.ts';
import './verify.css';

/** Compares bucket and tables, shows what differs, and repairs what is chosen. */
export function VerifyPage() {
  const prefix = query.value.get('prefix') ?? '';
  const [typed, setTyped] = useState(prefix);
  useEffect(() => setTyped(prefix), [prefix]);
  const run = verifyRun.value;
  const begin = (event: Event): void => {
    event.preventDefault();
    setFilters({ prefix: typed, class: undefined, consumer: undefined });
    void verify(typed);
  };
  return (
    <>
      <PageHead title="Verify">
        Has every object its row at each consumer that keeps rows, and is nothing else there? It reads the
        whole bucket and the tables, so it runs when you say so.
      </PageHead>
      <div class="stack">
        <form class="verify-form" onSubmit={begin}>
          <Field label="Prefix">
            <input
              type="search"
              autoComplete="off"
              spellcheck={false}
              placeholder="all objects"
              value={typed}
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          </Field>
          {run.kind === 'running' ? (
            <Button onClick={stopVerifying}>Stop</Button>
          ) : (
            <Button type="submit" kind="main">
              {run.kind === 'none' ? 'Verify' : 'Verify again'}
            </Button>
          )}
        </form>
        <Outcome of={run} />
        <CommandLine args={verifyArgs(run.kind === 'none' ? typed : run.prefix)} />
      </div>
    </>
  );
}

function Outcome({ of: run }: { readonly of: VerifyRun }) {
  switch (run.kind) {
    case 'none':
      return (
        <Empty title="Nothing is compared yet">
          <p>Press Verify. With a prefix it reads only what begins with it.</p>
        </Empty>
      );
    case 'running':
      return (
        <section class="card" role="status">
          {run.progress === undefined ? <p class="quiet">Beginning …</p> : <ProgressBar of={run.progress} />}
        </section>
      );
    case 'stopped':
      return <Said tone="warn">It was stopped: nothing is known of what it had not compared.</Said>;
    case 'trouble':
      return <Trouble of={run.trouble} again={() => void verify(run.prefix)} />;
    case 'done':
    default:
      return <Done of={run} />;
  }
}

function Done({ of: { called, prefix, isRepaired } }: { readonly of: Extract<VerifyRun, { kind: 'done' }> }) {
  const { document, trouble, exitCode } = called;
  if (document === undefined || exitCode === EXIT.nothingMatched) {
    return trouble === undefined ? null : <Trouble of={trouble} />;
  }
  return (
    <>
      <p class="quiet">
        Compared {prefix === '' ? 'all objects' : <>what begins with </>}
        {prefix === '' ? null : <Key text={prefix} />}
      </p>
      {trouble === undefined ? null : <Trouble of={trouble} />}
      {isRepaired ? (
        <Said tone="warn">
          Repairs were sent: what stands here may be mended.{' '}
          <Button isSmall onClick={() => void verify(prefix)}>
            Verify again
          </Button>
        </Said>
      ) : null}
      <Verdict of={document} />
      {(document.counts['dead-lettered'] ?? 0) > 0 ? (
        <p>
          <ToLetters />
        </p>
      ) : null}
      {document.findings.length === 0 ? null : <FindingsSection document={document} prefix={prefix} />}
    </>
  );
}
