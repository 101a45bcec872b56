// Ends each test and each hook that takes longer than it may, which is what jest's own runner would do.
import { addEventHandler } from 'jest-circus';
import { awaited } from './awaited.js';

/** For those that name no limit of their own. */
const USUAL_MS = 30_000;

addEventHandler(({ name }, { currentDescribeBlock: { children, hooks } }) => {
  const work = name === 'add_test' ? children.at(-1) : name === 'add_hook' ? hooks.at(-1) : undefined;
  if (work && 'fn' in work) limit(work);
});

function limit(work: { fn?: unknown; timeout?: number | null }) {
  const fn = work.fn as () => unknown;
  const limitMs = work.timeout ?? USUAL_MS;
  work.fn = async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const [what] = awaited;
        reject(new Error(`took longer than ${limitMs} ms${what ? `, and still waited: ${what()}` : ''}`));
      }, limitMs);
    });
    try {
      await Promise.race([late, (async () => fn())()]);
    } finally {
      clearTimeout(timer);
      // What it still waits for is no later test's.
      awaited.clear();
    }
  };
}
