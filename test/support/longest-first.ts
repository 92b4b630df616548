import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose tests drive other programs and whole pipelines: each file takes up to minutes. */
const LONG = ['test/clients/', 'test/pipeline/', 'test/infra/', 'test/cli/'];

/** Begins with what takes longest, so that at the end no worker is alone with it while the other has nothing to do. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = super.sort.bind(this);
    const ordered = await usual(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const path = relative(this.ctx.config.root, moduleId);
      const at = LONG.findIndex((folder) => path.startsWith(folder));
      return at === -1 ? LONG.length : at;
    };
    return ordered.toSorted((one, other) => rank(one) - rank(other));
  }
}
