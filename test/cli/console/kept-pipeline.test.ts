import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { ConsoleServer } from '../../../cli/console/console-server.ts';
import { KeptPipeline } from '../../../cli/console/kept-pipeline.ts';
import { callConsole, consoleOf } from '../../support/console-call.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';

const LIMIT_MS = 360_000;

test(
  'a console goes on with the pipeline that was started anew, and says meanwhile that none runs',
  async () => {
    const troubles: string[] = [];
    await using first = await PipelineUnderTest.start();
    const { dataDir } = first;
    await first.s3.send(new PutObjectCommand({ Bucket: first.bucket, Key: 'kept.txt', Body: 'x' }));
    const target = { target: 'local', dataDir } as const;
    const server = new ConsoleServer({
      target,
      readOnly: false,
      startCommand: '',
      onTrouble: (text) => troubles.push(text),
    });
    await server.listen(0);
    const { origin, token } = consoleOf([server.url]);
    const session = () => callConsole(origin, token, '/api/session', {});
    const kept = new KeptPipeline(target);

    const before = await session();
    const [lent, same] = [await kept.lend(), await kept.lend()];
    await first.stop();
    const meanwhile = await session();
    await using second = await PipelineUnderTest.start({ dataDir });
    const after = (await (await session()).json()) as { deployment: { endpoint: string } };
    const status = await callConsole(origin, token, '/api/verb', { args: ['status'] });
    const lines = (await status.text()).trim().split('\n');
    await server.stop();
    using anew = await kept.lend();
    const kepts = await anew.pipeline.s3.send(
      new GetObjectCommand({ Bucket: second.bucket, Key: 'kept.txt' }),
    );

    expect(before.status).toBe(200);
    expect([meanwhile.status, await meanwhile.json()]).toMatchObject([
      502,
      {
        code: 'failed',
        message: expect.stringContaining('no pipeline runs') as string,
        nextStep: expect.any(String) as string,
      },
    ]);
    expect(after.deployment.endpoint).toBe(second.endpoint);
    expect(JSON.parse(lines.at(-1)!)).toEqual({ type: 'end', exitCode: 0 });
    expect(same.pipeline).toBe(lent.pipeline);
    expect(anew.pipeline).not.toBe(lent.pipeline);
    expect(await kepts.Body!.transformToString()).toBe('x');
    expect(troubles).toEqual([]);
    lent[Symbol.dispose]();
    same[Symbol.dispose]();
    kept[Symbol.dispose]();
  },
  LIMIT_MS,
);
