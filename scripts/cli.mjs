#!/usr/bin/env node
// `npx --no-install clientele`: prepares what is missing, then becomes the command line.
import { prepare } from './prepare.mjs';

prepare();
await import('../dist/src/cli/main.js');
