#!/usr/bin/env node
// `npx --no-install clientele`: prepares what is missing, then becomes the command line. JavaScript, as it runs before
// anything is installed.
// @ts-check
import './node-version.cjs';

// No `await` out here: a Node that is too old would end in it before it is told so.
import('./prepare.mjs').then(({ prepare }) => {
  prepare();
  return import('../dist/src/cli/main.js');
});
