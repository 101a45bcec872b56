// `npm run example`: installs the example's own packages, then runs it.
import { installExample } from './prepare.mjs';

// Where its packages are not installed, nothing could follow this to its types.
const demo = `../${installExample()}/demo/run.js`;
await import(demo);
