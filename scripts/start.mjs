// `npm start`: prepares what is missing, then becomes the server, so that signals reach it. JavaScript, as it runs before
// anything is installed.
// @ts-check
import { prepare } from './prepare.mjs';

process.setSourceMapsEnabled(true);
prepare();
await import('../dist/src/main.js');
