import { etagOf, isNotModified, preconditionOf } from '../../src/http/conditional.js';
import { aClient } from '../support/a-client.js';

const client = aClient();
const TAG = etagOf(client);
const version = TAG.slice(1, -1);

const isMatched = (tag: string) => preconditionOf({ 'if-match': tag })(client);
const isKept = (tag: string) => isNotModified({ 'if-none-match': tag }, client);
const isReplaced = (tag: string) => preconditionOf({ 'if-none-match': tag })(client);

describe('an entity tag names a version, whatever became of it on its way:', () => {
  it.each([
    ['as it was given', TAG],
    ['weak, as nginx makes it', `W/${TAG}`],
    ['as Apache makes it', `"${version}-gzip"`],
    ['as Apache makes it with Brotli', `"${version}-br"`],
    ['as Jetty makes it', `"${version}--gzip"`],
    ['as others make it', `"${version};gzip"`],
    ['weak and suffixed', `W/"${version}-gzip"`],
    ['with Zstandard', `"${version}-zstd"`],
    ['with the name of the coding in capitals', `"${version}-GZIP"`],
    ['among others', `"other", W/"${version}-gzip" , "another"`],
    ['any', '*'],
  ])('%s: %s', (_, tag) => {
    expect([isMatched(tag), isKept(tag), isReplaced(tag)]).toEqual([true, true, false]);
  });

  it.each([
    ['another version', '"other"'],
    ['another version, weak', 'W/"other"'],
    ['a longer one', `"${version}0"`],
    ['a shorter one', `"${version.slice(0, -1)}"`],
    ['a suffix that is no coding', `"${version}-2"`],
    ['a suffix alone', '"-gzip"'],
    ['one without quotes', version],
    ['one in capitals', TAG.toUpperCase()],
    ['nothing', ''],
    ['something long', `"${'a-gzip'.repeat(2000)}"`],
  ])('not %s', (_, tag) => {
    expect([isMatched(tag), isKept(tag), isReplaced(tag)]).toEqual([false, false, true]);
  });
});
