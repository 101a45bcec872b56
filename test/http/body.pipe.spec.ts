import fc from 'fast-check';
import { ClientLineDto } from '../../src/admin/bulk.dto.js';
import { CreateCredentialDto } from '../../src/admin/credentials.dto.js';
import { WriteClientDto } from '../../src/dialects/accounts/accounts.dto.js';
import { AddSecretDto, VerifySecretDto } from '../../src/dialects/v1-domain/secrets.dto.js';
import { CreateDomainDto, PutClientDto } from '../../src/dialects/v1-domain/v1-domain.dto.js';
import { aspNetPath, BodyPipe, FailureError, validated } from '../../src/http/index.js';

const WORDS = { path: aspNetPath, unknown: () => 'is not a field that exists here' };
const DTOS: readonly (new () => object)[] = [
  AddSecretDto,
  ClientLineDto,
  CreateCredentialDto,
  CreateDomainDto,
  PutClientDto,
  VerifySecretDto,
  WriteClientDto,
];

const namesIn = (violations: readonly { property: string }[]) => violations.map(({ property }) => property);

describe.each(DTOS)('a body on %p', (Dto) => {
  it.each(Object.keys(new Dto()))(
    'makes nothing of what stands in %s, whatever it calls its constructor',
    (property) => {
      for (const called of [5, 'Date', null, {}, []]) {
        for (const value of [
          { constructor: called },
          [{ constructor: called }],
          { tokenMethod: { constructor: called } },
        ]) {
          expect(() => validated(Dto, { [property]: value }, WORDS)).not.toThrow();
        }
      }
    },
  );

  it('is read whatever JSON it holds, and never becomes what it was not', () => {
    const properties = Object.keys(new Dto());
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...properties), fc.jsonValue({ maxDepth: 4 })), (body) => {
        const { value } = validated(Dto, body, WORDS);
        for (const [property, kept] of Object.entries(value)) {
          if (typeof kept !== 'object' && kept !== undefined) expect(kept).toBe(body[property]);
        }
      }),
      { numRuns: 200 },
    );
  });
});

it('tells of everything that is wrong with a body at once', () => {
  const body = { clientType: 5, scope: [], policies: ['a', 1, {}], extra: 1, toString: 1 };
  expect(namesIn(validated(PutClientDto, body, WORDS).violations)).toEqual([
    'clientType',
    'grantType',
    'scope',
    'policies[1]',
    'policies[2]',
    'extra',
    'toString',
  ]);
});

it('keeps of a list the entries that are good, in their places', () => {
  const { value } = validated(PutClientDto, { policies: ['a', 1, 'b'] }, WORDS);
  expect(value.policies).toEqual(['a', '', 'b']);
});

it('keeps free JSON as it was sent, names of methods included', () => {
  const sent = { toString: 1, valueOf: { constructor: { a: [] } } };
  expect(validated(ClientLineDto, { additionalConfig: sent }, WORDS).value.additionalConfig).toEqual(sent);
  expect(validated(WriteClientDto, { config: { ...sent, tokenMethod: 'query' } }, WORDS).value.config?.others).toEqual(
    sent,
  );
});

describe('a body that may be left out', () => {
  const pipe = new BodyPipe(AddSecretDto, WORDS, { optional: true });

  it('is an empty one', () => {
    expect(pipe.transform(undefined)).toEqual({ value: {}, violations: [] });
    expect(pipe.transform(Buffer.from(''))).toEqual({ value: {}, violations: [] });
  });

  it('is refused when it is there and is no JSON object', () => {
    expect(() => pipe.transform(Buffer.from('[]'))).toThrow(FailureError);
  });
});
