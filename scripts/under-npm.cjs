// Preloaded (`node -r`) into whatever our npm scripts run: requires a Node that is new enough, and ends with npm.
//
// npm runs a script in a shell, and hands a SIGTERM to that shell alone. Some shells (bash) become the one program that
// they are to run; others (dash, which is Debian's) die of it, and the program would run on. `exec` before the program
// makes them all become it, but Windows' cmd has no such word, and must be able to run these scripts, too. So the program
// looks for itself: when the process that started it has ended, it goes as on SIGTERM. (On Windows a process never sees
// that. Ctrl-C reaches all in a console there.)
// @ts-check
require('./node-version.cjs');
const { isMainThread } = require('node:worker_threads');

const LOOK_MS = 500;

if (isMainThread) {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS).unref();
}
