// Runs before anything else (`node -r`), so that a Node that is too old ends in a sentence: written as any Node can read.
const { node: wanted } = require('../package.json').engines;

const [major, minor] = wanted.match(/\d+/g).map(Number);
const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  console.error(
    `Clientele needs Node ${major}.${minor} or newer; this one (${process.execPath}) is ${process.versions.node}.`,
  );
  process.exit(1);
}
