import { redirectUrisOfKnownClient, redirectUrisOfNewClient } from '../../../src/dialects/accounts/redirect-uris.js';

const [A, B, C, X] = ['https://a.com/', 'https://b.com/', 'https://c.com/', 'https://x.com/'];

const refused = [{ property: 'callbackURL', rule: 'value', message: expect.stringMatching(/^must /) }];

describe('POST:', () => {
  it.each([
    ['neither: an empty list', {}, []],
    ['only callbackURL: a list of one', { callbackURL: A }, [A]],
    ['callbackURL null: an empty list', { callbackURL: null }, []],
    ['callbackURL "": an empty list', { callbackURL: '' }, []],
    ['only redirectURIs: the list', { redirectURIs: [A, B] }, [A, B]],
    ['redirectURIs empty: an empty list', { redirectURIs: [] }, []],
    ['redirectURIs null: an empty list', { redirectURIs: null }, []],
    ['both null: an empty list', { callbackURL: null, redirectURIs: null }, []],
    ['callbackURL null beside a list: the list', { callbackURL: null, redirectURIs: [A, B] }, [A, B]],
    ['callbackURL "" beside a list: the list', { callbackURL: '', redirectURIs: [A, B] }, [A, B]],
    ['callbackURL beside an empty list, which counts as absent', { callbackURL: A, redirectURIs: [] }, [A]],
    ['callbackURL beside null', { callbackURL: A, redirectURIs: null }, [A]],
    ['both, callbackURL is the first', { callbackURL: A, redirectURIs: [A, B] }, [A, B]],
    ['both, callbackURL is a later one: it moves to the front', { callbackURL: C, redirectURIs: [A, B, C] }, [C, A, B]],
    ['a later equal entry is dropped', { redirectURIs: [A, B, A] }, [A, B]],
  ])('%s', (_, given, expected) => {
    expect(redirectUrisOfNewClient(given)).toEqual({ uris: expected, violations: [], isPartialEdit: false });
  });

  it('both, callbackURL is not in the list: refused', () => {
    expect(redirectUrisOfNewClient({ callbackURL: X, redirectURIs: [A, B] }).violations).toEqual(refused);
  });

  it('both, callbackURL is in the list but for a slash: refused, as URIs are compared byte for byte', () => {
    const given = { callbackURL: 'https://a.com', redirectURIs: [A, B] };
    expect(redirectUrisOfNewClient(given).violations).toEqual(refused);
  });
});

describe('PUT with at most one of the two:', () => {
  it.each([
    ['neither: as it is', {}, [A, B, C]],
    ['callbackURL replaces the first entry', { callbackURL: X }, [X, B, C]],
    ['callbackURL as it is: as it is', { callbackURL: A }, [A, B, C]],
    ['callbackURL that is a later entry replaces the first; the later one is dropped', { callbackURL: C }, [C, B]],
    ['callbackURL null empties the list', { callbackURL: null }, []],
    ['callbackURL "" empties the list', { callbackURL: '' }, []],
    ['redirectURIs replaces the list', { redirectURIs: [X] }, [X]],
    ['redirectURIs in another order is the new order', { redirectURIs: [C, A, B] }, [C, A, B]],
    ['redirectURIs empty empties the list', { redirectURIs: [] }, []],
    ['redirectURIs null, the default, empties the list', { redirectURIs: null }, []],
    ['a later equal entry of redirectURIs is dropped', { redirectURIs: [X, B, X, B] }, [X, B]],
  ])('%s', (_, given, expected) => {
    expect(redirectUrisOfKnownClient(given, [A, B, C])).toEqual({
      uris: expected,
      violations: [],
      isPartialEdit: false,
    });
  });

  it('callbackURL on a client without any is its first', () => {
    expect(redirectUrisOfKnownClient({ callbackURL: X }, []).uris).toEqual([X]);
  });
});

describe('PUT with both in agreement:', () => {
  it.each([
    ['as they are on record', { callbackURL: A, redirectURIs: [A, B, C] }, [A, B, C]],
    ['with new entries: the list', { callbackURL: X, redirectURIs: [X, A] }, [X, A]],
    ['with fewer entries: the list', { callbackURL: A, redirectURIs: [A] }, [A]],
    ['both empty: an empty list', { callbackURL: null, redirectURIs: [] }, []],
    ['both null: an empty list', { callbackURL: null, redirectURIs: null }, []],
    ['"" and an empty list: an empty list', { callbackURL: '', redirectURIs: [] }, []],
    ['with an equal later entry, which is dropped', { callbackURL: X, redirectURIs: [X, B, X] }, [X, B]],
  ])('%s', (_, given, expected) => {
    expect(redirectUrisOfKnownClient(given, [A, B, C])).toEqual({
      uris: expected,
      violations: [],
      isPartialEdit: false,
    });
  });
});

describe('PUT with both in disagreement, a partial edit of what the caller had read:', () => {
  it.each([
    [
      'only callbackURL differs from the record: it replaces the first entry',
      { callbackURL: X, redirectURIs: [A, B, C] },
      [X, B, C],
    ],
    [
      'only callbackURL differs, it is a later entry: that is dropped',
      { callbackURL: C, redirectURIs: [A, B, C] },
      [C, B],
    ],
    ['only callbackURL differs, it is null: the list is emptied', { callbackURL: null, redirectURIs: [A, B, C] }, []],
    ['only callbackURL differs, it is "": the list is emptied', { callbackURL: '', redirectURIs: [A, B, C] }, []],
    ['only redirectURIs differs: it wins', { callbackURL: A, redirectURIs: [X, B] }, [X, B]],
    ['only redirectURIs differs, in its order: it wins', { callbackURL: A, redirectURIs: [C, B, A] }, [C, B, A]],
    ['only redirectURIs differs, it is empty: the list is emptied', { callbackURL: A, redirectURIs: [] }, []],
    ['only redirectURIs differs, it is null: the list is emptied', { callbackURL: A, redirectURIs: null }, []],
    [
      'both differ, callbackURL is in the list: it moves to the front',
      { callbackURL: B, redirectURIs: [X, B] },
      [B, X],
    ],
  ])('%s', (_, given, expected) => {
    expect(redirectUrisOfKnownClient(given, [A, B, C])).toEqual({
      uris: expected,
      violations: [],
      isPartialEdit: true,
    });
  });

  it.each([
    ['callbackURL is not in the list', { callbackURL: X, redirectURIs: [B, C] }],
    ['callbackURL is null beside another list', { callbackURL: null, redirectURIs: [B, C] }],
    ['callbackURL is on record, as a later entry, but not in the list', { callbackURL: C, redirectURIs: [X, B] }],
  ])('both differ, %s: refused', (_, given) => {
    const answer = redirectUrisOfKnownClient(given, [A, B, C]);
    expect(answer.violations).toEqual(refused);
    expect(answer.isPartialEdit).toBe(true);
  });

  it('on a client without any, a callbackURL beside the empty list that was read', () => {
    const answer = redirectUrisOfKnownClient({ callbackURL: X, redirectURIs: [] }, []);
    expect(answer).toEqual({ uris: [X], violations: [], isPartialEdit: true });
  });

  it('on a client without any, a list beside the null that was read', () => {
    const answer = redirectUrisOfKnownClient({ callbackURL: null, redirectURIs: [X, B] }, []);
    expect(answer).toEqual({ uris: [X, B], violations: [], isPartialEdit: true });
  });
});
