import { changesBetween, isSame } from '#audit';

const FIELDS = ['name', 'tags', 'note', 'isOpen', 'text'] as const;
const record = { name: 'one', tags: ['a'], note: null, isOpen: false, text: '' };

describe('two values of a record', () => {
  it.each([
    [0, -0],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      { a: 1, b: { c: [{ d: null }] } },
      { b: { c: [{ d: null }] }, a: 1 },
    ],
    [{ constructor: 1 }, { constructor: 1 }],
  ])('are the same: %j and %j', (one, other) => {
    expect([isSame(one, other), isSame(other, one)]).toEqual([true, true]);
  });

  it.each([
    [0, null],
    [0, '0'],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [['a'], ['a', 'b']],
    [[], {}],
    [[], null],
    [{}, null],
    [{ 0: 'a' }, ['a']],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: null }, { b: null }],
    [{}, { constructor: Object }],
    [{ a: { b: [1] } }, { a: { b: [2] } }],
  ])('are not: %j and %j', (one, other) => {
    expect([isSame(one, other), isSame(other, one)]).toEqual([false, false]);
  });
});

describe('what a change did to a record', () => {
  it('is every field that differs, also one that is empty now', () => {
    expect(changesBetween(record, { ...record, name: 'two', tags: [] }, FIELDS)).toEqual({
      name: { before: 'one', after: 'two' },
      tags: { before: ['a'], after: [] },
    });
    expect(changesBetween(record, { ...record, tags: ['a'] }, FIELDS)).toEqual({});
  });

  it('is, of a new record, what it says, and nothing of what is null or an empty list', () => {
    expect(changesBetween(undefined, record, FIELDS)).toEqual({
      name: { before: null, after: 'one' },
      tags: { before: null, after: ['a'] },
      isOpen: { before: null, after: false },
      text: { before: null, after: '' },
    });
  });

  it('is the same, the other way round, of a record that is gone', () => {
    expect(changesBetween(record, undefined, FIELDS)).toEqual({
      name: { before: 'one', after: null },
      tags: { before: ['a'], after: null },
      isOpen: { before: false, after: null },
      text: { before: '', after: null },
    });
  });
});
