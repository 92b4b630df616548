import { InvokeCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { FunctionsUnderTest, namedPlan } from './functions-under-test.ts';
import { MappingUnderTest } from './mapping-under-test.ts';

describe('when the store fails', () => {
  test('to delete what was done, it comes again', async () => {
    using underTest = new MappingUnderTest();
    underTest.mapping.start();
    await underTest.sent('one');
    underTest.store.db.exec(
      "CREATE TRIGGER full BEFORE DELETE ON sqs_message BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    underTest.invocations[0]?.answer({});
    await underTest.settle();
    expect(underTest.mapping.running).toBe(0);

    underTest.store.db.exec('DROP TRIGGER full');
    await underTest.advance(60_000);

    expect(underTest.invocations.map(({ bodies }) => bodies)).toEqual([['one']]);
  });

  test('in the middle of a batch, no message of it is in the next one twice', async () => {
    using underTest = new MappingUnderTest({ batchSize: 20, maximumBatchingWindowSeconds: 1 });
    underTest.mapping.start();
    underTest.store.db.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON sqs_message WHEN NEW.body = 'bad' BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    const bodies = [...Array.from({ length: 12 }, (_, index) => String(index)), 'bad'];
    await underTest.sent(...bodies);
    underTest.store.db.exec('DROP TRIGGER full');
    await underTest.advance(1_000);
    await underTest.advance(1_000);

    expect(underTest.invocations.flatMap((invocation) => invocation.bodies)).toEqual(bodies);
  });

  test('for a while, it is asked once a second, however many messages come meanwhile', async () => {
    using underTest = new MappingUnderTest();
    underTest.mapping.start();
    let tries = 0;
    underTest.store.db.function('count_try', () => ++tries);
    underTest.store.db.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON sqs_message BEGIN SELECT count_try(); SELECT RAISE(ABORT, 'disk full'); END",
    );
    for (let message = 0; message < 20; message++) await underTest.sent(String(message));
    const meanwhile = tries;
    for (let second = 0; second < 5; second++) await underTest.advance(1_000);

    expect(meanwhile).toBe(1);
    expect(tries - meanwhile).toBe(5);
  });

  test('to forget an event that was handled, the function is not invoked with it again', async () => {
    await using world = await FunctionsUnderTest.start({ functions: [namedPlan('nothing')] });
    world.store.db.exec(
      "CREATE TRIGGER full BEFORE DELETE ON lambda_async_invocation BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    await world.client.send(new InvokeCommand({ FunctionName: 'nothing', InvocationType: 'Event' }));
    await waitFor(
      () => world.lines.some((line) => line.includes(': REPORT')) && !world.functions.isBusy(),
      'the try',
    );
    for (let second = 0; second < 5; second++) world.clock.advance(1_000);
    await waitFor(() => !world.functions.isBusy(), 'the tries to forget it');
    expect(world.functions.pendingAsync()).toBe(1);

    world.store.db.exec('DROP TRIGGER full');
    world.clock.advance(60_000);

    await waitFor(() => world.functions.pendingAsync() === 0, 'it to be forgotten');
    expect(world.lines.filter((line) => line.includes(': START'))).toHaveLength(1);
  });

  test('to say what is due, it is asked again', async () => {
    await using world = await FunctionsUnderTest.start({
      functions: [namedPlan('raise'), namedPlan('nothing')],
    });
    await world.client.send(new InvokeCommand({ FunctionName: 'raise', InvocationType: 'Event' }));
    await waitFor(
      () => world.lines.some((line) => line.includes(': REPORT')) && !world.functions.isBusy(),
      'the try',
    );
    world.store.db.exec('ALTER TABLE lambda_async_invocation RENAME TO away');
    world.clock.advance(60_000);
    world.store.db.exec('ALTER TABLE away RENAME TO lambda_async_invocation');
    world.clock.advance(1_000);

    await waitFor(
      () => world.lines.filter((line) => line.includes(': REPORT')).length === 2 && !world.functions.isBusy(),
      'the second try',
    );
    expect(world.functions.pendingAsync()).toBe(1);
  });
});
