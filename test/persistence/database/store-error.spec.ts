import { domainGone, StoreUnavailable, storeError } from '../../../libs/persistence/src/testing/index.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('what PostgreSQL says', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const raised = (state: string) =>
    database.query(`do $$ begin raise exception using errcode = '${state}'; end $$`).catch((error) => error);

  it.each([
    ['a connection that is gone', '08006'],
    ['a transaction that is not serializable', '40001'],
    ['a deadlock', '40P01'],
    ['too many connections', '53300'],
    ['a full disk', '53100'],
    ['a statement timeout', '57014'],
    ['a shutdown', '57P01'],
    ['an idle session that was ended', '57P05'],
    ['a failing disk', '58030'],
    ['a page that the disk gave back damaged', 'XX001'],
    ['a damaged index', 'XX002'],
    ['read-only', '25006'],
    ['a transaction that was idle too long', '25P03'],
    ['a transaction that took too long', '25P04'],
    ['a lock that was waited for too long', '55P03'],
    ['a standby', '55000'],
    ['a right that was taken away', '42501'],
    ['what a pooler says of a database that it cannot reach, or has no room for', '08P01'],
    ['a name that another session has', '26000'],
    ['a name that this session has already', '42P05'],
  ])('means that trying again may help: %s (%s)', async (_, state) => {
    const error = await raised(state);
    expect(error).toMatchObject({ code: state });
    expect(storeError(error)).toBeInstanceOf(StoreUnavailable);
  });

  it('means that a domain is gone, also in the words of another server, which come without the field that names it', async () => {
    const words =
      'new row for relation "domain_logs_102008" violates check constraint "domain_logs_nothing_after_the_end"';
    const raising = `do $$ begin raise exception using errcode = '23514', message = '${words}'; end $$`;
    const error = await database.query(raising).catch((failure) => failure);
    expect(storeError(error)).toEqual(domainGone());
  });

  it.each([
    ['no such column', '42703'],
    ['no such table', '42P01'],
    ['a value twice', '23505'],
    ['an index entry that is too long', '54000'],
    ['a bug', 'XX000'],
  ])('means that something is wrong with us: %s (%s)', async (_, state) => {
    const error = await raised(state);
    expect(storeError(error)).toBe(error);
  });
});

describe('what Node says of the way there', () => {
  it.each([
    'ECONNRESET',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EPROTO',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_STREAM_DESTROYED',
  ])('means that trying again may help: %s', (code) => {
    expect(storeError(Object.assign(new Error('no'), { code }))).toBeInstanceOf(StoreUnavailable);
  });

  it('is not what our own mistakes are', () => {
    for (const error of [
      new TypeError('x is undefined'),
      Object.assign(new Error('no'), { code: 'ERR_INVALID_ARG_TYPE' }),
    ])
      expect(storeError(error)).toBe(error);
  });
});
