import { readFileSync } from 'node:fs';
import sequencer from '@jest/test-sequencer';

/** What starts processes or browsers, which takes long however short the file is. */
const STARTS = /= run\(|openBrowser\(|EmbeddedPostgres\.start\(|startPrimaryAndReplica\(/;

/** Its types are those of CommonJS, where the class is a member. */
const Sequencer = sequencer as unknown as typeof sequencer.default;
type Tests = Parameters<InstanceType<typeof Sequencer>['sort']>[0];

/** Jest knows how long each file took here before. In a fresh clone it goes by their size, and would wait for some at the end. */
export default class LongestFirst extends Sequencer {
  override sort(tests: Tests): Tests {
    const sorted = super.sort(tests) as Tests;
    const isLong = ({ duration, path }: Tests[number]) =>
      duration === undefined && STARTS.test(readFileSync(path, 'utf8'));
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
