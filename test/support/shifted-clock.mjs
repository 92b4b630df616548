// Preloaded into a runtime under test: its machine's clock is as far ahead as the file says. SIGUSR2 reads it again.
import { readFileSync } from 'node:fs';

const file = process.env['SLUICE_TEST_CLOCK'];
const RealDate = Date;
let aheadMs = 0;

function read() {
  aheadMs = Number(readFileSync(file, 'utf8'));
}

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + aheadMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
};

if (file !== undefined) {
  read();
  process.on('SIGUSR2', read);
}
