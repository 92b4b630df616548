// Started by a test as a runtime that is about to be killed: its function's environments are busy for ever.
import { FunctionUnderTest } from './function-under-test.ts';

const [handler = '', file] = process.argv.slice(2);
const underTest = new FunctionUnderTest(handler, { timeoutSeconds: 900 });
await Promise.all([underTest.invoke({ file, waitMs: 900_000 }), underTest.invoke({ file, waitMs: 900_000 })]);
