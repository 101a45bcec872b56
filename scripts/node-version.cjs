// Runs before anything else, so that a Node that is too old ends in a sentence: written as any Node can read.
// @ts-check
const { node: wanted } = require('../package.json').engines;

/** @param {string} text */
const numbersOf = (text) => /** @type {[number, number]} */ (text.replace(/^\D+/, '').split('.').map(Number));
const [ownMajor, ownMinor] = numbersOf(process.versions.node);

/** Such as `^20.19`, from there to the end of 20, and `>=22.12`, from there on. */
const ranges = /** @type {string[]} */ (wanted.split(' || '));
const isEnough = ranges.some((range) => {
  const [major, minor] = numbersOf(range);
  return (ownMajor === major && ownMinor >= minor) || (range[0] === '>' && ownMajor > major);
});
if (!isEnough) {
  const enough = ranges.map((range) => {
    const [major, minor] = numbersOf(range);
    return `${major}.${minor} or ${range[0] === '>' ? 'newer' : `a later ${major}`}`;
  });
  console.error(
    `Clientele needs Node ${enough.join(', or ')}; this one (${process.execPath}) is ${process.versions.node}.`,
  );
  process.exit(1);
}
