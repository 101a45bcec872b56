// Runs before anything else (`node -r`), so that a Node that is too old ends in a sentence: written as any Node can read.
// @ts-check
const { node: wanted } = require('../package.json').engines;

/** @param {string} text */
const numbersOf = (text) => /** @type {[number, number]} */ (text.replace(/^\D+/, '').split('.').map(Number));
const [major, minor] = numbersOf(wanted);
const [ownMajor, ownMinor] = numbersOf(process.versions.node);
if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
  console.error(
    `Clientele needs Node ${major}.${minor} or newer; this one (${process.execPath}) is ${process.versions.node}.`,
  );
  process.exit(1);
}
