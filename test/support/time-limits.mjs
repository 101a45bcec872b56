// Ends each test and each hook that takes longer than it may, which is what jest's own runner would do.
import { addEventHandler } from 'jest-circus';

/** For those that name no limit of their own. */
const USUAL_MS = 30_000;

addEventHandler(({ name }, { currentDescribeBlock: { children, hooks } }) => {
  if (name === 'add_test') limit(children.at(-1));
  if (name === 'add_hook') limit(hooks.at(-1));
});

function limit(work) {
  const { fn, timeout: limitMs = USUAL_MS } = work;
  work.fn = async () => {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`took longer than ${limitMs} ms`)), limitMs);
    });
    try {
      await Promise.race([late, (async () => fn())()]);
    } finally {
      clearTimeout(timer);
    }
  };
}
