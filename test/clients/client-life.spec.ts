import { DEFAULT_LIFE, NOT_SUSPENDED } from '#clients';
import { actionOf, lifeAt, lifeBefore, lifeChanges, lifeOf, suspended } from '../../libs/clients/src/client-life.js';
import { aLife } from '../../libs/clients/src/testing/writes.js';
import { aClient } from '../support/a-client.js';

// What callers see of it is in client-about.spec.ts, client-expiry.spec.ts and client-suspensions.spec.ts.

const AT = Date.parse('2026-06-30T12:00:00Z');
const earlier = new Date(AT - 1);
const now = new Date(AT);
const later = new Date(AT + 1);

describe('what stands beside a record, at a time,', () => {
  it('has no suspension that is over, and no expiry that has passed', () => {
    const life = { ...aLife(), suspendedUntil: later, expiresAt: later };
    expect(lifeAt(life, AT)).toEqual(life);
    expect(lifeAt({ ...life, suspendedUntil: now }, AT)).toEqual({ ...life, ...NOT_SUSPENDED });
    expect(lifeAt({ ...life, expiresAt: now }, AT)).toEqual({ ...life, expiresAt: null });
    expect(lifeAt({ ...life, suspendedUntil: earlier, expiresAt: earlier }, AT)).toEqual({
      ...life,
      ...NOT_SUSPENDED,
      expiresAt: null,
    });
    expect(lifeAt(DEFAULT_LIFE, AT)).toEqual(DEFAULT_LIFE);
  });

  it('is shown as it is about to be stored when a suspension is over', () => {
    const client = (life: object) => aClient({}, { ...aLife(), secretsVersion: 7, ...life });
    const standing = client({ suspendedUntil: later });
    expect(standing.asOf(AT)).toBe(standing);
    const forGood = client({ suspendedUntil: null });
    expect(forGood.asOf(AT)).toBe(forGood);
    const active = aClient();
    expect(active.asOf(AT)).toBe(active);
    const over = client({ suspendedUntil: now });
    expect(over.asOf(AT)).toMatchObject({ ...NOT_SUSPENDED, owner: over.owner, secretsVersion: 8 });
    expect(over).toMatchObject({ suspendedUntil: now, secretsVersion: 7 });
  });

  it('is told apart from the record', () => {
    expect(lifeOf(aClient({}, aLife()))).toEqual(aLife());
  });
});

describe('a suspension', () => {
  const terms = { reason: 'leaked', until: later };
  const standing = { ...DEFAULT_LIFE, ...suspended(undefined, terms, 'me', AT) };

  it('is from now on, on the terms that its caller sets', () => {
    expect(suspended(undefined, terms, 'me', AT)).toEqual({
      suspendedAt: now,
      suspendedUntil: later,
      suspensionReason: 'leaked',
      suspendedBy: 'me',
    });
    expect(suspended(DEFAULT_LIFE, { reason: null, until: null }, null, AT)).toEqual({
      ...NOT_SUSPENDED,
      suspendedAt: now,
    });
  });

  it('stays who set it while both terms are the same', () => {
    expect(suspended(standing, { reason: 'leaked', until: new Date(later) }, 'you', AT).suspendedBy).toBe('me');
    expect(suspended(standing, { reason: 'other', until: later }, 'you', AT).suspendedBy).toBe('you');
    expect(suspended(standing, { reason: 'leaked', until: null }, 'you', AT).suspendedBy).toBe('you');
    const forGood = { ...standing, suspendedUntil: null };
    expect(suspended(forGood, { reason: 'leaked', until: null }, 'you', AT).suspendedBy).toBe('me');
    expect(suspended(forGood, { reason: 'leaked', until: later }, 'you', AT).suspendedBy).toBe('you');
  });
});

describe('the changes of what stands beside a record', () => {
  const LIFE = aLife();

  it('are told of a client that begins or ends without what is not so', () => {
    const owned = { ...DEFAULT_LIFE, owner: 'Shop' };
    expect(lifeChanges(undefined, owned)).toEqual({ owner: { before: null, after: 'Shop' } });
    expect(lifeChanges(owned, undefined)).toEqual({ owner: { before: 'Shop', after: null } });
    expect(lifeChanges(undefined, DEFAULT_LIFE)).toEqual({});
    expect(lifeChanges(DEFAULT_LIFE, undefined)).toEqual({});
  });

  it('are told of a client that stays with what was so before', () => {
    expect(lifeChanges({ ...LIFE, locked: false }, LIFE)).toEqual({ locked: { before: false, after: true } });
    expect(lifeChanges(LIFE, { ...LIFE, expiresAt: now })).toEqual({
      expiresAt: { before: LIFE.expiresAt!.toISOString(), after: now.toISOString() },
    });
    expect(lifeChanges(LIFE, { ...LIFE })).toEqual({});
  });

  it.each([
    ['a whole life that ends', LIFE, undefined],
    ['a life without anything that begins', undefined, DEFAULT_LIFE],
    ['everything at once', DEFAULT_LIFE, LIFE],
    ['nothing', LIFE, LIFE],
    ['one field', { ...LIFE, contact: null }, LIFE],
  ] as const)('lead back to what was before: %s', (_, before, after) => {
    expect(lifeBefore(after ?? DEFAULT_LIFE, lifeChanges(before, after))).toEqual(before ?? DEFAULT_LIFE);
  });
});

describe('the action of a change', () => {
  const change = (after: unknown) => ({ before: null, after });

  it.each([
    ['client.renewed', { expiresAt: change('2999-01-01T00:00:00Z') }],
    ['client.described', { owner: change('Shop') }],
    ['client.described', { owner: change('Shop'), expiresAt: change(null) }],
    ['client.suspended', { suspendedAt: change('2026-01-01T00:00:00Z') }],
    ['client.suspended', { suspensionReason: change('leaked'), owner: change('Shop') }],
    ['client.resumed', { suspendedAt: change(null), suspensionReason: change(null) }],
    [undefined, { scope: change('openid') }],
    [undefined, { scope: change('openid'), owner: change('Shop') }],
    [undefined, { clientSecret: change('created') }],
    [undefined, {}],
  ])('is %s for %j', (action, changes) => {
    expect(actionOf(changes)).toBe(action);
  });
});
